"""A double of Stripe that knows what Stripe's own package says of requests and answers."""
