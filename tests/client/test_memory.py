import gc
import weakref

from client import memory


class Ring:
    """Refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def test_giving_memory_back_does_no_harm_anywhere() -> None:
    kept = bytearray(b"kept" * 1000)
    memory.give_back()
    assert kept == b"kept" * 1000


def test_what_only_refers_to_itself_is_collected_and_what_was_there_before_is_left_alone() -> None:
    old = Ring()
    kept = weakref.ref(old)
    memory.keep()
    try:
        gone = weakref.ref(Ring())
        del old
        memory.tidy()
        assert gone() is None
        assert kept() is not None
    finally:
        gc.unfreeze()
