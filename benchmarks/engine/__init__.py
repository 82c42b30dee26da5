"""`python -m benchmarks.engine`: the screen engine in a thread, or in a process of its own?

A virtual display of 1920×1080 scrolls 60 times a second. The engine reads, converts and encodes
each picture by libx264 as the client does; the event loop gets the result, and does a console's
worth of work beside: ten messages a millisecond are opened. Printed are how old a picture is when
the loop has it, how late the loop's timers are, how many pictures there were, and what it costs.
"""
