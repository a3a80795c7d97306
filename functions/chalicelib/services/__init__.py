"""The use cases: read, decide with the domain, write once. They know the ports, never an SDK."""
