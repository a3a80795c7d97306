"""The cloud declared, and what `make up` starts in its place on one computer."""
