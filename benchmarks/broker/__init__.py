"""How many signaling messages the broker relays on one core, and what a silent connection costs."""
