"""What the desk answers: pages, replies, turns, promises, context, files."""
