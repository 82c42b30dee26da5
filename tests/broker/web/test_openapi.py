"""The running broker against its own OpenAPI document: generated requests, good and bad."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from broker.protocol.endpoints import ENDPOINTS
from tests.rig.stack import Broker, Login, running_broker

TESS = Login("tess@example.org", "Tess Example")

CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

# Signing out would end the sign-in that the other requests need.
_LEFT_OUT = ("sign_out",)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker process for the whole module, kept running by a loop in a thread."""
    folder: Path = tmp_path_factory.mktemp("openapi")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    context = running_broker(folder)

    async def start() -> Broker:
        broker = await context.__aenter__()
        await broker.add_account(TESS, "technician")
        return broker

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(60)
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture(scope="module")
def cookies(broker: Broker) -> Iterator[dict[str, str]]:
    """A technician's cookies."""
    with requests.Session() as http:
        body = {"email": TESS.email, "password": TESS.password}
        http.post(f"{broker.url}/api/v1/auth/sign-in", json=body, timeout=10).raise_for_status()
        yield dict(http.cookies)


OPERATIONS = [
    endpoint.operation_id for endpoint in ENDPOINTS if endpoint.operation_id not in _LEFT_OUT
]


@pytest.fixture(scope="module")
def document(broker: Broker) -> schemathesis.BaseSchema:
    """The document as the broker serves it."""
    return schemathesis.openapi.from_url(f"{broker.url}/openapi.json")


def exercise(
    document: schemathesis.BaseSchema, name: str, cookies: dict[str, str] | None, examples: int
) -> None:
    """Send generated requests to an operation and check each answer against the document."""
    operation = document.find_operation_by_id(name)

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(cookies=cookies, checks=CHECKS)

    check()


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_documented(
    document: schemathesis.BaseSchema, cookies: dict[str, str], name: str
) -> None:
    exercise(document, name, cookies, 15)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_strangers_as_documented(
    document: schemathesis.BaseSchema, name: str
) -> None:
    exercise(document, name, None, 4)
