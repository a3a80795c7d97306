"""People's ways through the running product, by a real browser and by plain HTTP."""
