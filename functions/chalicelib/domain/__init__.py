"""What may happen to an application, as plain data and pure functions. Knows no AWS, no web, no clock."""
