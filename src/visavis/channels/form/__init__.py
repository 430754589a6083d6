"""The form of a brand: a request written at one's own pace, with or without a script."""
