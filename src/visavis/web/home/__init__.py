"""The first address: to each their screen; and the page of the very first time."""
