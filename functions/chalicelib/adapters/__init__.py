"""The real sides of the ports: DynamoDB, KMS, the payment and identity providers, mail."""
