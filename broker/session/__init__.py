"""A session's life as pure rules: no I/O, no clock, no randomness.

Start at `lifecycle.TRANSITIONS`; `session.handle` is the only writer of a session's state.
"""
