"""One history, one leaf."""
