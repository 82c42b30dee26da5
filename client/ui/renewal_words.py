"""What the end user reads when they are asked whether the session may go on."""

from client.translation import tr


def heading(lapsed: bool) -> str:
    """Ask."""
    return tr("Paused, since you did not answer. Go on?") if lapsed else tr("May they go on?")


def advice() -> str:
    """Say why it is asked."""
    return tr(
        "You are asked from time to time, so that nobody stays on your computer unnoticed. "
        "If you do not need their help any more, end the session."
    )


def left(lapsed: bool, seconds: int) -> str:
    """Say what happens without an answer, and when."""
    if lapsed:
        return tr("Without an answer the session ends in {seconds} s.").format(seconds=seconds)
    return tr("Without an answer everything is paused in {seconds} s.").format(seconds=seconds)
