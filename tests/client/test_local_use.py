"""For how long remote input waits for the end user."""

from client.local_use import TELL_S, LocalUse


def test_input_waits_for_two_seconds_after_the_last_use() -> None:
    use = LocalUse(2.0)
    assert use.left(0.0) == 0
    use.seen(10.0)
    use.seen(11.0)
    assert (use.left(11.0), use.left(12.5), use.left(13.0)) == (2.0, 0.5, 0)


def test_a_take_over_is_told_at_once_and_going_on_only_now_and_then() -> None:
    use = LocalUse(2.0)
    assert use.seen(10.0)
    assert not use.seen(10.1)
    assert use.seen(10.0 + TELL_S)
    assert use.seen(20.0)
