"""What is said to a card: commands, data objects, and one module per card application."""
