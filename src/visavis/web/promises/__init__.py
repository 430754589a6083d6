"""Mes promesses: what one owes, to whom, by when."""
