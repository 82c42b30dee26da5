"""A path without bounds, for tests in which something else bounds."""

from client.path.path import Path

MUCH = 1 << 20


class Wide(Path):
    """Whatever is sent may leave at once."""

    def room(self, *_: object) -> int:
        return MUCH

    def wait(self, *_: object) -> float:
        return 0.0

    def video_wait(self, *_: object) -> float:
        return 0.0
