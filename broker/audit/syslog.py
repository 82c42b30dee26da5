"""A record as a frame of syslog over TLS: CEF in RFC 5424, counted as RFC 5425 has it. Pure."""

import re
from typing import Final

from broker.audit.chain import SealedEvent
from broker.audit.event import canonical_time
from broker.audit.formats import cef_line

_LOG_AUDIT: Final = 13 * 8
"""The facility "log audit" (RFC 5424, table 1)."""
_SEVERITY: Final = {"success": 6, "refused": 4, "failure": 3}
"""Informational, warning, error (RFC 5424, table 2)."""
_NOT_PRINTED: Final = re.compile("[^!-~]")
_MESSAGE_ID: Final = 32
_HOST: Final = 255


def syslog_frame(record: SealedEvent, note: str | None, host: str) -> bytes:
    """Give the frame of one record, sent by the broker that is reached as `host`."""
    event = record.event
    fields = (
        f"<{_LOG_AUDIT + _SEVERITY.get(event.outcome, 5)}>1",
        canonical_time(event.recorded_at),
        _name(host, _HOST),
        "handrail",
        "-",
        _name(event.action, _MESSAGE_ID),
        "-",
        cef_line(record, note).rstrip("\n"),
    )
    message = " ".join(fields).encode()
    return b"%d %s" % (len(message), message)


def _name(text: str, most: int) -> str:
    return _NOT_PRINTED.sub("_", text)[:most] or "-"
