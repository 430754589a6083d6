"""French search over people, conversations and messages: one analyser, the same hits on both databases."""
