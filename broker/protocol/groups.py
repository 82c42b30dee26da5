"""Groups of people, and what their sessions may do at most: bodies of the HTTP API."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from broker.protocol.files import MAX_FILES, FilePolicy
from broker.protocol.vocabulary import (
    CONSENT_TIMEOUT_S,
    NOT_IN_NAMES,
    AccountId,
    Capability,
    WireModel,
)

MAX_GROUPS: Final = 200
MIN_CONSENT_S: Final = 15
"""In less time nobody has read the question."""
MIN_SESSION_S: Final = 60
MAX_SESSION_S: Final = 7 * 24 * 3600

_FIT: Final = rf"[^{NOT_IN_NAMES}]"

GroupId = Annotated[str, StringConstraints(pattern=r"^grp_[0-9a-f]{32}$")]
GroupName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=80, pattern=rf"^{_FIT}*[^\s{NOT_IN_NAMES}]{_FIT}*$"),
]


class GroupPolicy(WireModel):
    """What sessions of a group may do at most; null says nothing of it.

    Of somebody who is in several groups the strictest holds, and never more than the settings of
    the broker allow.
    """

    capabilities: Annotated[tuple[Capability, ...], Field(max_length=len(Capability))] | None = None
    consent_s: Annotated[int, Field(ge=MIN_CONSENT_S, le=CONSENT_TIMEOUT_S)] | None = None
    """How long the end user may think, in seconds."""
    session_s: Annotated[int, Field(ge=MIN_SESSION_S, le=MAX_SESSION_S)] | None = None
    """Longest session, in seconds."""
    max_file_bytes: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None
    max_files: Annotated[int, Field(ge=1, le=MAX_FILES)] | None = None
    """Files and folders of one transfer."""
    relay: bool = True
    """Whether files, or the whole session, may go through the broker."""
    transcript: bool = True
    """Whether the end user may be asked to keep the chat with the ticket."""


class SaveGroup(WireModel):
    """A new group, without members."""

    name: GroupName
    policy: GroupPolicy = GroupPolicy()


class ChangeGroup(WireModel):
    """What a group is called and allows from now on; `version` is the one that was changed."""

    name: GroupName
    policy: GroupPolicy
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ChangeMember(WireModel):
    """Who comes into a group, or goes."""

    account_id: AccountId


class GroupView(WireModel):
    """A group, its policy and who is in it."""

    group_id: GroupId
    name: GroupName
    policy: GroupPolicy
    version: int
    members: tuple[AccountId, ...]


class GroupList(WireModel):
    """Every group of this broker, by name."""

    groups: tuple[GroupView, ...]


class OwnPolicy(WireModel):
    """What sessions that one opens now may do at most, by one's groups and the settings."""

    groups: tuple[GroupName, ...]
    capabilities: tuple[Capability, ...]
    consent_s: int
    session_s: int
    files: FilePolicy
    transcript: bool
