"""What the support client can be told from outside: environment and command line."""

import platform as system_platform
import socket
import sys
from dataclasses import dataclass
from importlib import metadata
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from broker.protocol.rights import LOCAL_USE_HOLD_S
from broker.protocol.signaling import ClientSystem
from broker.protocol.vocabulary import Capability
from client.hot_key import DEFAULT, Combination, parse
from client.translation import LANGUAGES

DEFAULT_BROKER: Final = "http://127.0.0.1:8080"
SystemName = Literal["linux", "windows", "macos"]
_SYSTEMS: Final[dict[str, SystemName]] = {"win32": "windows", "darwin": "macos"}


class Environment(BaseSettings):
    """Settings from `HANDRAIL_*` variables; the command line goes before them."""

    model_config = SettingsConfigDict(env_prefix="HANDRAIL_", extra="ignore")

    broker: str = DEFAULT_BROKER
    allow_insecure_http: bool = False
    """Talk to a broker on another machine without TLS, on a network that is nobody else's."""
    language: str = ""
    """`en` or `fr`; empty means the system's."""
    platform: str = ""
    """Forces a platform module (`x11`, `windows`, …); empty means: look."""
    client_hot_key: str = DEFAULT
    """The combination by which the end user pauses at once, and stops."""
    client_local_hold_s: float = Field(default=LOCAL_USE_HOLD_S, ge=0.5, le=60)
    """For how many seconds remote input waits for the end user's own."""


@dataclass(frozen=True)
class Config:
    """Everything one run needs to know."""

    broker_url: str
    code: str = ""
    granted: frozenset[Capability] = frozenset()
    language: str = LANGUAGES[0]
    platform: str = ""
    hot_key: Combination = parse(DEFAULT)  # noqa: RUF009 - immutable
    local_hold_s: float = LOCAL_USE_HOLD_S

    @property
    def broker_host(self) -> str:
        """The broker's name on the network, as people know it."""
        url = self.broker_url if "://" in self.broker_url else f"https://{self.broker_url}"
        return urlsplit(url).netloc


def system_name() -> SystemName:
    """The operating system in the protocol's words."""
    return _SYSTEMS.get(sys.platform, "linux")


def client_version() -> str:
    """The version of this installation."""
    try:
        return metadata.version("handrail")
    except metadata.PackageNotFoundError:
        return "0"


def describe_system() -> ClientSystem:
    """What the broker is told of this machine; the protocol mends an odd name."""
    machine = socket.gethostname() or system_platform.node() or "unknown"
    return ClientSystem(platform=system_name(), client_version=client_version(), machine=machine)
