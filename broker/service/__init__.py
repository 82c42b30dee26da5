"""What the broker does for its sessions: the only caller of the pure core, against the ports.

`sessions.SessionService` is the door; each live session has one owner task (`owner.py`), which
alone changes it. Knows nothing of HTTP, websockets or databases.
"""
