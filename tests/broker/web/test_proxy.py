"""A broker whose TLS ends at a proxy answers that proxy alone."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import WSServerHandshakeError

from broker.compose import INSECURE_HTTP
from broker.config import Config
from tests.broker.web.conftest import Broker
from tests.rig.stack import running_broker


@pytest.fixture
def config(tmp_path: Path, request: pytest.FixtureRequest) -> Config:
    """The broker of a test, which names the address its proxy speaks from."""
    return Config(
        data_dir=tmp_path / "var",
        host="0.0.0.0",
        public_url="https://support.example.org",
        trusted_proxies=(ip_network(request.param),),
    )


@pytest.mark.parametrize("config", ["192.0.2.1/32"], indirect=True)
async def test_whoever_comes_past_the_proxy_is_refused(broker: Broker) -> None:
    stranger = await broker.new_person()
    forged = {"X-Forwarded-For": "192.0.2.1", "Host": "support.example.org"}
    for path in ("/", "/console/", "/console", "/api/v1/downloads", "/static/join/join.js", "/x"):
        response = await stranger.http.get(path, headers=forged, allow_redirects=False)
        assert response.status == 403, path
        assert response.content_type == "application/problem+json"
        assert (await response.json())["code"] == "not_permitted"
    with pytest.raises(WSServerHandshakeError) as refused:
        await stranger.socket("client")
    assert refused.value.status == 403
    for probe in ("/healthz", "/readyz"):
        assert (await stranger.get(probe)).status == 200


@pytest.mark.parametrize("config", ["127.0.0.0/8"], indirect=True)
async def test_what_comes_through_the_proxy_is_answered(broker: Broker) -> None:
    stranger = await broker.new_person()
    for path in ("/", "/console/", "/api/v1/downloads"):
        assert (await stranger.get(path)).status == 200


async def test_insecure_http_is_warned_of_at_the_start(tmp_path: Path) -> None:
    env = {"HANDRAIL_ALLOW_INSECURE_HTTP": "true", "HANDRAIL_LOG_JSON": "true"}
    async with running_broker(tmp_path, env) as broker:
        assert INSECURE_HTTP in broker.log.read_text()
