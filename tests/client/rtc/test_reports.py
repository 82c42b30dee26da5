from client.rtc.reports import ReportTimes


def test_the_report_that_is_answered_tells_when_it_left() -> None:
    times = ReportTimes()
    times.sent(0x12345678_9ABCDEF0, 5.0)
    assert times.of(0x56789ABC) == 5.0
    assert times.of(0x11111111) is None
    assert times.of(0) is None


def test_of_two_reports_with_one_time_nobody_knows_which_was_answered() -> None:
    times = ReportTimes()
    times.sent(1 << 20, 5.0)
    times.sent(1 << 20, 6.0)
    assert times.of(1 << 4) is None
    times.sent(1 << 21, 7.0)
    assert times.of(1 << 5) == 7.0
