"""Settings, addresses and the ASGI entry: what plugs the storeys together."""
