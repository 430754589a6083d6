"""Every process that runs."""
