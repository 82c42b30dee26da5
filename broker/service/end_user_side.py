"""The support client's side of a session: claim a code, come back, say what was decided."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any, Final, get_args

from broker.audit.event import Actor
from broker.errors import CodeRejected, Conflict, IllegalTransition, ResumeRejected, SessionOver
from broker.link_ports import ClientLink, Heard
from broker.ports import AccountStore
from broker.protocol import signaling as wire
from broker.protocol.branding import ClientBranding
from broker.protocol.chat import ChatCounted, ClientChat
from broker.protocol.connection import ConnectionTried
from broker.protocol.directions import ClientToBroker
from broker.protocol.files import FilesReported
from broker.protocol.participants import (
    ControlPassed,
    EntryAnswer,
    ParticipantRemoved,
)
from broker.protocol.relay import RelaySide, RelayWanted
from broker.protocol.reports import ReportPlace
from broker.protocol.rights import RightsChanged, RightsRenewed
from broker.protocol.trust import TrustAnswer, TrustBroken
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.verified import known_account
from broker.protocol.vocabulary import ActorKind, ErrorCode
from broker.service import relay
from broker.service.branding import BrandDesk
from broker.service.connection import client_tried
from broker.service.distrust import report_token
from broker.service.entries import end_user_decided
from broker.service.owner import SessionOwner
from broker.service.receipts import receipt_token
from broker.service.registry import Registry
from broker.service.relayed_chat import client_chatted
from broker.service.reports import reported
from broker.service.transcripts import transcript_token
from broker.service.trust import client_agrees
from broker.session import events as ev
from broker.session.company import who_takes_part
from broker.session.facts import Session

_Decided = (
    wire.ConsentGiven
    | wire.ConsentDeclined
    | wire.SessionPause
    | wire.SessionStop
    | RightsChanged
    | RightsRenewed
)
_Reported = wire.ClipboardUsed | FilesReported | ChatCounted
_LetIn = EntryAnswer | ParticipantRemoved | ControlPassed
_Agreed = TrustAnswer | TrustBroken
_ForConsoles = RelayWanted | PeerTunnel | wire.PeerWanted | ConnectionTried | ClientChat


class EndUserSide:
    """What the join page and support clients may do."""

    def __init__(self, registry: Registry, accounts: AccountStore, branding: BrandDesk) -> None:
        self._registry = registry
        self._branding = branding
        self._accounts = accounts
        self._ports = registry.ports

    async def preview(self, code: str, address: str | None) -> Session:
        """Give the session behind a live code without claiming it; CodeRejected (audited).

        An unknown, a used and an expired code are one case: only live codes are kept at all.
        """
        session = await self._ports.sessions.by_code(self._ports.secrets.fingerprint(code))
        expires = session.code_expires_at if session else None
        if session is None or expires is None or expires <= self._ports.clock.now():
            await self._registry.refused("join.code_refused", _stranger(address))
            raise CodeRejected
        return session

    async def technician(self, session: Session) -> wire.Technician:
        """Say who asks, as this broker knows them."""
        account = await self._accounts.get(session.technician_id)
        now = self._ports.clock.now()
        return wire.Technician(
            name=session.technician_name,
            organisation=self._registry.settings.organisation,
            account_id=session.technician_id,
            account=None if account is None else known_account(account.created_at, now),
        )

    async def join(
        self, message: wire.ClientJoin, code: str, link: ClientLink, address: str | None
    ) -> str:
        """Claim a join code and attach `link`: the session's id. CodeRejected (audited)."""
        session = await self.preview(code, address)
        token = self._ports.secrets.new_token()
        actor = Actor(ActorKind.END_USER, name=message.system.machine, address=address)
        claim = ev.CodeClaimed(
            actor,
            resume_hash=self._ports.secrets.fingerprint(token),
            machine=message.system.machine,
            operating_system=message.system.platform,
            client_version=message.system.client_version,
            receipt_key=message.receipt_key,
        )
        try:
            owner = self._registry.live(session.session_id)
            technician = await self.technician(owner.session)
            brand = await self._branding.for_client()
            await owner.submit(claim, lambda: self._greet(owner, technician, brand, link, token))
        except (IllegalTransition, Conflict) as error:  # somebody was faster, here or elsewhere
            await self._registry.refused("join.code_refused", actor, session)
            raise CodeRejected from error
        return session.session_id

    def recognises(self, message: wire.ClientResume) -> bool:
        """Tell whether this is the resume token of a session that is alive here."""
        owner = self._registry.find(message.session_id)
        known = owner.session.resume_hash if owner else None
        return self._ports.secrets.matches(message.resume_token, known)

    async def resume(
        self, message: wire.ClientResume, link: ClientLink, address: str | None
    ) -> str:
        """Attach a support client that comes back; ResumeRejected (audited)."""
        owner = self._registry.find(message.session_id)
        if owner is None or not self.recognises(message):
            await self._registry.refused("session.resume_refused", _stranger(address))
            raise ResumeRejected
        event = ev.ClientAttached(_end_user(owner, address))
        await owner.submit(event, lambda: self._welcome_back(owner, link))
        return owner.session.session_id

    async def said(
        self, session_id: str, address: str | None, heard: Heard[ClientToBroker]
    ) -> None:
        """Take a message of the attached support client."""
        owner = self._registry.live(session_id)
        await relay.taker(_TAKERS, heard)(self, owner, address, heard)

    async def _described(
        self,
        owner: SessionOwner,
        address: str | None,  # noqa: ARG002
        heard: Heard[wire.PeerDescription],
    ) -> None:
        relay.client_answers(owner, heard)

    async def _found_candidate(
        self,
        owner: SessionOwner,
        address: str | None,  # noqa: ARG002
        heard: Heard[wire.PeerCandidate],
    ) -> None:
        relay.client_passes(owner, heard)

    async def _decided(
        self, owner: SessionOwner, address: str | None, heard: Heard[_Decided]
    ) -> None:
        await owner.submit(_event(_end_user(owner, address), heard.message))

    async def _reported(
        self,
        owner: SessionOwner,
        address: str | None,
        heard: Heard[_Reported],
    ) -> None:
        actor = _end_user(owner, address)
        await reported(self._ports.audit_log, owner, actor, heard.message)

    async def _let_in_or_out(
        self,
        owner: SessionOwner,
        address: str | None,
        heard: Heard[_LetIn],
    ) -> None:
        actor = _end_user(owner, address)
        await end_user_decided(self._registry.relays, owner, actor, heard.message)

    async def _agrees(
        self, owner: SessionOwner, address: str | None, heard: Heard[_Agreed]
    ) -> None:
        await client_agrees(self._ports, owner, _end_user(owner, address), heard.message)

    async def _told_news(
        self, owner: SessionOwner, address: str | None, heard: Heard[relay.News]
    ) -> None:
        actor = _end_user(owner, address)
        await relay.client_news(self._registry.relays, owner, actor, heard.message)

    async def _told_consoles(
        self,
        owner: SessionOwner,
        address: str | None,  # noqa: ARG002
        heard: Heard[_ForConsoles],
    ) -> None:
        match heard.message:
            case RelayWanted(relay_id=relay_id):
                self._registry.relays.wanted(owner, RelaySide.CLIENT, relay_id)
            case PeerTunnel():
                relay.client_tunnels(self._registry.relays, owner, heard.message)
            case wire.PeerWanted():
                relay.client_wants(owner, heard.message)
            case ConnectionTried():
                client_tried(owner, heard.message)
            case _:
                client_chatted(owner, heard.message)

    async def left(self, session_id: str, link: ClientLink, address: str | None) -> None:
        """Note that the support client's socket is gone, if it was still the current one."""
        owner = self._registry.find(session_id)
        if owner is None or owner.client is not link:
            return
        owner.client = None
        self._registry.relays.cut(session_id)
        with suppress(SessionOver):
            await owner.submit(ev.ClientDetached(_end_user(owner, address)))

    def _greet(
        self,
        owner: SessionOwner,
        technician: wire.Technician,
        branding: ClientBranding,
        link: ClientLink,
        token: str,
    ) -> None:
        session = owner.session
        owner.client = link
        link.send(
            wire.SessionJoined(
                session_id=session.session_id,
                resume_token=token,
                technician=technician,
                ticket_id=session.ticket_id,
                requested=session.requested,
                may_ask=session.policy.allowed,
                consent_timeout_s=session.policy.consent_timeout_s,
                renewal_min=self._registry.settings.renewal_min,
                ends_in_s=max(0, int(self._registry.left_s(session))),
                ice_servers=self._registry.ice(session),
                files=session.policy.files(self._registry.settings.files),
                report_token=report_token(
                    self._ports.secrets, session.session_id, ReportPlace.SUPPORT_CLIENT
                ),
                support_contact=self._registry.settings.support_contact,
                branding=branding,
                receipt_token=receipt_token(self._ports.secrets, session.session_id),
                transcript_token=self._transcript_token(session),
            )
        )
        link.send(wire.TechnicianPresence(present=owner.console is not None))

    def _transcript_token(self, session: Session) -> str | None:
        asks = self._registry.settings.asks_for_transcripts and session.policy.transcript
        return transcript_token(self._ports.secrets, session.session_id) if asks else None

    def _welcome_back(self, owner: SessionOwner, link: ClientLink) -> None:
        previous, owner.client = owner.client, link
        if previous is not None:
            self._registry.relays.cut(owner.session.session_id)
            previous.close(ErrorCode.REPLACED)
            owner.tell_consoles(wire.PeerWanted())
        session = owner.session
        link.send(
            wire.SessionResumed(
                session_id=session.session_id,
                state=session.state,
                granted=session.granted,
                ice_servers=self._registry.ice(session),
                files=session.policy.files(self._registry.settings.files),
            )
        )
        if session.is_agreed:
            link.send(who_takes_part(session))
        link.send(wire.TechnicianPresence(present=owner.console is not None))


