"""What is printed for whoever gave rights on the command line, and so sees no window that asks."""

from collections.abc import Callable

from client.situation import Situation
from client.trust.exchanges import Agreed
from client.ui import trust_words


class Terminal:
    """Prints each string that both screens show, and what to do with it; `echo` takes a line."""

    def __init__(self, echo: Callable[[str], object]) -> None:
        self._echo = echo
        self._waited = False
        self._shown: tuple[Agreed, ...] = ()

    def show_situation(self, situation: Situation) -> None:
        """Print what is new."""
        if situation.request is None:
            return
        name = situation.request.technician.name
        if situation.grant_waits and not self._waited:
            self._echo(trust_words.what_to_do(None, name))
        self._waited = situation.grant_waits
        for agreed in situation.trust:
            if agreed not in self._shown:
                member = situation.company.member(agreed.account_id)
                self._echo(trust_words.string(agreed))
                self._echo(trust_words.what_to_do(agreed, member.name if member else name))
        self._shown = situation.trust
