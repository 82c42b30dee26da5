"""Passes on to the other side which ways out of its network one side found. Nothing is kept.

Who is not there misses it, and is told again when they are back.
"""

from broker.protocol.connection import ConnectionTried
from broker.service.owner import SessionOwner


def console_tried(owner: SessionOwner, account_id: str, message: ConnectionTried) -> None:
    """Pass on what the console of the technician in charge found; another's is not heard."""
    if owner.client is not None and account_id == owner.session.in_charge_id:
        owner.client.send(message)


def client_tried(owner: SessionOwner, message: ConnectionTried) -> None:
    """Pass on what the support client found, to the technician in charge."""
    if owner.console is not None:
        owner.console.send(message)
