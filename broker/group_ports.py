"""Groups of people and what they allow, as the core needs them stored; see `broker.ports`."""

from dataclasses import dataclass
from typing import Protocol

from broker.audit.event import AuditEvent
from broker.session.policy import Policy


@dataclass(frozen=True, slots=True)
class Group:
    """Some people, and what their sessions may do at most."""

    group_id: str
    name: str
    policy: Policy
    version: int = 1
    members: tuple[str, ...] = ()
    """Their accounts, in order of id."""


class GroupStore(Protocol):
    """The groups of this broker, with their members."""

    async def all(self) -> tuple[Group, ...]:
        """Give every group, by name."""
        ...

    async def create(self, group: Group, most: int, event: AuditEvent) -> None:
        """Store a new group without members. Conflict when there are `most`, or the name is."""
        ...

    async def change(self, group: Group, event: AuditEvent) -> None:
        """Store the next version of a group, its members apart. NotFound; Conflict."""
        ...

    async def delete(self, group_id: str, event: AuditEvent) -> None:
        """Take a group away; nothing, and no event, when there is none."""
        ...

    async def add_member(self, group_id: str, account_id: str, event: AuditEvent) -> None:
        """Put somebody into a group; nothing, and no event, when they are. NotFound."""
        ...

    async def remove_member(self, group_id: str, account_id: str, event: AuditEvent) -> None:
        """Take somebody out of a group; nothing, and no event, when they are not in it."""
        ...
