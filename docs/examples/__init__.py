"""Small programs that show how to use what the product gives; tests run them."""
