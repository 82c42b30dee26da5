"""How fast a session is that goes through the broker, which is where there is no other way."""
