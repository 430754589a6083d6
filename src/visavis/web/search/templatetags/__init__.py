"""Template filters of the search screen."""
