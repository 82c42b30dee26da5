"""Filters of the audit log that somebody keeps in their account."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import NOT_IN_NAMES, WireModel

MAX_SAVED_FILTERS: Final = 50

AuditFilter = Literal[
    "ticket",
    "technician",
    "end_user",
    "machine",
    "address",
    "file",
    "text",
    "action",
    "outcome",
    "since",
    "until",
    "session",
]
"""The names of `AuditSelection`; whether a value makes sense is said when it is kept."""

FilterName = Annotated[
    str, StringConstraints(min_length=1, max_length=60, pattern=rf"^[^{NOT_IN_NAMES}]+$")
]
FilterValue = Annotated[
    str, StringConstraints(min_length=1, max_length=1000, pattern=rf"^[^{NOT_IN_NAMES}]+$")
]


class SavedFilter(WireModel):
    """Filters under a name."""

    name: FilterName
    asked: Annotated[dict[AuditFilter, FilterValue], Field(max_length=12)]


class SavedFilters(WireModel):
    """All that somebody keeps."""

    filters: Annotated[tuple[SavedFilter, ...], Field(max_length=MAX_SAVED_FILTERS)]
