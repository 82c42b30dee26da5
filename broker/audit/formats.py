"""Records as other programs take them: JSON Lines, CSV, ECS and CEF. Pure.

Whatever somebody wrote into a name, a line of an export is one line, no terminal obeys it, and no
spreadsheet computes it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, Final

from broker.audit.chain import SealedEvent
from broker.audit.event import DetailValue, canonical_time
from broker.audit.export import record_json


class ExportFormat(StrEnum):
    """How records are written."""

    JSONL = "jsonl"
    """The records themselves, with hashes and salts: each can be checked from its line alone."""
    CSV = "csv"
    ECS = "ecs"
    """Elastic Common Schema, as JSON Lines."""
    CEF = "cef"
    """Common Event Format, a line each."""


ECS_VERSION: Final = "8.17.0"

CSV_COLUMNS: Final = (
    "sequence",
    "recorded_at",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "actor_name",
    "source_address",
    "ticket_id",
    "session_id",
    "details",
    "note",
    "hash",
)

_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Controls, line ends, marks of direction, and halves of characters that no encoding takes."""

_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""

_CATEGORIES: Final = {
    "auth": "authentication",
    "account": "iam",
    "group": "iam",
    "token": "iam",
    "session": "session",
}
_LINE_END: Final = re.compile("([\n\r])")
_CEF_LINE_ENDS: Final = {"\n": "\\n", "\r": "\\r"}
_SEVERITY: Final = {"success": 3, "refused": 6, "failure": 8}


@dataclass(frozen=True, slots=True)
class Writing:
    """How one format is written: what comes first, a line of each record, and what it is called."""

    head: str
    line: Callable[[SealedEvent, str | None], str]
    media_type: str


def plain(text: str) -> str:
    r"""Write what is not to be seen as `\u001b`, so that a text is one harmless line."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def jsonl_line(record: SealedEvent, note: str | None) -> str:
    """Give a record as `audit export` has it, and the note that it tells of."""
    fields = record_json(record)
    return json.dumps(fields if note is None else {**fields, "note": note}) + "\n"


def csv_line(record: SealedEvent, note: str | None) -> str:
    """Give a record as a line of CSV (RFC 4180), every field in quotes."""
    event = record.event
    values = (
        record.sequence,
        canonical_time(event.recorded_at),
        event.action,
        event.outcome,
        event.actor.kind.value,
        event.actor.account_id,
        event.actor.name,
        event.actor.address,
        event.ticket_id,
        event.session_id,
        _details_text(event.details) if event.details else None,
        note,
        record.hash,
    )
    return ",".join(map(cell, values)) + "\r\n"


def ecs_line(record: SealedEvent, note: str | None) -> str:
    """Give a record in the Elastic Common Schema; what has no place there is under `handrail`."""
    event, details = record.event, record.event.details
    fields: dict[str, Any] = {
        "@timestamp": canonical_time(event.recorded_at),
        "ecs": {"version": ECS_VERSION},
        "event": {
            "kind": "event",
            "action": event.action,
            "category": [_CATEGORIES.get(event.action.split(".")[0], "configuration")],
            "type": ["denied"] if event.outcome == "refused" else ["info"],
            "outcome": "success" if event.outcome == "success" else "failure",
            "sequence": record.sequence,
            "hash": record.hash,
            "module": "handrail",
            "dataset": "handrail.audit",
        },
        "user": {"id": event.actor.account_id, "name": event.actor.name},
        "source": _source(event.actor.address),
        "host": {"name": details.get("machine")},
        "file": _file(details),
        "message": note,
        "handrail": {
            "actor_kind": event.actor.kind.value,
            "outcome": event.outcome,
            "ticket_id": event.ticket_id,
            "session_id": event.session_id,
            "erased": record.erased,
            "details": details,
        },
    }
    return json.dumps(_filled(fields), default=list) + "\n"


def cef_line(record: SealedEvent, note: str | None) -> str:
    """Give a record in ArcSight's Common Event Format (revision 26)."""
    event, details = record.event, record.event.details
    head = ("CEF:0", "Handrail", "Handrail", "1", event.action, event.action.replace(".", " "))
    extension = {
        "rt": int(event.recorded_at.timestamp() * 1000),
        "externalId": record.sequence,
        "outcome": event.outcome,
        "suid": event.actor.account_id,
        "suser": event.actor.name,
        "spriv": event.actor.kind.value,
        **_cef_address(event.actor.address),
        "dhost": details.get("machine"),
        "fname": details.get("file_name"),
        "fsize": details.get("bytes") if "file_name" in details else None,
        "fileHash": details.get("sha256"),
        "reason": details.get("end_reason"),
        **_custom(1, "ticket", event.ticket_id),
        **_custom(2, "session", event.session_id),
        **_custom(3, "hash", record.hash),
        **_custom(4, "details", _details_text(details) if details else None),
        "msg": note,
    }
    said = " ".join(
        f"{name}={_cef_value(value)}" for name, value in extension.items() if value is not None
    )
    titles = "|".join([head[0], *(_cef_head(part) for part in head[1:])])
    return f"{titles}|{_SEVERITY.get(event.outcome, 5)}|{said}\n"


WRITINGS: Final = {
    ExportFormat.JSONL: Writing("", jsonl_line, "application/jsonl"),
    ExportFormat.CSV: Writing(
        "\ufeff" + ",".join(f'"{name}"' for name in CSV_COLUMNS) + "\r\n", csv_line, "text/csv"
    ),
    ExportFormat.ECS: Writing("", ecs_line, "application/jsonl"),
    ExportFormat.CEF: Writing("", cef_line, "text/plain"),
}
"""How each format is written. CSV begins with the mark by which spreadsheets know UTF-8."""


def _details_text(details: dict[str, DetailValue]) -> str:
    return json.dumps(details, sort_keys=True, ensure_ascii=False)


def cell(value: str | int | None) -> str:
    """Give a field of CSV that no spreadsheet takes for a formula."""
    text = "" if value is None else plain(str(value))
    if text.lstrip().startswith(_FORMULA) or str(value).startswith(("\t", "\r", "\n")):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'


def _source(address: str | None) -> dict[str, str]:
    if address is None:
        return {}
    return {"address": address} | ({"ip": address} if _version(address) else {})


def _file(details: dict[str, DetailValue]) -> dict[str, Any]:
    if "file_name" not in details:
        return {}
    return {
        "name": details["file_name"],
        "size": details.get("bytes"),
        "hash": {"sha256": details.get("sha256")},
    }


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing; nothing of it would be found there."""
    inner = {
        name: _filled(value) if isinstance(value, dict) else value for name, value in fields.items()
    }
    return {name: value for name, value in inner.items() if value is not None and value != {}}


def _cef_address(address: str | None) -> dict[str, str | None]:
    version = _version(address)
    if version == 6:
        return {"c6a2": address, "c6a2Label": "Source IPv6 Address"}
    return {"src": address} if version == 4 else {}


def _custom(number: int, label: str, value: str | None) -> dict[str, str]:
    return {} if value is None else {f"cs{number}Label": label, f"cs{number}": value}


def _version(address: str | None) -> int | None:
    try:
        return None if address is None else ip_address(address).version
    except ValueError:
        return None


def _cef_head(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace("|", "\\|")


def _cef_value(value: object) -> str:
    r"""Write a value of the extension, where line ends are told as `\n` and `\r`."""
    parts = _LINE_END.split(str(value))
    return "".join(
        _CEF_LINE_ENDS.get(part) or plain(part).replace("\\", "\\\\").replace("=", "\\=")
        for part in parts
    )
