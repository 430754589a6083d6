"""The demo: three fictional brands, their people, and sixty days of hand-written conversations."""
