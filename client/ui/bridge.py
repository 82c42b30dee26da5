"""Between the engine's thread and Qt's: Qt signals one way, `call_soon_threadsafe` the other."""

import asyncio
import threading
from collections.abc import Callable
from typing import Final

import structlog
from PySide6.QtCore import QObject, Signal

from broker.protocol.chat import ChatMessage
from broker.protocol.receipts import SavedReceipt
from client.chat import ChatView
from client.clipboard import ClipboardUse
from client.files.desk import FilesView
from client.guide import Drawing
from client.keeping import KeepOffer
from client.observer import Observer
from client.platform.interface import Area
from client.ratings import RatingStage
from client.service import Service
from client.support_session import Situation

log = structlog.get_logger()

JOIN_TIMEOUT_S: Final = 3.0

BuildService = Callable[[Observer], Service]


class Bridge(QObject):
    """The engine's observer; its signals arrive in Qt's thread."""

    situation = Signal(object)
    chat = Signal(object)
    chat_view = Signal(object)
    typing = Signal()
    keeping = Signal(object)
    receipt = Signal(object)
    rating = Signal(object)
    clipboard = Signal(object)
    files = Signal(object)
    guide = Signal(object, object)
    ready = Signal()
    stopped = Signal(bool)
    """The engine ended; True when it broke."""

    def situation_changed(self, situation: Situation) -> None:
        """Called by the engine, in its thread."""
        self.situation.emit(situation)

    def chat_line(self, line: ChatMessage) -> None:
        """Called by the engine, in its thread."""
        self.chat.emit(line)

    def chat_changed(self, view: ChatView) -> None:
        """Called by the engine, in its thread."""
        self.chat_view.emit(view)

    def technician_types(self) -> None:
        """Called by the engine, in its thread."""
        self.typing.emit()

    def keeping_changed(self, offer: KeepOffer | None) -> None:
        """Called by the engine, in its thread."""
        self.keeping.emit(offer)

    def receipt_changed(self, receipt: SavedReceipt | None) -> None:
        """Called by the engine, in its thread."""
        self.receipt.emit(receipt)

    def rating_changed(self, stage: RatingStage | None) -> None:
        """Called by the engine, in its thread."""
        self.rating.emit(stage)

    def clipboard_used(self, use: ClipboardUse) -> None:
        """Called by the engine, in its thread."""
        self.clipboard.emit(use)

    def files_changed(self, view: FilesView) -> None:
        """Called by the engine, in its thread."""
        self.files.emit(view)

    def guide_changed(self, drawings: tuple[Drawing, ...], area: Area | None) -> None:
        """Called by the engine, in its thread."""
        self.guide.emit(drawings, area)


class EngineThread:
    """Runs a Service in an event loop of its own."""

    def __init__(self, bridge: Bridge, build: BuildService) -> None:
        self._bridge = bridge
        self.service = build(bridge)
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Start the thread; `bridge.ready` tells when it takes events."""
        self._thread.start()

    def join(self) -> None:
        """Wait for the engine to say goodbye, but not for ever."""
        self._thread.join(JOIN_TIMEOUT_S)

    def _run(self) -> None:
        broken = True
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self.service.run(self._bridge.ready.emit))
            broken = False
        except* Exception as group:
            log.exception("engine_failed", reasons=[type(e).__name__ for e in group.exceptions])
        finally:
            self._bridge.stopped.emit(broken)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