def _event(actor: Actor, told: _Decided) -> ev.Event:
    match told:
        case wire.ConsentGiven():
            return ev.ConsentGiven(actor, told.capabilities, told.source)
        case wire.ConsentDeclined():
            return ev.ConsentDeclined(actor, told.timed_out)
        case wire.SessionPause():
            return ev.PauseChanged(actor, told.paused)
        case wire.SessionStop():
            return ev.EndUserStopped(actor, told.lapsed)
        case RightsRenewed():
            return ev.RightsRenewed(actor, told.outcome)
        case RightsChanged():
            what = (told.change, told.capability, told.granted, told.reason, told.minutes)
            return ev.RightsChanged(actor, *what)


def _stranger(address: str | None) -> Actor:
    return Actor(ActorKind.END_USER, address=address)


def _end_user(owner: SessionOwner, address: str | None) -> Actor:
    return Actor(ActorKind.END_USER, name=owner.session.machine, address=address)


_Take = Callable[[EndUserSide, SessionOwner, str | None, Heard[Any]], Awaitable[None]]

_TAKERS: Final[Mapping[type, _Take]] = {
    wire.PeerDescription: EndUserSide._described,
    wire.PeerCandidate: EndUserSide._found_candidate,
    **dict.fromkeys(get_args(_Decided), EndUserSide._decided),
    **dict.fromkeys(get_args(_Reported), EndUserSide._reported),
    **dict.fromkeys(get_args(_LetIn), EndUserSide._let_in_or_out),
    **dict.fromkeys(get_args(_Agreed), EndUserSide._agrees),
    **dict.fromkeys(get_args(relay.News), EndUserSide._told_news),
    **dict.fromkeys(get_args(_ForConsoles), EndUserSide._told_consoles),
}
"""What takes each message."""
