"""The demo site of a brand: a page that carries the chat, as the brand's own pages would."""
