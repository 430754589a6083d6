"""The domain: what happens in a contact centre, one area per folder; it acts and remembers."""
