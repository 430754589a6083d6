"""The engine decides: frozen values in, decisions out; no clock, no network, no chance of its own."""
