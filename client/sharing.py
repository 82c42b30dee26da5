"""What is shared with the console, and how it gets there: screen, peer connection and channels.

It wires the parts of one session after another and carries out what it is told; why, it does not
know. It lives in the engine's loop.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from broker.protocol.channels import PictureWish, ScreenProblem
from broker.protocol.files import FileDirection, FilePolicy, FileProblem, FilesReported
from broker.protocol.relay import RelayWanted
from broker.protocol.rights import RightsAnswer, RightsAsk
from broker.protocol.signaling import ClipboardUsed, PeerCandidate, PeerDescription
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
from client.config import Config
from client.consent import Consent
from client.end_user import EndUser
from client.errors import PlatformUnavailable
from client.files.account import FileAccount
from client.files.desk import FileDesk
from client.files.relays import RelayPorts
from client.guide import Guide
from client.observer import Observer
from client.path.path import Path
from client.platform.interface import Cursor, Injector, Platform
from client.relay.pipe import Relay, relay_url
from client.rtc.hub import Hub
from client.rtc.peer import Peer, PeerSetup
from client.rtc.probe import EncoderChoice
from client.rtc.streams import make_stream
from client.shield import OwnWindows

log = structlog.get_logger()

GUIDE_INTERVAL_S: Final = 1 / 60
"""News of what the technician shows are told at most this often, however many messages come."""

_FILE_RIGHTS: Final = {
    FileDirection.SEND: Capability.FILES_SEND,
    FileDirection.RECEIVE: Capability.FILES_RECEIVE,
}


@dataclass(frozen=True)
class Engine:
    """What the parts ask and tell: the session, the broker, and what the windows lent."""

    consent: Callable[[], Consent]
    """What is allowed at this very moment."""
    conversation: Callable[[], Conversation]
    clipboard: Callable[[], Clipboard]
    is_attached: Callable[[], bool]
    """Whether the broker is there."""
    own_windows: Callable[[], OwnWindows]
    is_held_back: Callable[[], bool]
    """Whether the end user knows already that remote input waits."""
    file_policy: Callable[[], FilePolicy]
    """What an admin lets files do."""
    send: Callable[
        [ClipboardUsed | FilesReported | RelayWanted | PeerDescription | PeerCandidate], None
    ]
    """To the broker."""
    deliver: Callable[[on.Event], None]
    in_loop: Callable[..., None]
    """Calls a function in the loop, from any thread."""


@dataclass(frozen=True)
class Link:
    """A peer connection with its channels."""

    peer: Peer
    switchboard: Switchboard
    task: asyncio.Task[None]


class Sharing:
    """The screen, its viewer, and what the technician may do at this desktop."""

    def __init__(
        self, platform: Platform, config: Config, observer: Observer, engine: Engine
    ) -> None:
        self._platform = platform
        self._relays = RelayPorts(engine.send, partial(Relay.open, relay_url(config.broker_url)))
        self._is_hot_key = config.hot_key.is_made_by
        self._observer = observer
        self._engine = engine
        self._screen: ScreenReport | None = None
        self._cursor: Cursor | None = None
        self._injector: Injector | None = None
        self._link: Link | None = None
        self._end_user = EndUser(
            platform, config, engine.in_loop, engine.deliver, self._local_use_changed
        )
        self._guide = Guide(time.monotonic, self._guide_changed)
        self._guide_timer: asyncio.TimerHandle | None = None
        self._clipboard_account = ClipboardAccount(engine.send, time.monotonic)
        self._file_account = FileAccount(engine.send, engine.is_attached)
        self.files = self._new_files()
        """Those of the session; used in the engine's loop alone."""

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
        self._capture.choose(None)
        self._clipboard_account = ClipboardAccount(self._engine.send, time.monotonic)
        self.files.close()
        self.files = self._new_files()

    # ---- the peer

    def open_peer(self, effect: do.OpenPeer) -> None:
        """Answer an offer with a new peer connection."""
        path = Path()
        switchboard = Switchboard(self._surroundings(path))
        setup = PeerSetup(effect.peer_id, effect.sdp, effect.ice_servers, self._hub, path)
        peer = Peer(setup, switchboard, self._engine.send, self._engine.deliver)
        task = self._tasks.create_task(self._run_peer(peer))
        self._link = Link(peer, switchboard, task)

    def close_peer(self) -> None:
        """Close the peer connection, and let go of what it held."""
        link, self._link = self._link, None
        if link is not None:
            link.switchboard.close()
            link.task.cancel()

    def add_candidate(self, message: PeerCandidate) -> None:
        """Hand an ICE candidate of the console to the peer connection."""
        if self._link is not None:
            self._link.peer.add_candidate(message)

    def tell_answer(self, answer: RightsAnswer) -> None:
        """Tell the console what became of what it asked for."""
        if self._link is not None:
            self._link.switchboard.tell_answer(answer)

    def _surroundings(self, path: Path) -> Surroundings:
        engine = self._engine
        return Surroundings(
            self._open_injector(),
            engine.consent,
            lambda: self._screen,
            engine.conversation(),
            time.monotonic,
            self._audience,
            self._room_made,
            engine.own_windows,
            self._wish,
            lambda: self._capture.facts,
            path,
            lambda: self._cursor,
            self._capture.choose,
            ClipboardDesk(engine.clipboard(), engine.consent, time.monotonic, self._clipboard_used),
            self.files,
            self._guide,
            self._asked,
            self._end_user.hold_s,
            self._held_back,
            self._is_hot_key,
        )

    async def _run_peer(self, peer: Peer) -> None:
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
        if self._link is not None:
            self._link.switchboard.consent_changed()

    def own_windows_changed(self) -> None:
        """Let go of what is held where a window of ours is now."""
        if self._link is not None:
            self._link.switchboard.own_windows_changed()

    def display_gone(self) -> None:
        """Tell the console that there is no desktop any more."""
        self._screen_reported(ScreenReport(None, ScreenProblem.DISPLAY_GONE))

    def _asked(self, ask: RightsAsk) -> None:
        self._engine.deliver(on.RightAsked(ask, time.monotonic()))

    def _wish(self, wish: PictureWish) -> None:
        self._capture.prefer(wish.preference)
        self._capture.watch(wish.watching)

    def _room_made(self) -> None:
        self._capture.room_made()
        self._hub.room_made()

    def _screen_reported(self, report: ScreenReport) -> None:
        moved = self._screen is None or self._screen.area != report.area
        self._screen = report
        if moved and self._guide.drawing:
            self._guide_changed()
        if self._link is not None:
            self._link.switchboard.tell_screen()

    def _cursor_changed(self, cursor: Cursor | None) -> None:
        self._cursor = cursor
        if self._link is not None:
            self._link.switchboard.tell_cursor()

    # ---- the person at this computer

    def _local_use_changed(self) -> None:
        if self._link is not None:
            self._link.switchboard.local_use_changed()
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
            relays=self._relays,
        )

    def _file_refusal(self, direction: FileDirection) -> FileProblem | None:
        refusal = self._engine.consent().refusal(_FILE_RIGHTS[direction])
        return None if refusal is None else FileProblem(refusal)

    def _clipboard_used(self, use: ClipboardUse) -> None:
        self._observer.clipboard_used(use)
        account = self._clipboard_account
        owed = account.owes
        account.add(use)
        if account.owes and not owed:
            asyncio.get_running_loop().call_later(SECONDS_A_REPORT, account.flush)

    # ---- guide

    def _guide_changed(self) -> None:
        """Tell at once when all is gone, and else at most every GUIDE_INTERVAL_S."""
        if not self._guide.drawing:
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
        self._observer.guide_changed(self._guide.drawing, area)


def can_share(platform: Platform) -> None:
    """Check once that the screen can be read. Raises PlatformUnavailable."""
    try:
        screen = platform.open_screen()
    except OSError as error:
        raise PlatformUnavailable(str(error)) from error
    screen.close()
