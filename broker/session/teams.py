"""Whose sessions are a lead's: those that began in one of their groups. Pure.

As long as there are no groups, everybody is one team.
"""

from dataclasses import dataclass
from typing import Final

from broker.session.facts import Session


@dataclass(frozen=True, slots=True)
class Team:
    """The groups of somebody; `everybody` while there are none at all."""

    group_ids: frozenset[str] = frozenset()
    everybody: bool = False

    def has(self, session: Session) -> bool:
        """Whether this session is one of the team's."""
        return self.everybody or not self.group_ids.isdisjoint(session.group_ids)


NO_TEAM: Final = Team()
EVERYBODY: Final = Team(everybody=True)
