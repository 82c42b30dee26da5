"""The clipboard channel: texts to and from the end user's clipboard, as far as they allow each.

Consent is asked for every message and again before every piece that leaves; a right that is taken
away stops a text on its way. What the technician sent is never sent back to them.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from broker.protocol.clipboard import (
    CONSOLE_CLIPBOARD,
    ClientClipboardMessage,
    ClipboardBegin,
    ClipboardDirection,
    ClipboardDone,
    ClipboardEnd,
    ClipboardFetch,
    ClipboardFollow,
    ClipboardGot,
    ClipboardPart,
    ClipboardProblem,
    ClipboardRefused,
)
from broker.protocol.vocabulary import Capability
from client.channels.budget import Budget
from client.channels.clipboard_transfer import Incoming, Outgoing
from client.channels.inbox import Inbox
from client.clipboard import Clipboard, ClipboardUse, problem_of, with_line_feeds
from client.consent import Consent

SEND: Final = ClipboardDirection.SEND
RECEIVE: Final = ClipboardDirection.RECEIVE
_RIGHTS: Final = {
    SEND: Capability.CLIPBOARD_SEND,
    RECEIVE: Capability.CLIPBOARD_RECEIVE,
}
TRANSFERS_AT_ONCE: Final = 30
SECONDS_A_TRANSFER: Final = 1.0
"""As many texts as people copy in a hurry, then one a second; refusals are told as often."""


@dataclass(frozen=True)
class ClipboardDesk:
    """What the channel acts on and asks. `clock` gives monotonic seconds."""

    clipboard: Clipboard
    consent: Callable[[], Consent]
    clock: Callable[[], float]
    used: Callable[[ClipboardUse], None]
    """Told of each text that went from one clipboard to the other."""


class ClipboardChannel:
    """One peer's clipboard channel: at most one text in each direction."""

    def __init__(self, desk: ClipboardDesk, send: Callable[[str], bool]) -> None:
        self._desk = desk
        self._send = send
        self._inbox = Inbox(CONSOLE_CLIPBOARD)
        self._transfers = Budget(1 / SECONDS_A_TRANSFER, TRANSFERS_AT_ONCE, desk.clock)
        self._refusals = Budget(1 / SECONDS_A_TRANSFER, TRANSFERS_AT_ONCE, desk.clock)
        self._incoming: Incoming | None = None
        self._outgoing: Outgoing | None = None
        self._fetching: str | None = None
        self._follows = False
        self._watches = False
        self._given: str | None = None
        """The technician's own last text: it is not sent back to them."""

    def receive(self, raw: str | bytes) -> None:
        """Carry out one message, if the end user allows it now."""
        match self._inbox.open(raw):
            case None:
                self._refuse(None, SEND, ClipboardProblem.DAMAGED)
            case ClipboardBegin() as begin:
                self._begin(begin)
            case ClipboardPart() as part:
                self._take(part)
            case ClipboardEnd() as end:
                self._finish(end)
            case ClipboardFetch() as fetch:
                self._fetch(fetch)
            case ClipboardFollow(on=on):
                self._follows = on
                self._watch()
            case ClipboardGot() as got:
                self._more(got)
            case ClipboardRefused(id=refused) if self._outgoing and refused == self._outgoing.id:
                self._outgoing = None

    def consent_changed(self) -> None:
        """Drop what is not allowed any more, and watch only while that is."""
        if not self._allows(SEND):
            self._incoming = None
        if not self._allows(RECEIVE):
            self._outgoing = self._fetching = None
        self._watch()

    def close(self) -> None:
        """Let go of everything."""
        self._incoming = self._outgoing = self._fetching = None
        self._follows = False
        self._watch()

    # ---- from the technician

    def _begin(self, begin: ClipboardBegin) -> None:
        self._incoming = None
        incoming = Incoming(begin)
        problem = self._refusal(SEND) or incoming.problem or self._too_many()
        if problem is None:
            self._incoming = incoming
        else:
            self._refuse(begin.id, SEND, problem)

    def _take(self, part: ClipboardPart) -> None:
        incoming = self._incoming
        if incoming is None or incoming.id != part.id:
            return  # of a text that was refused, or that another took the place of
        incoming.add(part.text)
        problem = self._refusal(SEND) or incoming.problem
        if problem is not None:
            self._incoming = None
            self._refuse(part.id, SEND, problem)
        else:
            self._say(ClipboardGot(id=part.id, parts=incoming.parts))

    def _finish(self, end: ClipboardEnd) -> None:
        incoming, self._incoming = self._incoming, None
        if incoming is None or incoming.id != end.id:
            return
        text = self._refusal(SEND) or incoming.whole()
        if isinstance(text, ClipboardProblem):
            self._refuse(end.id, SEND, text)
            return
        self._given = text
        self._desk.clipboard.write(text, partial(self._written, end.id, text))

    def _written(self, transfer_id: str, text: str, written: bool) -> None:
        if not written:
            self._refuse(transfer_id, SEND, ClipboardProblem.UNAVAILABLE)
            return
        use = ClipboardUse(SEND, len(text), len(text.encode()))
        self._desk.used(use)
        self._say(ClipboardDone(id=transfer_id, characters=use.characters, bytes=use.size_bytes))

    # ---- to the technician

    def _fetch(self, fetch: ClipboardFetch) -> None:
        problem = self._refusal(RECEIVE) or self._too_many()
        if problem is not None:
            self._refuse(fetch.id, RECEIVE, problem)
            return
        self._fetching = fetch.id
        self._desk.clipboard.read(partial(self._read, fetch.id))

    def _read(self, transfer_id: str, text: str | None) -> None:
        if self._fetching != transfer_id:
            return
        self._fetching = None
        if text is None:
            self._refuse(transfer_id, RECEIVE, ClipboardProblem.UNAVAILABLE)
        else:
            self._offer(transfer_id, transfer_id, text)

    def _copied(self, text: str) -> None:
        """The end user copied something while the technician's clipboard is kept in step."""
        text = with_line_feeds(text)
        if text and text != self._given and self._watches:
            self._given = None
            self._offer(str(uuid.uuid4()), None, text)

    def _offer(self, transfer_id: str, asked: str | None, text: str) -> None:
        text = with_line_feeds(text)
        problem = self._refusal(RECEIVE) or problem_of(text)
        if problem is None and asked is None:
            problem = self._too_many()
        if problem is not None:
            self._refuse(asked, RECEIVE, problem)
            return
        self._outgoing = Outgoing(transfer_id, text)
        self._say(self._outgoing.begin)
        self._pass_on()

    def _more(self, got: ClipboardGot) -> None:
        if self._outgoing is not None and self._outgoing.id == got.id:
            self._outgoing.got(got.parts)
            self._pass_on()

    def _pass_on(self) -> None:
        """Send what is due; once the end has left, the text counts as given."""
        outgoing = self._outgoing
        if outgoing is None:
            return
        for message in outgoing.due():
            if not self._allows(RECEIVE) or not self._say(message):
                self._outgoing = None
                return
        if outgoing.is_over:
            self._outgoing = None
            self._desk.used(ClipboardUse(RECEIVE, outgoing.characters, outgoing.size_bytes))

    # ---- what may be

    def _watch(self) -> None:
        wanted = self._follows and self._allows(RECEIVE)
        if wanted != self._watches:
            self._watches = wanted
            self._desk.clipboard.watch(self._copied if wanted else None)

    def _allows(self, direction: ClipboardDirection) -> bool:
        return self._desk.consent().allows(_RIGHTS[direction])

    def _refusal(self, direction: ClipboardDirection) -> ClipboardProblem | None:
        refusal = self._desk.consent().refusal(_RIGHTS[direction])
        return None if refusal is None else ClipboardProblem(refusal)

    def _too_many(self) -> ClipboardProblem | None:
        return None if self._transfers.take() else ClipboardProblem.TOO_MANY

    def _refuse(
        self, transfer_id: str | None, direction: ClipboardDirection, reason: ClipboardProblem
    ) -> None:
        if self._refusals.take():
            self._say(ClipboardRefused(id=transfer_id, direction=direction, reason=reason))

    def _say(self, message: ClientClipboardMessage) -> bool:
        return self._send(message.model_dump_json())
