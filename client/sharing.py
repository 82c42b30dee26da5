"""What is shared with the console, and how it gets there: screen, peer connection and channels.

It wires the parts of one session after another and carries out what it is told; why, it does not
know. It lives in the engine's loop.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import structlog

from broker.protocol.channels import PictureWish, ScreenProblem
from broker.protocol.files import FileDirection, FilePolicy, FileProblem, FilesReported
from broker.protocol.relay import RelayWanted
from broker.protocol.signaling import ClipboardUsed, PeerCandidate, PeerDescription
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.vocabulary import Capability, PeerFailure
from client import effects as do
from client import events as on
from client.capture.audience import Audience
from client.capture.contracts import ScreenReport
from client.capture.engine import ScreenEngine
from client.channels.clipboard import ClipboardDesk
from client.channels.switchboard import Surroundings, Switchboard
from client.chat import Conversation
from client.clipboard import Clipboard, ClipboardUse
from client.clipboard_account import SECONDS_A_REPORT, ClipboardAccount
from client.company import Company
from client.config import Config
from client.consent import Consent
from client.end_user import EndUser
from client.errors import PlatformUnavailable
from client.files.account import FileAccount
from client.files.desk import FileDesk
from client.files.relays import RelayPorts
from client.guide import Guide
from client.links import Link, Links
from client.observer import Observer
from client.path.path import Path
from client.platform.interface import Cursor, Injector, Platform
from client.relay.pipe import Relay, relay_url
from client.rtc.hub import Hub
from client.rtc.peer import Peer, PeerSetup
from client.rtc.probe import EncoderChoice
from client.rtc.streams import make_stream
from client.seat import Seat
from client.shield import OwnWindows
from client.trust.exchanges import Agreed
from client.trust.identity import Identity
from client.tunnel.peer import TunnelPeer, TunnelSetup

log = structlog.get_logger()

GUIDE_INTERVAL_S: Final = 1 / 60
"""News of what the technician shows are told at most this often, however many messages come."""

_FILE_RIGHTS: Final = {
    FileDirection.SEND: Capability.FILES_SEND,
    FileDirection.RECEIVE: Capability.FILES_RECEIVE,
}

HANDS_S: Final = 1.0
"""After remote input, files give way for so long."""


@dataclass(frozen=True)
class Engine:
    """What the parts ask and tell: the session, the broker, and what the windows lent."""

    consent: Callable[[], Consent]
    """What is allowed at this very moment."""
    conversation: Callable[[], Conversation]
    agreed: Callable[[str], Agreed | None]
    """What both screens show for this account's console."""
    company: Callable[[], Company]
    """Who of the technicians is in, and who has control."""
    clipboard: Callable[[], Clipboard]
    is_attached: Callable[[], bool]
    """Whether the broker is there."""
    own_windows: Callable[[], OwnWindows]
    is_held_back: Callable[[], bool]
    """Whether the end user knows already that remote input waits."""
    file_policy: Callable[[], FilePolicy]
    """What an admin lets files do."""
    send: Callable[
        [
            ClipboardUsed
            | FilesReported
            | RelayWanted
            | PeerDescription
            | PeerTunnel
            | PeerCandidate
        ],
        None,
    ]
    """To the broker."""
    deliver: Callable[[on.Event], None]
    in_loop: Callable[..., None]
    """Calls a function in the loop, from any thread."""


