"""The search screen: one field, people, conversations and messages."""
