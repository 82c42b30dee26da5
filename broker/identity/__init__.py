"""Who people are: accounts, passwords, tokens, and the broker's own secrets.

It decides who may come in; what they may do is decided elsewhere.
"""
