"""Tries the connection alone, without a code and without windows: `handrail-client --check`.

Ten seconds, whatever answers: half of them at most for the broker, the rest for the servers that
it names.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import aiohttp
from pydantic import ValidationError

from broker.protocol.connection import PREFLIGHT_S, Way, WayOutcome
from broker.protocol.ice import IceServers
from broker.protocol.signaling import IceServer
from client import way_words
from client.rtc import upstream
from client.rtc.ways import TRY_S, try_ways
from client.signaling import api_url, websocket_url
from client.trials import NO_WAY, Finding, Trial, finding, summary

BROKER_S: Final = 4.5
MARGIN_S: Final = 0.5
_CLOSE: Final = aiohttp.ClientWSTimeout(ws_close=0.2)

EXIT_NOTHING: Final = 1
"""Not even the broker can be reached."""
EXIT_BROKER_ONLY: Final = 3
"""Nothing but the broker can be reached. (2 is for wrong arguments.)"""


def check(broker_url: str, say: Callable[[str], None]) -> int:
    """Try all ways and say what was found; the result is the exit code.

    Raises ValueError when `broker_url` is no address.
    """
    upstream.install()
    return asyncio.run(_check(broker_url, say))


async def _check(broker_url: str, say: Callable[[str], None]) -> int:
    """Say it before the loop ends, which waits for a name that is still being looked up."""
    trials = await try_all(broker_url)
    found = finding(summary(trials))
    say(f"{way_words.details(trials)}\n\n{way_words.explanation(found, trials)}")
    if found is Finding.NOTHING:
        return EXIT_NOTHING
    return EXIT_BROKER_ONLY if found in NO_WAY else 0


async def try_all(broker_url: str) -> tuple[Trial, ...]:
    """Try the broker, and then whatever it names."""
    began = time.monotonic()
    timeout = aiohttp.ClientTimeout(total=BROKER_S)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        broker, servers = await asyncio.gather(
            _try_broker(http, websocket_url(broker_url)),
            _servers(http, api_url(broker_url, "ice-addresses")),
        )
    left = PREFLIGHT_S - MARGIN_S - (time.monotonic() - began)
    return (broker, *await try_ways(servers, min(TRY_S, left)))


async def _try_broker(http: aiohttp.ClientSession, url: str) -> Trial:
    """Open the websocket, and close it again."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(BROKER_S):
            socket = await http.ws_connect(url, compress=0, timeout=_CLOSE)
        took = round((time.monotonic() - began) * 1000)
        await socket.close()
    except aiohttp.ClientSSLError:
        return Trial(Way.BROKER, url, WayOutcome.UNTRUSTED)
    except TimeoutError:
        return Trial(Way.BROKER, url, WayOutcome.SILENT)
    except (aiohttp.ClientError, OSError):
        return Trial(Way.BROKER, url, WayOutcome.UNREACHABLE)
    return Trial(Way.BROKER, url, WayOutcome.WORKS, took)


async def _servers(http: aiohttp.ClientSession, url: str) -> tuple[IceServer, ...]:
    """Ask the broker which servers there are; none when it does not say."""
    try:
        async with http.get(url) as response:
            return IceServers.model_validate_json(await response.read()).servers
    except (aiohttp.ClientError, OSError, TimeoutError, ValidationError):
        return ()
