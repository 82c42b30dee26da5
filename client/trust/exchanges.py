"""On which string this side has agreed with each technician's console. Pure.

The protocol is told in `broker.protocol.trust`. A console whose string is not agreed on, or whose
offer names another certificate than the one agreed on, gets no peer connection.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from broker.protocol.participants import Participant
from broker.protocol.signaling import PeerFailed
from broker.protocol.trust import (
    MAX_EXCHANGES,
    TrustAnswer,
    TrustBreach,
    TrustPart,
    TrustReveal,
    TrustString,
    commitment_of,
    is_only_fingerprint,
    string_of,
)
from broker.protocol.trust_words import TrustLanguage
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.vocabulary import PeerFailure
from client import effects as do
from client import events as on
from client.company import Company


@dataclass(frozen=True)
class Agreed:
    """What both screens show for one technician's console, and what it was made from."""

    account_id: str
    """Empty while no broker has said whose it is."""
    string: TrustString
    part: TrustPart
    """The console's."""
    is_new: bool
    """Whether it takes the place of another, which was shown before in this session."""


@dataclass(frozen=True)
class _Exchange:
    """One commitment, and what came of it."""

    own: TrustPart
    number: int
    language: TrustLanguage
    part: TrustPart | None = None
    """The console's, once it has been revealed."""


class Facts(Protocol):
    """What is known of the session."""

    @property
    def company(self) -> Company:
        """Who is in."""

    @property
    def request(self) -> Any:
        """Who asked for what (`client.situation.Request`)."""

    @property
    def trust(self) -> tuple[Agreed, ...]:
        """What was agreed on, one for each technician."""


class Exchanges:
    """Those of one session after another; `change` replaces fields of the situation."""

    def __init__(self, facts: Callable[[], Facts], change: Callable[..., None]) -> None:
        self._facts = facts
        self._change = change
        self._begun: dict[str, dict[str, _Exchange]] = {}
        """By account, then by commitment."""
        self._current: dict[str, str] = {}
        """The commitment that an account's console made last."""
        self.handlers: dict[type[Any], Callable[[Any], list[do.Effect]]] = {
            on.TrustCommitted: self._committed,
            on.TrustRevealed: self._revealed,
            on.UntrustedOffered: self._untrusted,
        }

    def begin(self) -> None:
        """Begin a session."""
        self._begun.clear()
        self._current.clear()

    def refine(self, event: on.Event) -> on.Event:
        """Name the case at hand: what shows that somebody is between, and what comes too early."""
        match event:
            case on.TrustCommitted(message) if self._is_one_too_many(message.commitment, event):
                return self._broken(event, TrustBreach.TOO_MANY)
            case on.TrustRevealed(message) if self._is_false(message):
                return self._broken(event, TrustBreach.COMMITMENT)
            case on.OfferReceived(message) | on.GuestOffered(message) if message.kind == "offer":
                return self._checked(event, message)
        return event

    # ---- who

    def _whose(self, participant: Participant | None) -> str:
        """Give the account; what nobody is named for is of whoever is in charge."""
        in_charge = self._facts().company.in_charge
        unnamed = in_charge.account_id if in_charge else ""
        return participant.account_id if participant else unnamed

    def _broken(self, event: on.TrustCommitted | on.TrustRevealed, why: TrustBreach) -> on.Event:
        return on.TrustBroken(why, self._whose(event.message.participant))

    # ---- agreeing

    def _of(self, account_id: str) -> dict[str, _Exchange]:
        return self._begun.setdefault(account_id, {})

    def _is_one_too_many(self, commitment: str, event: on.TrustCommitted) -> bool:
        begun = self._of(self._whose(event.message.participant))
        return commitment not in begun and len(begun) >= MAX_EXCHANGES

    def _committed(self, event: on.TrustCommitted) -> list[do.Effect]:
        """Answer: with what was answered before when the commitment is known."""
        message, account_id = event.message, self._whose(event.message.participant)
        if not self._facts().company.may_agree(account_id):
            return []
        begun = self._of(account_id)
        fresh = _Exchange(event.own, len(begun) + 1, event.language)
        exchange = begun.setdefault(message.commitment, fresh)
        self._current[account_id] = message.commitment
        self._show(account_id, exchange)
        answer = TrustAnswer(
            commitment=message.commitment,
            account_id=account_id or None,
            part=exchange.own,
            language=exchange.language,
            number=exchange.number,
        )
        return [do.Send(answer)]

    def _is_false(self, message: TrustReveal) -> bool:
        known = message.commitment in self._of(self._whose(message.participant))
        return known and commitment_of(self._session_id, message.part) != message.commitment

    def _revealed(self, event: on.TrustRevealed) -> list[do.Effect]:
        """Take what was committed to; a reveal that nothing was committed for is not heard."""
        message, account_id = event.message, self._whose(event.message.participant)
        current = self._current.get(account_id)
        if message.commitment != current or not self._facts().company.may_agree(account_id):
            return []
        begun = self._of(account_id)
        begun[message.commitment] = replace(begun[message.commitment], part=message.part)
        self._show(account_id, begun[message.commitment])
        return []

    @property
    def _session_id(self) -> str:
        request = self._facts().request
        return request.session_id if request else ""

    def _show(self, account_id: str, exchange: _Exchange) -> None:
        """Show this string in the place of the one before, or none while it is not agreed on."""
        before = self.agreed_with(account_id)
        others = tuple(one for one in self._facts().trust if one.account_id != account_id)
        if exchange.part is None:
            self._change(trust=others)
            return
        string = string_of(self._session_id, exchange.part, exchange.own, exchange.language)
        if before is None or before.string != string:
            is_new = before is not None or exchange.number > 1
            self._change(trust=(*others, Agreed(account_id, string, exchange.part, is_new)))

    def agreed_with(self, account_id: str) -> Agreed | None:
        """Give what was agreed on with this technician's console."""
        return next((one for one in self._facts().trust if one.account_id == account_id), None)

    @property
    def is_agreed(self) -> bool:
        """Whether a string is agreed on with whoever is in charge."""
        return self.agreed_with(self._whose(None)) is not None

    def is_agreed_on(self, seen: TrustString | None) -> bool:
        """Whether what was seen is the string agreed on now: another may have crossed it."""
        agreed = self.agreed_with(self._whose(None))
        return agreed is not None and agreed.string == seen

    # ---- offers

    def _checked(self, event: on.OfferReceived | on.GuestOffered, message: on.Offer) -> on.Event:
        """Look whose offer it is; the secret of a tunnel comes from what was agreed on."""
        account_id = self._whose(message.participant)
        agreed = self.agreed_with(account_id)
        if agreed is None:
            return on.UntrustedOffered(message)
        if isinstance(message, PeerTunnel):
            return event
        if not is_only_fingerprint(message.sdp, agreed.part.fingerprint):
            return on.TrustBroken(TrustBreach.FINGERPRINT, account_id)
        return event

    @staticmethod
    def _untrusted(event: on.UntrustedOffered) -> list[do.Effect]:
        reason = PeerFailure.NEGOTIATION_FAILED
        return [do.Send(PeerFailed(peer_id=event.message.peer_id, reason=reason))]
