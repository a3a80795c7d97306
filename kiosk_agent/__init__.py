"""The counter: a card is laid on the reader, and a filled-in paper form comes out. No network is needed for that."""
