"""The navigator: turns the catalogue into static pages that find a resident the one best way."""
