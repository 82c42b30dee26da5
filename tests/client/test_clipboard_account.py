from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.signaling import ClipboardUsed
from client.clipboard import ClipboardUse
from client.clipboard_account import REPORTS_AT_ONCE, ClipboardAccount

ONE = ClipboardUse(ClipboardDirection.SEND, 3, 4)


def test_few_uses_are_told_one_by_one_and_many_as_their_sum() -> None:
    told: list[ClipboardUsed] = []
    account = ClipboardAccount(told.append, lambda: 0.0)
    for _ in range(REPORTS_AT_ONCE + 1000):
        account.add(ONE)
    assert [report.transfers for report in told] == [1] * REPORTS_AT_ONCE
    assert account.owes
    account.flush()
    assert (told[-1].transfers, told[-1].characters, told[-1].bytes) == (1000, 3000, 4000)
    assert not account.owes


def test_each_direction_is_told_by_itself() -> None:
    told: list[ClipboardUsed] = []
    account = ClipboardAccount(told.append, lambda: 0.0)
    account.add(ONE)
    account.add(ClipboardUse(ClipboardDirection.RECEIVE, 1, 1))
    assert [str(report.direction) for report in told] == ["send", "receive"]


def test_after_a_while_a_use_is_told_with_what_was_owed() -> None:
    told: list[ClipboardUsed] = []
    now = 0.0
    account = ClipboardAccount(told.append, lambda: now)
    for _ in range(REPORTS_AT_ONCE + 2):
        account.add(ONE)
    now = 60.0
    account.add(ONE)
    assert told[-1].transfers == 3
