from dataclasses import replace

from client.company import Company, Member
from client.situation import Request, Situation, State
from client.terminal import Terminal
from tests.client.fake_broker import SESSION_ID, joined
from tests.client.test_support_session import session_in

JOINED = joined()
REQUEST = Request(SESSION_ID, JOINED.technician, JOINED.ticket_id, JOINED.requested, 60)


def test_whoever_sees_no_window_that_asks_is_told_to_compare_the_digits() -> None:
    said: list[str] = []
    terminal = Terminal(said.append)
    terminal.show_situation(Situation())
    waiting = Situation(State.ASKING, REQUEST, grant_waits=True)
    for _ in range(2):
        terminal.show_situation(waiting)
    assert said == ["Four digits appear here as soon as Ada Example’s page is open."]
    (agreed,) = session_in(State.ASKING).situation.trust
    linked = replace(waiting, state=State.READY, grant_waits=False, trust=(agreed,))
    for _ in range(2):
        terminal.show_situation(linked)
    assert agreed.string.digits in said[1]
    assert said[2].startswith("Read these four digits, or the two words, to Ada Example by voice")
    ben = replace(agreed, account_id="ben", is_new=True)
    company = Company(Member("", "Ada Example"), guests=(Member("ben", "Ben", 1),))
    terminal.show_situation(replace(linked, trust=(agreed, ben), company=company))
    assert said[4].startswith("They are new. Read these four digits, or the two words, to Ben")
    assert len(said) == 5
