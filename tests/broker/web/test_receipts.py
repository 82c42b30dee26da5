"""The end user's receipt: fetched and countersigned by their client, checked by the broker."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.chain import SealedEvent
from broker.audit.event import PERSONAL_ERASED, AuditEvent
from broker.audit.receipt_check import (
    ANOTHER_END,
    ANOTHER_KEY,
    NOT_COUNTERSIGNED,
    NOT_THE_BROKERS,
    UNKNOWN,
    countersignature_missing,
    log_flaw,
    signature_flaw,
)
from broker.protocol.receipts import SavedReceipt, signed_bytes
from tests.broker.web.conftest import OPERATOR, Broker, Person
from tests.builders import NOW

KEY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
SIGNED_AT = "2026-11-29T22:00:00.000000Z"
HOSTILE = '<img src=x onerror=alert(1)>"\u00e9.txt'


def public(key: Ed25519PrivateKey = KEY) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


class Over:
    """A session that was joined, used and ended, and its support client's token."""

    def __init__(self, broker: Broker, person: Person, joined: dict[str, Any]) -> None:
        self.broker, self.person, self.joined = broker, person, joined
        self.session_id: str = joined["session_id"]
        self.path = f"/api/v1/sessions/{self.session_id}/receipt"
        self.headers = {"Authorization": f"Bearer {joined['receipt_token']}"}

    async def fetch(self) -> aiohttp.ClientResponse:
        return await self.person.http.get(self.path, headers=self.headers)

    async def countersign(self, receipt: dict[str, Any]) -> dict[str, Any]:
        word = self.word(receipt)
        answer = await self.person.post(self.path, word, **self.headers)
        assert answer.status == 204, await answer.text()
        return {"receipt": receipt, "countersigned": word}

    def word(self, receipt: dict[str, Any], key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
        log = receipt["log"]
        text = signed_bytes(self.session_id, log["records"], log["hash"], SIGNED_AT)
        signature = base64.b64encode(key.sign(text)).decode()
        told = {"records": log["records"], "hash": log["hash"], "signed_at": SIGNED_AT}
        return told | {"key": public(key), "signature": signature}

    async def saved(self) -> dict[str, Any]:
        return await self.countersign(await (await self.fetch()).json())

    async def records(self) -> list[SealedEvent]:
        return list(await self.broker.core.audit_log.of_session(self.session_id, 0, 1000))


@pytest.fixture
async def over(broker: Broker) -> Over:
    tess = await broker.technician("tess@example.org")
    issued = await tess.create_session("T-1", "view", "files.send")
    person = await broker.new_person()
    client = await person.socket("client")
    system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
    await client.send(
        "client.join", protocol_version=1, code=issued["code"], system=system, receipt_key=public()
    )
    made = Over(broker, person, await client.receive("session.joined"))
    assert (await made.fetch()).status == 409
    await client.send("consent.given", capabilities=["view", "files.send"], source="window")
    done = {"direction": "send", "name": HOSTILE, "size_bytes": 7, "result": "done"}
    await client.send("files.reported", files=[done | {"sha256": "a" * 64}])
    await client.send("ping")
    await client.receive("pong")
    ended = await tess.post(f"/api/v1/sessions/{made.session_id}/end")
    assert ended.status == 200
    return made


async def test_a_receipt_tells_who_what_and_when_and_nothing_that_is_not_theirs(over: Over) -> None:
    answer = await over.fetch()
    receipt = await answer.json()
    assert (receipt["ticket_id"], receipt["machine"]) == ("T-1", "kitchen-pc")
    told = {step["action"]: step for step in receipt["steps"]}
    assert told["session.created"]["name"] == "Tess"
    assert told["session.consent_given"]["details"]["capabilities"] == ["view", "files.send"]
    assert told["session.file"]["details"]["file_name"] == HOSTILE
    assert told["session.file"]["details"]["sha256"] == "a" * 64
    assert told["session.ended"]["details"] == {"end_reason": "technician_ended"}
    text = await answer.text()
    assert "127.0.0.1" not in text
    assert "usr_" not in text


async def test_it_fits_the_log_and_the_log_tells_of_the_signature(over: Over) -> None:
    saved = SavedReceipt.model_validate_json(json.dumps(await over.saved()))
    records = await over.records()
    key = over.broker.core.secrets.audit_key.public_key()
    assert signature_flaw(saved, key) is None
    assert log_flaw(saved, records) is None
    assert not countersignature_missing(saved, records)
    assert countersignature_missing(saved, records[:-1])
    again = await over.person.post(
        over.path, over.word(await (await over.fetch()).json()), **over.headers
    )
    assert again.status == 409


async def test_a_signature_of_another_key_or_record_is_refused(over: Over) -> None:
    receipt = await (await over.fetch()).json()
    strange = over.word(receipt, Ed25519PrivateKey.from_private_bytes(b"x" * 32))
    other = over.word(receipt) | {"hash": "0" * 64}
    for word in (strange, other):
        assert (await over.person.post(over.path, word, **over.headers)).status == 400
    stranger = {"Authorization": "Bearer " + "x" * 43}
    assert (await over.person.post(over.path, over.word(receipt), **stranger)).status == 404
    assert (await over.person.http.get(over.path, headers=stranger)).status == 404


def another_hash(saved: dict[str, Any]) -> None:
    saved["receipt"]["log"]["hash"] = saved["countersigned"]["hash"] = "0" * 64


def another_record(saved: dict[str, Any]) -> None:
    saved["countersigned"]["records"] += 1


def another_time(saved: dict[str, Any]) -> None:
    saved["countersigned"]["signed_at"] = "2026-11-29T23:00:00.000000Z"


@pytest.mark.parametrize(
    ("change", "flaw"),
    [
        (another_hash, NOT_THE_BROKERS),
        (another_record, ANOTHER_END),
        (another_time, NOT_COUNTERSIGNED),
    ],
)
async def test_what_was_changed_in_a_receipt_is_found(
    over: Over, change: Callable[[dict[str, Any]], None], flaw: str
) -> None:
    fields = await over.saved()
    change(fields)
    saved = SavedReceipt.model_validate_json(json.dumps(fields))
    assert signature_flaw(saved, over.broker.core.secrets.audit_key.public_key()) == flaw


async def test_a_receipt_that_tells_another_story_than_the_log_is_found(over: Over) -> None:
    fields, records = await over.saved(), await over.records()

    def flaw() -> str:
        return log_flaw(SavedReceipt.model_validate_json(json.dumps(fields)), records) or ""

    file = next(one for one in fields["receipt"]["steps"] if one["action"] == "session.file")
    file["details"]["file_name"] = "innocent.txt"
    assert "step 4, session.file" in flaw()
    file["details"]["file_name"] = HOSTILE
    ended = fields["receipt"]["steps"].pop()
    assert "missing or added" in flaw()
    fields["receipt"]["steps"].append(ended)
    assert flaw() == ""
    assert log_flaw(SavedReceipt.model_validate_json(json.dumps(fields)), records[:3]) == UNKNOWN
    stranger = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    fields["countersigned"] = over.word(fields["receipt"], stranger)
    assert flaw() == ANOTHER_KEY


async def test_after_an_erasure_a_receipt_still_fits_what_is_left(over: Over) -> None:
    saved = SavedReceipt.model_validate_json(json.dumps(await over.saved()))
    await over.broker.core.audit_log.erase_personal(
        AuditEvent(NOW, PERSONAL_ERASED, OPERATOR, details={"erased_owner": over.session_id})
    )
    assert log_flaw(saved, await over.records()) is None


async def test_the_command_checks_a_receipt_file(
    over: Over, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from broker.audit.checkpoint import public_key_text
    from broker.audit.export import record_json
    from broker.cli import cli

    fields = await over.saved()
    export, receipt = tmp_path / "log.jsonl", tmp_path / "receipt.json"
    lines = [json.dumps(record_json(one)) async for one in over.broker.core.audit_log.everything()]
    export.write_text("\n".join(lines) + "\n")
    receipt.write_text(json.dumps(fields))
    key = public_key_text(over.broker.core.secrets.audit_key.public_key())
    command = ["audit", "verify", "--from-export", str(export), "--key", key, "--receipt"]
    result = CliRunner().invoke(cli, [*command, str(receipt)])
    assert (result.exit_code, "The receipt fits." in result.output) == (0, True), result.output
    export.write_text("\n".join(lines[:3]) + "\n")
    result = CliRunner().invoke(cli, [*command, str(receipt)])
    assert result.exit_code == 1
    assert UNKNOWN in result.output
    receipt.write_text('{"receipt": 7}')
    assert CliRunner().invoke(cli, [*command, str(receipt)]).exit_code == 1
    twice = json.dumps(fields).replace('"steps": ', '"steps": [], "steps": ', 1)
    receipt.write_text(twice)
    result = CliRunner().invoke(cli, [*command, str(receipt)])
    assert (result.exit_code, "the key 'steps' is given twice" in result.output) == (1, True)
