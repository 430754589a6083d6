"""The design system: tokens, components, the formatter, and the frame of every page."""
