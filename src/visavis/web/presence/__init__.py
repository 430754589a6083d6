"""The bar where one says what one is doing, and the heartbeat of the desk."""
