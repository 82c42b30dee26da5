"""How a setting names whom the broker sends to: URLs, hosts and secrets of live feeds."""

import base64
import binascii
import re
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Annotated, Final, TypeGuard
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what a secret begins with
SECRET_BYTES: Final = range(24, 65)
"""How long a secret may be (Standard Webhooks)."""

SYSLOG_PORT: Final = 6514
"""Syslog over TLS (RFC 5425)."""

_SYSLOG_LOOKS: Final = "it has to look like siem.example.org:6514"
_LABEL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def _target_url(value: str) -> str:
    if not value:
        return value
    try:
        url = urlsplit(value)
        good = url.scheme in ("https", "http") and _is_host(url.hostname) and not url.fragment
    except ValueError:
        good = False
    if good:
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
    try:
        url = urlsplit(f"//{text}")
        host, port = url.hostname, SYSLOG_PORT if url.port is None else url.port
    except ValueError as error:
        raise ValueError(_SYSLOG_LOOKS) from error
    if url.netloc != text or url.username is not None or not port or not _is_host(host):
        raise ValueError(_SYSLOG_LOOKS)
    return host, port


def _is_host(name: str | None) -> TypeGuard[str]:
    """Tell whether this can be a host: an address, or a name of labels (RFC 1123, section 2.1)."""
    try:
        ip_address(name or "")
    except ValueError:
        return name is not None and _are_labels(name)
    return True


def _are_labels(name: str) -> bool:
    try:
        labels = name.removesuffix(".").encode("idna").decode().split(".")
    except UnicodeError:
        return False
    return all(map(_LABEL.fullmatch, labels))


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
