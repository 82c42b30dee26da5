from client.platform.notches import Notches


def test_parts_of_a_notch_add_up_to_a_whole_one() -> None:
    wheel = Notches()
    assert [wheel.turn(0.25) for _ in range(8)] == [0, 0, 0, 1, 0, 0, 0, 1]
    assert sum(wheel.turn(0.1) for _ in range(10)) == 1
    assert wheel.turn(-2.5) == -2


def test_what_is_less_than_a_notch_is_forgotten_when_the_wheel_turns_back() -> None:
    wheel = Notches()
    wheel.turn(0.9)
    assert [wheel.turn(-0.9), wheel.turn(-0.2)] == [0, -1]
