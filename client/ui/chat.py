"""All that the end user sees of the chat: its window, and how many lines were not read yet."""

from collections.abc import Callable

from broker.protocol.chat import ChatMessage
from client.chat import ChatView
from client.situation import Situation
from client.talk import Talk
from client.ui.chat_window import ChatWindow
from client.ui.typing_pause import TypingPause

Act = Callable[[Callable[[Talk], object]], None]
"""Has something done in the session's chat, in the engine's loop."""


class Chat:
    """One session's chat window. `tell_unread` hears how many lines wait to be read."""

    def __init__(self, act: Act, tell_unread: Callable[[int], None], pause: TypingPause) -> None:
        self._tell_unread = tell_unread
        self.unread = 0
        self._window = ChatWindow()
        pause.watch(self._window.field)
        self._window.said.connect(lambda text: act(lambda talk: talk.say(text)))
        self._window.typed.connect(lambda: act(lambda talk: talk.types()))
        self._window.seen.connect(lambda number: act(lambda talk: talk.shown(number)))
        self._window.read.connect(lambda: self._set_unread(0))

    def open(self, below: int = 0) -> None:
        """Come to the front, ready to type; below this line of the desktop when it was away."""
        self._window.open(below)

    def show_situation(self, situation: Situation) -> None:
        """Say whether messages arrive now or later, and by which road."""
        self._window.show_situation(situation)

    def show_view(self, view: ChatView) -> None:
        """Say where the end user's lines are by now."""
        self._window.show_view(view)

    def show_typing(self) -> None:
        """Say for a while that the technician is writing."""
        self._window.show_typing()

    def add(self, line: ChatMessage) -> None:
        """Show a line, and count it while nobody looks at the window."""
        self._window.add(line)
        if line.author == "technician" and not self._window.isActiveWindow():
            self._set_unread(self.unread + 1)

    def retire(self) -> None:
        """Go away: the session is over."""
        self._window.close()
        self._window.deleteLater()

    def _set_unread(self, count: int) -> None:
        if count != self.unread:
            self.unread = count
            self._tell_unread(count)
