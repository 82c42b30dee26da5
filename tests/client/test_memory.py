from client import memory


def test_giving_memory_back_does_no_harm_anywhere() -> None:
    kept = bytearray(b"kept" * 1000)
    memory.give_back()
    assert kept == b"kept" * 1000
