"""The support client's side of a session: events in, effects out. Pure: no I/O, no clock.

`TRANSITIONS` says which event is heard in which state, and is the only thing that moves the state:
an event that it does not list came too late or too early and changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from broker.protocol import join_code
from broker.protocol.files import FilePolicy
from broker.protocol.signaling import (
    ConsentDeclined,
    ConsentGiven,
    IceServer,
    PeerConnected,
    PeerFailed,
    PeerLost,
    PeerWanted,
    SessionJoined,
    SessionPause,
    SessionStop,
)
from broker.protocol.trust import TrustBroken
from broker.protocol.vocabulary import (
    Capability,
    ConsentSource,
    EndReason,
    ErrorCode,
    SessionState,
)
from client import effects as do
from client import events as on
from client.company import NOBODY, Comings
from client.consent import NO_CONSENT, Consent, grant, in_order
from client.distrust import Distrust
from client.guest_peers import GuestPeers
from client.joining import Joining
from client.renewal import Renewal
from client.rights import Rights
from client.situation import Problem, Request, Situation, State, Trouble
from client.time_limit import TimeLimit
from client.transitions import CHANGES_OF_CHARGE, TRANSITIONS
from client.trust.exchanges import Exchanges
from client.ways_out import WaysOut

__all__ = ["TRANSITIONS", "Problem", "Request", "Situation", "State", "SupportSession", "Trouble"]


_FATAL_LATER: Final = frozenset(
    {
        ErrorCode.RESUME_REJECTED,
        ErrorCode.SESSION_ENDED,
        ErrorCode.REPLACED,
        ErrorCode.PROTOCOL_VERSION,
        ErrorCode.NOT_FOUND,
    }
)
"""Refusals of a running session that trying again cannot cure."""


class SupportSession:
    """One program's run through sessions: enter a code, ask, share, end, and again.

    `pre_granted` is what `--grant` allows without a question.
    """

    def __init__(self, pre_granted: frozenset[Capability] = frozenset()) -> None:
        self._pre_granted = pre_granted
        self._ice_servers: tuple[IceServer, ...] = ()
        self.file_policy = FilePolicy()
        """What an admin lets files do, as the broker said it last."""
        self._peer_id: str | None = None
        self._pause_used = False
        self._first_consent = NO_CONSENT
        self.situation = Situation()
        self.rights = Rights(lambda: self.situation, self._update)
        self.renewal = Renewal(lambda: self.situation, self._update)
        self.time_limit = TimeLimit()
        self.comings = Comings(lambda: self.situation, self._update)
        self._distrust = Distrust(lambda: self.situation, self._update)
        self.trust = Exchanges(lambda: self.situation, self._update)
        self._ways = WaysOut(lambda: self.situation, self._update, lambda: self._ice_servers)
        self._guests = GuestPeers(lambda: self.situation.company, lambda: self._ice_servers)
        self._handlers: dict[type[on.Event], Callable[[Any], list[do.Effect]]] = {
            **Joining(self._update).handlers,
            on.Joined: self._joined,
            on.JoinedWithGrant: self._joined_with_grant,
            on.GrantDue: self._granted,
            on.ConsentAnswered: self._consented,
            on.ConsentTooEarly: lambda _: [],
            on.ConsentRefused: self._declined,
            on.PauseChosen: self._paused,
            on.StopChosen: self._stopped,
            on.DistrustChosen: self._distrusted,
            on.AuditTold: self._audit_told,
            on.EndedByBroker: self._ended,
            on.ShutOut: self._shut_out,
            on.RestartChosen: self._restarted,
            on.ResumeRefused: self._resume_refused,
            on.RecoveryFailed: self._recovery_failed,
            on.TryAgainChosen: self._try_again,
            on.SignalingBroken: self._broken,
            on.Resumed: self._resumed,
            on.TechnicianPresenceChanged: self._presence,
            on.OfferReceived: self._offered,
            on.CandidateReceived: self._candidate,
            on.RelayAnswered: self._relay_answered,
            **self._ways.handlers,
            on.PeerStood: self._stood,
            on.PeerGrewQuiet: self._grew_quiet,
            on.PeerFellSilent: self._silent,
            on.PeerBroke: self._broke,
            on.RemotePeerFailed: self._remote_failed,
            **self._guests.handlers,
            **self.rights.handlers,
            **self.renewal.handlers,
            on.RightsLapsed: self._lapsed,
            **self.comings.handlers,
            **self._distrust.handlers,
            **self.trust.handlers,
            on.TrustBroken: self._trust_broken,
            on.TimePassed: self._time_passed,
        }

    @property
    def timed(self) -> tuple[Rights, Comings, Renewal, TimeLimit]:
        """The parts that something is due for at some moment."""
        return self.rights, self.comings, self.renewal, self.time_limit

    @property
    def consent(self) -> Consent:
        """The rights in force."""
        return self.situation.consent

    def handle(self, event: on.Event) -> list[do.Effect]:
        """Take one event and say what must be done; an event out of place does nothing."""
        event = self.renewal.refine(self.comings.refine(self._guests.refine(event)))
        event = self._refine(self.trust.refine(self.time_limit.refine(event)))
        following = TRANSITIONS.get((self.situation.state, type(event)))
        if following is None or not self._concerns_us(event):
            return []
        self._update(state=following)
        if isinstance(event, CHANGES_OF_CHARGE):
            self._peer_id = None
        effects = self._handlers[type(event)](event)
        return [*effects, *self.handle(on.GrantDue())] if self._is_grant_due else effects

    def _refine(self, event: on.Event) -> on.Event:
        """Name the case at hand, where one event from outside stands for two of the table."""
        match event:
            case on.CodeEntered(text) if not join_code.is_code(text):
                return on.CodeMistyped()
            case on.Joined(message) if self._pre_grant(message.requested).given:
                return on.JoinedWithGrant(message)
            case on.ConsentAnswered():
                return self._refine_consent(event)
            case on.StopChosen() if self.situation.state is State.ASKING:
                return on.ConsentRefused()
            case on.Refused(code, fatal) if self.situation.request:
                for_good = fatal and code in _FATAL_LATER
                return on.ShutOut(code) if for_good else on.ResumeRefused(code)
            case _:
                return event

    def _refine_consent(self, event: on.ConsentAnswered) -> on.Event:
        """Nothing chosen is no; and a yes is none unless its string is the one agreed now."""
        if not self._grant(event.chosen).given:
            return on.ConsentRefused()
        return event if self.trust.is_agreed_on(event.seen) else on.ConsentTooEarly()

    def _concerns_us(self, event: on.Event) -> bool:
        """Leave out news of peer connections that were given up, and of what we do not wait for."""
        match event:
            case (
                on.PeerStood(peer_id)
                | on.PeerGrewQuiet(peer_id)
                | on.PeerFellSilent(peer_id)
                | on.PeerBroke(peer_id)
            ):
                return peer_id == self._peer_id
            case on.CandidateReceived(message) | on.RemotePeerFailed(message):
                return message.peer_id == self._peer_id
            case on.ResumeRefused():
                return not self.situation.broker_attached
            case on.RecoveryFailed():
                return self.situation.cut_off
            case on.OfferReceived(message):
                return message.kind == "offer"
            case _:
                return True

    def _update(self, **changes: object) -> None:
        self.situation = replace(self.situation, **changes)  # type: ignore[arg-type]

    # ---- joining

    def _joined(self, event: on.Joined) -> list[do.Effect]:
        return [*self._opened(event.message), do.StartConsentTimer(event.message.consent_timeout_s)]

    def _joined_with_grant(self, event: on.JoinedWithGrant) -> list[do.Effect]:
        """Allow nothing yet: the command line does not know who is on the line.

        Nobody is asked anything, so that the broker alone says how long that may last.
        """
        opened = self._opened(event.message)
        self._update(grant_waits=True)
        return opened

    @property
    def _is_grant_due(self) -> bool:
        return self.situation.grant_waits and self.trust.is_agreed

    def _opened(self, message: SessionJoined) -> list[do.Effect]:
        self._ice_servers = message.ice_servers
        self.file_policy = message.files
        self._peer_id = None
        self._pause_used = False
        request = Request(
            message.session_id,
            message.technician,
            message.ticket_id,
            message.requested,
            message.consent_timeout_s,
            message.support_contact,
            message.branding,
        )
        self.rights.begin(message.may_ask)
        self.renewal.begin(message.renewal_min)
        self.time_limit.begin(message.ends_in_s)
        self._distrust.begin(message.report_token)
        self._guests.begin()
        self.trust.begin()
        self.comings.begin(message.technician.account_id, message.technician.name)
        self._update(request=request, broker_attached=True, may_ask=message.may_ask)
        return [do.RecordOpened(message.session_id), *self._ways.try_all()]

    def _restarted(self, _: on.RestartChosen) -> list[do.Effect]:
        self.situation = Situation()
        return []

    # ---- consent

    def _grant(self, chosen: frozenset[Capability]) -> Consent:
        requested = self.situation.request.requested if self.situation.request else ()
        return grant(requested, chosen, ConsentSource.WINDOW)

    def _pre_grant(self, requested: tuple[Capability, ...]) -> Consent:
        return grant(requested, self._pre_granted, ConsentSource.COMMAND_LINE)

    def _granted(self, _: on.GrantDue) -> list[do.Effect]:
        requested = self.situation.request.requested if self.situation.request else ()
        return self._consent_to(self._pre_grant(requested))

    def _consented(self, event: on.ConsentAnswered) -> list[do.Effect]:
        return self._consent_to(self._grant(event.chosen))

    def _consent_to(self, consent: Consent) -> list[do.Effect]:
        self._update(consent=consent, grant_waits=False)
        return [do.StopConsentTimer(), self._consent_message(), do.ApplyConsent()]

    def _consent_message(self) -> do.Send:
        if not self._first_consent.given:
            self._first_consent = self.consent
        consent = self._first_consent
        source = consent.source or ConsentSource.WINDOW
        return do.Send(ConsentGiven(capabilities=in_order(consent.granted), source=source))

    def _declined(self, event: on.ConsentRefused) -> list[do.Effect]:
        timed_out = event.timed_out
        reason = EndReason.CONSENT_TIMEOUT if timed_out else EndReason.CONSENT_DECLINED
        said = do.Send(ConsentDeclined(timed_out=timed_out))
        return [do.StopConsentTimer(), said, *self._over(reason)]

    def _paused(self, event: on.PauseChosen) -> list[do.Effect]:
        if event.paused == self.situation.consent.paused:
            return []
        self._pause_used = True
        self._update(consent=self.situation.consent.with_paused(event.paused))
        return [do.ApplyConsent(), do.Send(SessionPause(paused=event.paused))]

    # ---- the end

    def _stopped(self, _: on.StopChosen) -> list[do.Effect]:
        if self.situation.request is None:
            return [do.CloseSignaling()]
        return [do.Send(SessionStop()), *self._over(EndReason.END_USER_STOPPED)]

    def _distrusted(self, _: on.DistrustChosen) -> list[do.Effect]:
        ended = [*self._stopped(on.StopChosen()), do.StopConsentTimer()]
        return [*ended, *self._distrust.report()]

    def _lapsed(self, _: on.RightsLapsed) -> list[do.Effect]:
        said = do.Send(SessionStop(lapsed=True))
        return [do.SettleAccounts(), said, *self._over(EndReason.RIGHTS_LAPSED)]

    def _ended(self, event: on.EndedByBroker) -> list[do.Effect]:
        self._update(explanation=event.explanation, whose=event.whose)
        return [do.StopConsentTimer(), *self._over(event.reason)]

    def _shut_out(self, event: on.ShutOut) -> list[do.Effect]:
        self._update(trouble=event.code)
        return [do.StopConsentTimer(), *self._over(None)]

    def _trust_broken(self, event: on.TrustBroken) -> list[do.Effect]:
        """End at once, whatever the broker makes of it."""
        said = TrustBroken(breach=event.breach, account_id=event.account_id or None)
        self._update(whose=self.situation.company.name_of(event.account_id))
        return [do.StopConsentTimer(), do.Send(said), *self._over(event.breach.end_reason)]

    def _over(self, reason: EndReason | None) -> list[do.Effect]:
        self._peer_id = None
        self._first_consent = NO_CONSENT
        self._update(consent=NO_CONSENT, end_reason=reason, broker_attached=False)
        self._update(ask=None, ending=(), held_back=False, company=NOBODY, trust=())
        self._update(grant_waits=False)
        self._guests.begin()
        session_id = self.situation.request.session_id if self.situation.request else ""
        return [
            do.ApplyConsent(),
            do.ClosePeer(),
            do.CloseGuests(None),
            do.CloseSignaling(),
            do.RecordClosed(session_id, str(reason or self.situation.trouble)),
        ]

    # ---- the websocket

    def _broken(self, _: on.SignalingBroken) -> list[do.Effect]:
        self._update(broker_attached=False)
        return []

    def _resume_refused(self, event: on.ResumeRefused) -> list[do.Effect]:
        self._update(trouble=event.code)
        return []

    def _recovery_failed(self, _: on.RecoveryFailed) -> list[do.Effect]:
        self._update(unrecovered=True)
        return []

    def _try_again(self, _: on.TryAgainChosen) -> list[do.Effect]:
        self._update(unrecovered=False)
        wanted = [do.Send(PeerWanted())] if self.situation.broker_attached else []
        return [do.ProveSignaling(), *wanted]

    def _audit_told(self, event: on.AuditTold) -> list[do.Effect]:
        self._update(unrecorded=event.fails)
        return []

    def _presence(self, event: on.TechnicianPresenceChanged) -> list[do.Effect]:
        self._update(technician_present=event.present)
        return self._ways.tell() if event.present else []

    def _resumed(self, event: on.Resumed) -> list[do.Effect]:
        """Tell the broker whatever it may have missed."""
        self._ice_servers = event.message.ice_servers
        self.file_policy = event.message.files
        self._update(broker_attached=True, trouble=None, unrecovered=False, unrecorded=False)
        missed = self._missed(event.message.state, event.message.granted)
        return [*(do.Send(message) for message in missed), *self._ways.try_all()]

    def _missed(
        self, known: SessionState, granted: tuple[Capability, ...] | None
    ) -> list[do.Outgoing]:
        said: list[do.Outgoing] = []
        if known is SessionState.JOINED and self.consent.answered:
            said.append(self._consent_message().message)
            granted = in_order(self._first_consent.granted)
        if self.consent.answered:
            said += self.rights.missed(granted)
        if self._pause_used or self.consent.paused:
            said.append(SessionPause(paused=self.consent.paused))
        if known is not SessionState.CONNECTED and self.situation.state is State.LINKED:
            said.append(PeerConnected(peer_id=self._peer_id or ""))
        return said

    # ---- the peer connection

    def _offered(self, event: on.OfferReceived) -> list[do.Effect]:
        closing: list[do.Effect] = [do.ClosePeer()] if self._peer_id else []
        self._peer_id = event.message.peer_id
        return [*closing, do.OpenPeer(event.message, self._ice_servers)]

    def _candidate(self, event: on.CandidateReceived) -> list[do.Effect]:
        return [do.AddCandidate(event.message)]

    def _relay_answered(self, event: on.RelayAnswered) -> list[do.Effect]:
        return [do.TellFiles(event.message)]

    def _stood(self, event: on.PeerStood) -> list[do.Effect]:
        self._update(link_trouble=False, unrecovered=False, way=event.way)
        return [do.Send(PeerConnected(peer_id=event.peer_id, way=event.way))]

    def _grew_quiet(self, _: on.PeerGrewQuiet) -> list[do.Effect]:
        """What cuts one line off may well have cut the other."""
        return [do.ProveSignaling()]

    def _silent(self, event: on.PeerFellSilent) -> list[do.Effect]:
        return [do.Send(PeerLost(peer_id=event.peer_id)), *self._unlinked()]

    def _broke(self, event: on.PeerBroke) -> list[do.Effect]:
        said = PeerFailed(peer_id=event.peer_id, reason=event.reason)
        return [do.Send(said), *self._unlinked()]

    def _remote_failed(self, _: on.RemotePeerFailed) -> list[do.Effect]:
        return self._unlinked()

    def _unlinked(self) -> list[do.Effect]:
        self._peer_id = None
        self._update(link_trouble=True, way=None)
        return [do.ClosePeer()]

    # ---- time

    def _time_passed(self, event: on.TimePassed) -> list[do.Effect]:
        renewal = self.renewal.time_passed(event.now)
        self._pause_used = self._pause_used or self.consent.paused
        rights = self.rights.handlers[on.TimePassed](event)
        return [*renewal, *rights, *self.comings.time_passed(event.now)]
