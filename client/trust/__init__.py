"""The string on both screens: what this side brings to it, and what it makes of the other's."""
