"""What the support client asks of its broker beside the websocket: single HTTP requests."""

import io
from typing import Final

import aiohttp
import structlog

from broker.protocol.vocabulary import WireModel
from client.signaling import api_url

log = structlog.get_logger()

TIMEOUT_S: Final = 60.0
MAX_BODY_BYTES: Final = 4 * 1024 * 1024


async def get(
    broker_url: str, path: str, headers: dict[str, str] | None = None
) -> tuple[int | None, bytes]:
    """Ask for something: the status (None when there was no answer, logged) and the body."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.get(api_url(broker_url, path), headers=headers) as response,
        ):
            body = await response.content.read(MAX_BODY_BYTES + 1)
            while len(body) <= MAX_BODY_BYTES and (more := await response.content.read(65536)):
                body += more
            if len(body) > MAX_BODY_BYTES:
                log.warning("broker_answer_too_large", path=path)
                return None, b""
            return response.status, body
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("broker_not_asked", path=path, reason=type(error).__name__)
        return None, b""


async def post(
    broker_url: str, path: str, body: WireModel, headers: dict[str, str] | None = None
) -> int | None:
    """Send a body as JSON to an operation, such as `reports`.

    The status of the answer, or None when there was none (logged).
    """
    data = io.BytesIO(body.model_dump_json(exclude_none=True).encode())
    sent = {"Content-Type": "application/json", **(headers or {})}
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(api_url(broker_url, path), data=data, headers=sent) as response,
        ):
            return response.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("broker_not_asked", path=path, reason=type(error).__name__)
        return None
