"""Passes the chat on between the two signaling sockets, for as long as there is no better road.

Nothing of it is kept, logged or put on the audit log; who is not there misses it, and asks the
support client for it later.
"""

from broker.errors import IllegalTransition
from broker.protocol.chat import ClientChat, ConsoleChat
from broker.protocol.vocabulary import SessionState
from broker.service.owner import SessionOwner
from broker.session.facts import Session

_TALKING = (SessionState.JOINED, SessionState.CONSENTED, SessionState.CONNECTED)


def may_chat(session: Session, account_id: str) -> bool:
    """Tell whether this technician may use the relayed chat: only the one in charge.

    Others who take part have the chat on their own peer connections, as the end user let them in.
    """
    return account_id == session.in_charge_id


def console_chatted(owner: SessionOwner, account_id: str, message: ConsoleChat) -> None:
    """Pass on what a console says. IllegalTransition before anybody has joined.

    A guest's console is not heard, and not reproached either: it writes on another road.
    """
    _check_talking(owner.session)
    if owner.client is not None and may_chat(owner.session, account_id):
        owner.client.send(message)


def client_chatted(owner: SessionOwner, message: ClientChat) -> None:
    """Pass on what the support client says, to the technician in charge. IllegalTransition."""
    _check_talking(owner.session)
    if owner.console is not None:
        owner.console.send(message)


def _check_talking(session: Session) -> None:
    if session.state not in _TALKING:
        raise IllegalTransition("Nobody has joined this session yet.")
