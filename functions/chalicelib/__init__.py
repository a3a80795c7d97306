"""Applications, their review, payment and delivery: the serverless part of the product."""
