"""Which account may do what with a session. Pure.

Whoever may not even know of a session is told that there is none (NotFound); who knows of it and
may not do this is told so (NotPermitted).
"""

from broker.errors import NotPermitted
from broker.protocol.vocabulary import Role
from broker.session.facts import Session
from broker.session.teams import NO_TEAM, Team


def reads_all(role: Role) -> bool:
    """Whether whoever has this role may read what others did, in every session."""
    return role in (Role.AUDITOR, Role.ADMIN)


def may_read(session: Session, account_id: str, role: Role, team: Team = NO_TEAM) -> bool:
    """Whether an account may see the facts, the records and the notes of a session.

    Its technician, auditors and admins; while it lives also whoever is in it or on their way in,
    leads of its groups, and everybody while it waits for any technician to take it.
    """
    if reads_all(role) or account_id == session.technician_id:
        return True
    if not session.is_agreed:
        return False
    if session.participants.of(account_id) or session.participants.queued_since:
        return True
    return role is Role.LEAD and team.has(session)


def check_in_charge(session: Session, account_id: str) -> None:
    """Refuse with NotPermitted whoever is not in charge."""
    if session.in_charge_id != account_id:
        raise NotPermitted("Only the technician in charge may do this.")
