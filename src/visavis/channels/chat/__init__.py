"""The chat of a brand's site: the HTTP door of its widget, or of any program that keeps the contract."""
