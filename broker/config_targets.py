"""How a setting names whom the broker sends to: URLs, hosts and secrets of live feeds."""

import base64
import binascii
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what a secret begins with
SECRET_BYTES: Final = range(24, 65)
"""How long a secret may be (Standard Webhooks)."""

SYSLOG_PORT: Final = 6514
"""Syslog over TLS (RFC 5425)."""


def _target_url(value: str) -> str:
    url = urlsplit(value)
    if not value or (url.scheme in ("https", "http") and url.hostname and not url.fragment):
        return value
    raise ValueError("it has to look like https://siem.example.org/handrail")


def _syslog(value: str) -> str:
    if value:
        syslog_target(value)
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    webhook_secrets(value)
    return value


TargetUrl = Annotated[str, AfterValidator(_target_url)]
SyslogTarget = Annotated[str, AfterValidator(_syslog)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]


def syslog_target(text: str) -> tuple[str, int]:
    """Read `host` or `host:port`. ValueError."""
    url = urlsplit(f"//{text}")
    if not url.hostname or url.path or url.query or url.username:
        raise ValueError("it has to look like siem.example.org:6514")
    return url.hostname, url.port or SYSLOG_PORT


def webhook_secrets(secret: SecretStr) -> tuple[bytes, ...]:
    """Read one secret, or several with spaces between them. ValueError."""
    return tuple(map(_secret_bytes, secret.get_secret_value().split()))


def check_scheme(name: str, url: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> None:
    """Raise ValueError for plain HTTP, but to a loopback address that is allowed by name."""
    if urlsplit(url).scheme != "http":
        return
    try:
        address = ip_address(urlsplit(url).hostname or "")
    except ValueError:
        address = None
    if not (address and address.is_loopback and any(address in one for one in networks)):
        raise ValueError(
            f"{name} has to begin with https://; plain http only reaches an address such as "
            "127.0.0.1 that outbound_networks names"
        )


def _secret_bytes(text: str) -> bytes:
    try:
        secret = base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except (ValueError, binascii.Error):
        secret = b""
    if not text.startswith(SECRET_PREFIX) or len(secret) not in SECRET_BYTES:
        raise ValueError(f"a secret is {SECRET_PREFIX} and 24 to 64 bytes in base64")
    return secret