class Sharing:
    """The screen, its viewer, and what the technician may do at this desktop."""

    def __init__(
        self, platform: Platform, config: Config, observer: Observer, engine: Engine
    ) -> None:
        self._platform = platform
        self._open_relay = partial(Relay.open, relay_url(config.broker_url))
        self._relays = RelayPorts(engine.send, self._open_relay)
        self._is_hot_key = config.hot_key.is_made_by
        self._observer = observer
        self._engine = engine
        self._screen: ScreenReport | None = None
        self._cursor: Cursor | None = None
        self._injector: Injector | None = None
        self._links = Links()
        self._end_user = EndUser(
            platform, config, engine.in_loop, engine.deliver, self._local_use_changed
        )
        self._guide_timer: asyncio.TimerHandle | None = None
        self._clipboard_account = ClipboardAccount(engine.send, time.monotonic)
        self._file_account = FileAccount(engine.send, engine.is_attached)
        self.files = self._new_files()
        """Those of the session; used in the engine's loop alone."""
        self.identity = Identity()
        """What this side is known by in the session."""

    # ---- the engine's life

    def prepare(self) -> None:
        """Make what needs the loop."""
        self._capture = ScreenEngine(
            self._platform.open_screen, self._screen_reported, self._cursor_changed
        )
        self._audience = Audience(self._capture.send_tiles_to)
        encoders = EncoderChoice()
        encoders.start()
        self._hub = Hub(
            self._capture, self._engine.consent, lambda codec: make_stream(codec, encoders)
        )

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Run from here on in these tasks, until `stop`."""
        self._tasks = tasks
        self._encoding = tasks.create_task(self._hub.run())

    def stop(self) -> None:
        """Encode no more."""
        self._encoding.cancel()

    async def close(self) -> None:
        """Let go of the desktop."""
        await self._capture.stop()
        self._end_user.watch(False)
        if self._injector is not None:
            self._injector.close()

    def begin_session(self) -> None:
        """Carry nothing over from the session before."""
        self.identity = Identity()
        self._capture.choose(None)
        self._clipboard_account = ClipboardAccount(self._engine.send, time.monotonic)
        self.files.close()
        self._file_account.close()
        self._file_account = FileAccount(self._engine.send, self._engine.is_attached)
        self.files = self._new_files()

    # ---- the peers

    def carry_out(self, effect: do.PeerEffect) -> None:
        """Do what concerns the peer connections."""
        match effect:
            case do.OpenPeer():
                self._open_peer(effect)
            case do.ClosePeer():
                self._links.close_in_charge()
                self._see_who_watches()
            case do.CloseGuests(account_ids):
                self._links.close_guests(account_ids)
                self._see_who_watches()
            case do.ChangeHands():
                self.files.close()
                self.files = self._new_files()
                self._observer.files_changed(self.files.view)
            case do.AddCandidate(message):
                self._links.add_candidate(message)
            case do.AnswerAsk(answer):
                if self._links.in_charge is not None:
                    self._links.in_charge.switchboard.tell_answer(answer)

    def _open_peer(self, effect: do.OpenPeer) -> None:
        """Answer an offer with a new peer connection."""
        viewer = Seat(self._engine, effect.guest_id)
        path, guide = Path(), Guide(time.monotonic, self._guide_changed, viewer.hand)
        link: Link
        switchboard = Switchboard(
            self._surroundings(
                viewer,
                path,
                guide,
                lambda wish: self._wish(link, wish),
                has_video=isinstance(effect.offer, PeerDescription),
            )
        )
        peer = self._make_peer(effect, viewer.account_id, switchboard, path)
        task = self._tasks.create_task(self._run_peer(peer))
        link = Link(effect.guest_id, peer, switchboard, guide, viewer.consent, task)
        self._links.add(link)

    def _make_peer(
        self, effect: do.OpenPeer, account_id: str, switchboard: Switchboard, path: Path
    ) -> Peer | TunnelPeer:
        offer, engine = effect.offer, self._engine
        if isinstance(offer, PeerTunnel):
            tunnel = TunnelSetup(offer, lambda: self._shared_with(account_id), self._open_relay)
            return TunnelPeer(tunnel, switchboard, engine.send, engine.deliver)
        certificate, servers = self.identity.certificate, effect.ice_servers
        setup = PeerSetup(offer.peer_id, offer.sdp, servers, self._hub, path, certificate)
        return Peer(setup, switchboard, engine.send, engine.deliver)

    def _shared_with(self, account_id: str) -> bytes:
        """Give what only this technician's console has too. Raises ValueError."""
        agreed = self._engine.agreed(account_id)
        if agreed is None:
            raise ValueError("nothing is agreed on with this console any more")
        return self.identity.secret_with(agreed)

    def _surroundings(
        self,
        viewer: Seat,
        path: Path,
        guide: Guide,
        wish: Callable[[PictureWish], None],
        *,
        has_video: bool,
    ) -> Surroundings:
        engine = self._engine
        clipboard = engine.clipboard()
        used = partial(self._clipboard_used, viewer)
        desk = ClipboardDesk(clipboard, viewer.consent, time.monotonic, used)
        return Surroundings(
            self._open_injector(),
            viewer.consent,
            lambda: self._screen,
            engine.conversation(),
            time.monotonic,
            self._audience,
            self._room_made,
            has_video,
            engine.own_windows,
            wish,
            lambda: self._capture.facts,
            path,
            lambda: self._cursor,
            lambda monitor: viewer.choose(self._capture.choose, monitor),
            desk,
            self.files if viewer.is_in_charge else None,
            guide,
            viewer.ask,
            self._end_user.hold_s,
            self._held_back,
            self._is_hot_key,
            viewer.company,
            viewer.participant,
            viewer.pass_control,
        )

    async def _run_peer(self, peer: Peer | TunnelPeer) -> None:
        try:
            await peer.run()
        except* Exception as group:  # noqa: BLE001 - logged; the session outlives one peer
            log.warning("peer_failed", reasons=[type(e).__name__ for e in group.exceptions])
            self._engine.deliver(on.PeerBroke(peer.peer_id, PeerFailure.NEGOTIATION_FAILED))

    def _open_injector(self) -> Injector:
        if self._injector is None:
            self._injector = self._platform.open_injector()
        return self._injector

    # ---- consent and screen

    def apply_consent(self, consent: Consent) -> None:
        """Make the rights in force felt at once: the picture, held keys, the peer."""
        self._end_user.watch(consent.answered)
        if consent.allows(Capability.VIEW):
            self._capture.start()
        else:
            self._tasks.create_task(self._capture.stop())
        self._hub.consent_changed()
        self.files.consent_changed()
        self._links.consent_changed()

    def own_windows_changed(self) -> None:
        """Let go of what is held where a window of ours is now."""
        self._links.tell(Switchboard.own_windows_changed)

    def display_gone(self) -> None:
        """Tell the console that there is no desktop any more."""
        self._screen_reported(ScreenReport(None, ScreenProblem.DISPLAY_GONE))

    def _wish(self, link: Link, wish: PictureWish) -> None:
        """The picture is for all who look; how it is, whoever is in charge prefers."""
        if link.guest_id is None:
            self._capture.prefer(wish.preference)
        link.watching = wish.watching
        link.peer.watch(wish.watching)
        self._see_who_watches()

    def _see_who_watches(self) -> None:
        self._capture.watch(self._links.anybody_watches or self._links.in_charge is None)

    def _room_made(self) -> None:
        self._capture.room_made()
        self._hub.room_made()

    def _screen_reported(self, report: ScreenReport) -> None:
        moved = self._screen is None or self._screen.area != report.area
        self._screen = report
        if moved and self._links.drawings:
            self._guide_changed()
        self._links.tell(Switchboard.tell_screen)

    def _cursor_changed(self, cursor: Cursor | None) -> None:
        self._cursor = cursor
        self._links.tell(Switchboard.tell_cursor)

    # ---- the person at this computer

    def _local_use_changed(self) -> None:
        self._links.tell(Switchboard.local_use_changed)
        if not self._end_user.hold_s():
            self._engine.deliver(on.HeldBack(False))

    def _held_back(self) -> None:
        if not self._engine.is_held_back():
            self._engine.deliver(on.HeldBack(True))

    # ---- clipboard and files

    def settle_accounts(self) -> None:
        """Tell the broker now what went through the clipboard and as files: the end has come."""
        self._clipboard_account.flush()
        self.files.close()
        self._file_account.flush()

    def _new_files(self) -> FileDesk:
        return FileDesk(
            self._file_refusal,
            self._file_account.add,
            self._observer.files_changed,
            time.monotonic,
            policy=self._engine.file_policy,
            hands=self._hands_work,
            goes=self._file_account.goes,
            relays=self._relays,
        )

    def _hands_work(self) -> bool:
        """Whether remote input has come within HANDS_S."""
        since = time.monotonic() - HANDS_S
        return any(link.switchboard.hands_at > since for link in self._links)

    def _file_refusal(self, direction: FileDirection) -> FileProblem | None:
        refusal = self._engine.consent().refusal(_FILE_RIGHTS[direction])
        return None if refusal is None else FileProblem(refusal)

    def _clipboard_used(self, viewer: Seat, use: ClipboardUse) -> None:
        self._observer.clipboard_used(replace(use, by=viewer.hand.name))
        account = self._clipboard_account
        owed = account.owes
        account.add(use)
        if account.owes and not owed:
            asyncio.get_running_loop().call_later(SECONDS_A_REPORT, account.flush)

    # ---- guide

    def _guide_changed(self) -> None:
        """Tell at once when all is gone, and else at most every GUIDE_INTERVAL_S."""
        if not self._links.drawings:
            self._publish_guide()
        elif self._guide_timer is None:
            self._guide_timer = asyncio.get_running_loop().call_later(
                GUIDE_INTERVAL_S, self._publish_guide
            )

    def _publish_guide(self) -> None:
        if self._guide_timer is not None:
            self._guide_timer.cancel()
            self._guide_timer = None
        area = self._screen.area if self._screen else None
        self._observer.guide_changed(self._links.drawings, area)


def can_share(platform: Platform) -> None:
    """Check once that the screen can be read. Raises PlatformUnavailable."""
    try:
        screen = platform.open_screen()
    except OSError as error:
        raise PlatformUnavailable(str(error)) from error
    screen.close()
