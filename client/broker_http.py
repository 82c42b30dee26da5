"""What the support client asks of its broker beside the websocket: single HTTP requests."""

import io
from typing import Final

import aiohttp
import structlog

from broker.protocol.vocabulary import WireModel
from client.signaling import api_url

log = structlog.get_logger()

TIMEOUT_S: Final = 60.0


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
