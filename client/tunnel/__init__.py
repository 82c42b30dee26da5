"""The way of last resort: the channels of a peer through the broker, sealed end to end."""
