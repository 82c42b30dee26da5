"""What happens on the remote desktop: X11 programs, each a process of its own.

A scene prints one JSON object a line (`{"ready": …}` first) and takes one word a line on its
standard input; at the word `end`, or when its input is closed, it ends and its window with it.
"""
