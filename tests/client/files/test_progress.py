from client.files.progress import Progress


def test_speed_and_time_left_are_those_of_the_last_seconds() -> None:
    progress = Progress(1000)
    for tenth in range(1, 31):
        progress.moved(10, tenth / 10)
    assert progress.done == 300
    assert 95 < progress.speed(3.0) < 105
    left = progress.left_s(3.0)
    assert left is not None
    assert 6.5 < left < 7.5


def test_before_anything_moved_nothing_can_be_said() -> None:
    assert Progress(10).speed(1.0) == 0
    assert Progress(10).left_s(1.0) is None


def test_a_rest_does_not_count() -> None:
    progress = Progress(1000)
    progress.moved(100, 0.0)
    progress.moved(100, 1.0)
    progress.rests()
    progress.moved(100, 60.0)
    progress.moved(100, 61.0)
    assert 90 < progress.speed(61.0) < 110
