"""How bytes reach a card: one protocol, over PC/SC or inside this process."""
