"""The screen engine: one thread that owns the screen, and what the event loop may ask of it.

How a picture is read and sent is `picture`'s; while nobody may look, nothing is read.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

from broker.protocol.channels import PicturePreference, ScreenProblem
from client.capture.contracts import Encoding, Frame, PictureFacts, ScreenReport, TileSink
from client.capture.demand import Demand
from client.capture.picture import Picture
from client.capture.region import Rect
from client.errors import PlatformUnavailable
from client.platform.interface import Cursor, Screen

RETRY_S: Final = 1.0
"""How long to wait after the screen was lost."""
CHECK_S: Final = 1.0
STALLED_S: Final = 3.5
"""How often it is checked that the thread still comes by, and after how long it hangs: it sleeps
for a second at most, and a picture that no longer follows must not pass for a live one."""
CHOICE_S: Final = 0.2
"""Other monitors are shown not more often than this: each begins with a whole picture."""

log = structlog.get_logger()


class ScreenEngine:
    """Owns the capture thread. All methods are called in the event loop's thread."""

    def __init__(
        self,
        open_screen: Callable[[], Screen],
        report: Callable[[ScreenReport], None],
        point: Callable[[Cursor | None], None] = lambda _: None,
    ) -> None:
        self._open_screen = open_screen
        self._report = report
        self._point = point
        self._loop = asyncio.get_running_loop()
        self._demand = Demand(None, frame_wanted=False)
        self._sink: TileSink | None = None
        self._waiting: asyncio.Future[Frame] | None = None
        self._handed_out: Frame | None = None
        self._thread: threading.Thread | None = None
        self._ending: threading.Thread | None = None
        self._reported: ScreenReport | None = None
        self._watching = True
        self._encoding: Encoding | None = None
        self.preference = PicturePreference.AUTOMATIC
        """What to keep when the line does not carry everything; see `prefer`."""
        self._last: ScreenReport | None = None
        self._check: asyncio.TimerHandle | None = None
        self._monitor: str | None = None
        self._choosing: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to read the screen; nothing happens when it is being read already."""
        if self._thread is None:
            self._demand = Demand(self._sink, frame_wanted=self._waiting is not None)
            self._demand.watching = self._watching
            self._demand.monitor = self._monitor
            self._thread = threading.Thread(
                target=self._run,
                args=(self._demand, self._ending),
                name="screen-engine",
                daemon=True,
            )
            self._thread.start()
            self._check = self._loop.call_later(CHECK_S, self._check_thread)

    def stop(self) -> Coroutine[Any, Any, None]:
        """Stop reading the screen, at once; who awaits it waits until the thread let go of it."""
        self._thread, self._ending = None, self._thread or self._ending
        self._demand.end()
        if self._check is not None:
            self._check.cancel()
        return self._ended(self._ending)

    async def _ended(self, thread: threading.Thread | None) -> None:
        if thread is not None:
            await asyncio.to_thread(thread.join)

    def send_tiles_to(self, sink: TileSink | None) -> None:
        """Send tiles here from now on, or nowhere."""
        self._sink = sink
        self._demand.use_sink(sink)

    async def next_frame(self) -> Frame:
        """Wait for the next picture worth sending. One caller at a time; a new one replaces it."""
        waiting: asyncio.Future[Frame] = self._loop.create_future()
        self._waiting = waiting
        self._demand.ask()
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._demand.give_back(waiting.result().replaced)
            raise
        finally:
            if self._waiting is waiting:
                self._demand.withdraw()
                self._waiting = None

    def want_picture(self) -> None:
        """Let `next_frame` give the picture as it is: somebody has none, or lost one."""
        self._demand.want_picture()

    def watch(self, watching: bool) -> None:
        """Tell whether the technician's page is seen: while it is not, nothing is read or sent.

        Once it is again, a whole picture leaves at once and is made exact.
        """
        if watching != self._watching:
            self._watching = watching
            self._demand.watch(watching)

    def prefer(self, preference: PicturePreference) -> None:
        """Tell what to keep when the line does not carry everything."""
        self.preference = preference

    def choose(self, monitor: str | None) -> None:
        """Show this monitor, or `all`; None for the primary one. The last of many counts."""
        self._monitor = monitor
        if self._choosing is None:
            self._demand.choose(monitor)
            self._choosing = self._loop.call_later(CHOICE_S, self._choose_last)

    def _choose_last(self) -> None:
        self._choosing = None
        if self._demand.monitor != self._monitor:
            self.choose(self._monitor)

    @property
    def facts(self) -> PictureFacts:
        """How the picture is made now; cheap enough to ask at any time."""
        made = self._encoding
        if made is None:
            return PictureFacts()
        exact = self._demand.exact_share if self._sink is not None else 0.0
        return PictureFacts(made.encoder, made.width, made.height, made.target_kbps, exact)

    def encoded(self, encoding: Encoding) -> None:
        """A frame was encoded like this."""
        self._encoding = encoding

    def give_back(self, replaced: list[Rect]) -> None:
        """A frame never left: what it replaced is told with the next one, which is due at once."""
        self._demand.give_back(replaced)

    def room_made(self) -> None:
        """Tell the engine that tiles may leave again."""
        self._demand.wake()

    # ---- in the loop

    def _deliver(self, frame: Frame) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(frame)
            self._handed_out = frame
        else:
            self._demand.give_back(frame.replaced)  # asked for and withdrawn meanwhile

    def _send_tile(self, sink: TileSink, rect: Rect, png: bytes, captured_at: float) -> None:
        frame = self._handed_out
        if frame is not None and frame.replaced:  # not told of yet, and older than this tile
            frame.replaced[:] = [part for old in frame.replaced for part in old.without(rect)]
        sink.tile(rect, png, captured_at)

    def _tell(self, report: ScreenReport) -> None:
        self._last = report
        self._pass_on(report)

    def _pass_on(self, report: ScreenReport) -> None:
        if report != self._reported:
            self._reported = report
            log.info("screen_state", problem=report.problem, conditions=report.conditions)
            self._report(report)

    def _check_thread(self) -> None:
        """While the thread hangs, its display is gone; else things are as the thread told last."""
        self._check = self._loop.call_later(CHECK_S, self._check_thread)
        if time.monotonic() - self._demand.alive_at > STALLED_S:
            self._pass_on(ScreenReport(None, ScreenProblem.DISPLAY_GONE))
        elif self._last is not None:
            self._pass_on(self._last)

    # ---- in the thread

    def _run(self, demand: Demand, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        failed_at = float("-inf")
        while not demand.ended:
            try:
                self._watch(demand)
            except PlatformUnavailable as error:
                again = time.monotonic() - failed_at <= RETRY_S
                failed_at = time.monotonic()
                if again:  # else it may only have taken another size: look once before telling
                    self._lost(demand, error)

    def _lost(self, demand: Demand, error: PlatformUnavailable) -> None:
        self._post(self._tell, ScreenReport(None, error.problem))
        demand.beat()
        demand.sleep(RETRY_S)

    def _watch(self, demand: Demand) -> None:
        screen = self._open_screen()
        demand.attach(screen)
        try:
            while not demand.ended:
                demand.beat()
                demand.picture_wanted = True
                self._picture(screen, demand).watch()
        finally:
            demand.detach()
            screen.close()

    def _picture(self, screen: Screen, demand: Demand) -> Picture:
        return Picture(
            screen,
            demand,
            self._post,
            deliver=self._deliver,
            send_tile=self._send_tile,
            tell=self._tell,
            point=self._point,
        )

    def _post(self, call: Callable[..., None], *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)
