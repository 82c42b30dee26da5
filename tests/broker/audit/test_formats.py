"""Exports of hostile records: one line each, and nothing that a reader's program would obey."""

import csv
import io
import json
import re

import pytest

from broker.audit.chain import SealedEvent, seal
from broker.audit.event import Actor
from broker.audit.export import record_from_json
from broker.audit.formats import CSV_COLUMNS, WRITINGS, ExportFormat
from broker.protocol.vocabulary import ActorKind
from tests.builders import an_event, session_id

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "  =1+1",
    "\t=1",
    "＝1+1",
    "a\r\nCEF:0|Evil|Evil|1|x|x|10|",
    "line\nfeed\u2028and\u2029more\x85",
    "\x1b[31mred\x1b]0;title\x07",
    'quote " and , comma ; semicolon',
    "pipe | equals = backslash \\ \\n",
    "<script>alert(1)</script>",
    "right\u202eto left",
    "half \ud800 of one",
    "nul \x00 here",
]


def sealed(text: str, **fields: object) -> SealedEvent:
    actor = Actor(ActorKind.END_USER, None, text, "2001:db8::9")
    details = {"machine": text, "file_name": text, "bytes": 7, "sha256": "ab" * 32}
    event = an_event(
        "session.file", actor=actor, session_id=session_id(1), ticket_id="T-1", details=details
    )
    return seal(event, 12, "0" * 64, b"s" * 16)


def exported(how: ExportFormat, text: str) -> str:
    writing = WRITINGS[how]
    return writing.head + writing.line(sealed(text), text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("how", ExportFormat)
def test_a_record_is_one_harmless_line_whatever_somebody_wrote(
    how: ExportFormat, text: str
) -> None:
    line = WRITINGS[how].line(sealed(text), text)
    line.encode()
    body = line.removesuffix("\r\n" if how is ExportFormat.CSV else "\n")
    assert len(body.splitlines()) == 1
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e\u2028]", body)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_what_was_written_can_still_be_read(text: str) -> None:
    head, row = csv.reader(io.StringIO(exported(ExportFormat.CSV, text).lstrip("\ufeff")))
    assert tuple(head) == CSV_COLUMNS
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row)
    name = row[head.index("actor_name")].removeprefix("'")
    assert json.loads('"' + re.sub(r'(["\\])(?!u[0-9a-f]{4})', r"\\\1", name) + '"') == text


@pytest.mark.parametrize("text", HOSTILE)
def test_cef_keeps_its_fields_apart(text: str) -> None:
    line = exported(ExportFormat.CEF, text).removesuffix("\n")
    head = re.split(r"(?<!\\)\|", line, maxsplit=7)
    assert head[:5] == ["CEF:0", "Handrail", "Handrail", "1", "session.file"]
    assert head[6] == "3"
    names = re.findall(r"(?:^| )(\w+)=", re.sub(r"\\\\|\\=", "", head[7]))
    assert names == [
        *("rt", "externalId", "outcome", "suser", "spriv", "c6a2", "c6a2Label", "dhost", "fname"),
        *("fsize", "fileHash", "cs1Label", "cs1", "cs2Label", "cs2", "cs3Label", "cs3", "cs4Label"),
        *("cs4", "msg"),
    ]


def test_cef_tells_line_ends_by_its_own_rule() -> None:
    line = exported(ExportFormat.CEF, "a=b\r\nc\\n\x1b")
    told = r"a\=b\r\nc\\n\\u001b"
    assert f"fname={told} fsize" in line
    assert line.endswith(f"msg={told}\n")


def test_ecs_has_its_own_names_and_leaves_out_what_is_not_known() -> None:
    event = an_event("auth.sign_in_failed", actor=Actor(ActorKind.BROKER, address="unix"))
    line = WRITINGS[ExportFormat.ECS].line(seal(event, 3, "0" * 64, b"s" * 16), None)
    fields = json.loads(line)
    assert fields["event"]["category"] == ["authentication"]
    assert fields["source"] == {"address": "unix"}
    assert not fields.keys() & {"user", "host", "file", "message"}
    hostile = json.loads(exported(ExportFormat.ECS, "kitchen"))
    assert hostile["source"]["ip"] == "2001:db8::9"
    assert hostile["file"] == {"name": "kitchen", "size": 7, "hash": {"sha256": "ab" * 32}}


def test_refusals_stand_out_and_ipv4_has_its_own_field() -> None:
    actor = Actor(ActorKind.TECHNICIAN, "usr_" + "a" * 32, "Ada", "192.0.2.7")
    event = an_event("session.access_refused", actor=actor, outcome="refused")
    record = seal(event, 3, "0" * 64, b"s" * 16)
    assert "|6|" in WRITINGS[ExportFormat.CEF].line(record, None)
    assert " src=192.0.2.7 " in WRITINGS[ExportFormat.CEF].line(record, None)
    told = json.loads(WRITINGS[ExportFormat.ECS].line(record, None))
    assert (told["event"]["type"], told["event"]["outcome"]) == (["denied"], "failure")


def test_a_line_of_json_is_the_record_that_verify_reads() -> None:
    record = sealed("kitchen")
    line = WRITINGS[ExportFormat.JSONL].line(record, None)
    assert record_from_json(json.loads(line)) == record
