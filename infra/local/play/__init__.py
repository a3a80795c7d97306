"""Made-up people who use the running product over HTTP as its users do: for the demo data and for measurements."""
