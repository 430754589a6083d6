"""The people of the house, as fixtures: Alice, Bob, Chloé, David, and Eve who must see nothing."""
