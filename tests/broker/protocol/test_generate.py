"""What is derived from the protocol: whole, valid and fresh."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis

from broker.errors import HandrailError
from broker.protocol import generate
from broker.protocol.endpoints import ENDPOINTS, Access
from broker.protocol.openapi import STATUS_OF, openapi_document
from broker.protocol.proof import ProofChallenge
from broker.protocol.vocabulary import ErrorCode

ROOT = Path(__file__).resolve().parents[3]
DERIVED = generate.generated_files(ROOT)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document(generate.schemas())


@pytest.mark.parametrize("path", DERIVED, ids=lambda path: path.name)
def test_a_generated_file_is_fresh(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert written == DERIVED[path], "stale: run `make generate`"


def test_main_writes_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate, "__file__", str(tmp_path / "broker/protocol/generate.py"))
    generate.main()
    for path, text in DERIVED.items():
        written = tmp_path / path.relative_to(ROOT)
        assert written.read_text(encoding="utf-8") == text


def test_the_api_document_is_read_by_an_openapi_tool(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    operations = list(schemathesis.openapi.from_dict(document).get_all_operations())
    assert len(operations) == len(ENDPOINTS)


def test_every_schema_of_the_api_document_is_json_schema(document: dict[str, Any]) -> None:
    for name in document["components"]["schemas"]:
        schema = {**document, "$ref": f"#/components/schemas/{name}"}
        jsonschema_rs.validator_for(schema)


def test_every_reference_of_the_api_document_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    known = document["components"]["schemas"]
    references = [part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]]
    assert references
    assert set(references) <= set(known)


def test_the_api_document_says_who_needs_to_be_signed_in(document: dict[str, Any]) -> None:
    for endpoint in ENDPOINTS:
        operation = document["paths"][endpoint.path][endpoint.method.lower()]
        assert ("security" in operation) == (endpoint.access is not Access.PUBLIC)


def test_every_error_has_a_status() -> None:
    assert set(STATUS_OF) == set(ErrorCode)


def test_the_console_gets_every_message_and_constant() -> None:
    script = generate.javascript()
    for name in generate.schemas():
        assert f"}} {name}\n" in script or f"}} {name} */" in script or f" {name}\n" in script
    assert "export const PROTOCOL_VERSION" in script


def every_error(kind: type[HandrailError] = HandrailError) -> list[type[HandrailError]]:
    found = {kind}.union(*(every_error(child) for child in kind.__subclasses__()))
    return sorted(found, key=lambda kind: kind.__name__)  # workers must agree on the order


NEEDED: dict[str, tuple[Any, ...]] = {
    "TooManyRequests": (3,),
    "ProofNeeded": (ProofChallenge(token="t" * 16, parts=1, bits=1),),
}


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_an_error_says_what_its_reader_sees(kind: type[HandrailError]) -> None:
    error = kind(*NEEDED.get(kind.__name__, ()))
    assert error.code in ErrorCode
    assert str(error) == error.detail
    assert error.detail.endswith(".")
