"""The tag that offers the hours of a promise."""
