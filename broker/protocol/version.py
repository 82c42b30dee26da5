"""The version of the wire protocol and the rule that says who can talk to whom."""

PROTOCOL_VERSION = 1
"""Raised when a message changes in a way that an older peer would misread."""

OLDEST_SUPPORTED_VERSION = 1
"""The oldest version a current broker still speaks."""


def is_compatible(version: int) -> bool:
    """Tell whether a peer that announces `version` can be served."""
    return OLDEST_SUPPORTED_VERSION <= version <= PROTOCOL_VERSION
