"""What the city says: certificates, fees, hours, questions, forms. Edited by officers, read by every program."""
