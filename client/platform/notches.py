"""Adds up parts of a wheel's notches where only whole ones can be turned. Pure."""


class Notches:
    """One axis of a wheel."""

    def __init__(self) -> None:
        self._rest = 0.0

    def turn(self, notches: float) -> int:
        """Give the whole notches to turn now; the rest waits, until the wheel turns back."""
        total = notches if self._rest * notches < 0 else self._rest + notches
        whole = int(total + (1e-6 if total > 0 else -1e-6))  # ten tenths are one
        self._rest = total - whole
        return whole
