"""The chat widget of the brands' sites: its source, the script that is served, and its sentences."""
