"""Hand-written stand-ins for the ports; each passes the same port tests as the real adapter."""
