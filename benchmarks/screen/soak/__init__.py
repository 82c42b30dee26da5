"""`make soak-screen`: random content for hours, and memory that stays flat. See `benchmarks`."""

FILE_VARIABLE = "SOAK_COUNTS"
"""Names the file that the support client writes its counts into, a line of JSON at a time."""

INTERVAL_VARIABLE = "SOAK_INTERVAL_S"
"""How often it does, in seconds."""

CLIENT = "benchmarks.screen.soak.client"
"""The module to run instead of `client`."""
