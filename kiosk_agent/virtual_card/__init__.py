"""A My Number card made of nothing: files, PINs and tries. For demonstrations and tests; never for a real counter."""
