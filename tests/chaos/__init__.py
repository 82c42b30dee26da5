"""A session that goes through everything a network and a broker can do to it, at random times."""
