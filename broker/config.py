"""What an admin can set: a TOML file, and `HANDRAIL_*` variables over it.

It reads and checks; it opens nothing. `config_page` writes the docs from it.
"""

import ipaddress
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from broker.config_targets import SyslogTarget, TargetUrl, WebhookSecret, check_scheme
from broker.errors import Misconfigured
from broker.protocol.files import MAX_FILES
from broker.protocol.rights import RENEWAL_MIN, RenewalMinutes
from broker.protocol.vocabulary import ShortText
from broker.session.limits import Limits

PREFIX: Final = "HANDRAIL_"
FILE_VARIABLE: Final = "HANDRAIL_CONFIG"
DEFAULT_FILE: Final = Path("handrail.toml")

_OTHERS: Final = {FILE_VARIABLE, "HANDRAIL_BROKER", "HANDRAIL_LANGUAGE", "HANDRAIL_PLATFORM"}
"""Variables with our prefix that are not settings of the broker: the support client's."""

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def _items(value: object) -> object:
    """Take a list from a variable: a JSON array, or items with commas between them."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [item.strip() for item in value.split(",") if item.strip()]


_HOST: Final = r"([^\[\]?:/@\s]+|\[[0-9A-Fa-f:.]+\])(:[0-9]+)?"
_TURN: Final = rf"turns?:{_HOST}(\?transport=(udp|tcp))?"


def _written_as(pattern: str, example: str) -> BeforeValidator:
    """Take URLs of STUN (RFC 7064) or TURN (RFC 7065) only.

    With one that is written otherwise a browser would make no connection at all.
    """

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            raise ValueError(f"it has to look like {example}")
        return value

    return BeforeValidator(check)


def _base_url(value: object) -> object:
    """Take `https://host[:port]`, written with or without a slash at its end."""
    if not isinstance(value, str):
        return value
    url = urlsplit(value)
    if url.scheme not in _DEFAULT_PORTS or not url.hostname:
        raise ValueError("it has to look like https://support.example.org")
    if url.path.strip("/") or url.query or url.fragment or url.username:
        raise ValueError("it has to be scheme, host and port only, without a path")
    return _url(url.scheme, url.hostname, url.port or _DEFAULT_PORTS[url.scheme])


def _url(scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host.lower()
    return f"{scheme}://{shown}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")


def _listening_url(data: Mapping[str, Any]) -> str:
    scheme = "https" if data["tls_certificate"] else "http"
    return _url(scheme, data["host"], data["port"])


def _own_origins(data: Mapping[str, Any]) -> tuple[str, ...]:
    origins = [data["public_url"]]
    if is_loopback(data["host"]):
        origins += [_listening_url({**data, "host": host}) for host in (data["host"], "localhost")]
    return tuple(dict.fromkeys(origins))


BaseUrl = Annotated[str, BeforeValidator(_base_url)]
Seconds = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=0, le=36_500)]
StunUrls = Annotated[
    tuple[Annotated[str, _written_as(f"stuns?:{_HOST}", "stun:turn.example.org:3478")], ...],
    NoDecode,
    BeforeValidator(_items),
]
TurnUrls = Annotated[
    tuple[Annotated[str, _written_as(_TURN, "turn:turn.example.org:3478?transport=udp")], ...],
    NoDecode,
    BeforeValidator(_items),
]
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_items)]
Origins = Annotated[tuple[BaseUrl, ...], NoDecode, BeforeValidator(_items)]


def _described(default: str) -> Any:
    """Give what the table says of a default that depends on other settings."""
    return {"shown_default": default}


class Config(BaseSettings):
    """Every setting of the broker."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """Address to listen on. Any but a loopback address needs TLS, or a TLS proxy that is named in
    `trusted_proxies` and alone is answered."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """Port to listen on; 0 takes any free one."""
    tls_certificate: Path | None = None
    """Certificate chain (PEM) for HTTPS."""
    tls_key: Path | None = None
    """Private key (PEM) of the certificate."""
    public_url: BaseUrl = Field(
        default_factory=_listening_url,
        json_schema_extra=_described("where it listens"),
    )
    """Where people reach the broker, as it stands in links: `https://support.example.org`."""
    allowed_origins: Origins = Field(
        default_factory=_own_origins,
        json_schema_extra=_described("`public_url`, and where it listens on loopback"),
    )
    """Origins whose pages may use the API and the websockets."""
    trusted_proxies: Networks = ()
    """Addresses or networks of reverse proxies whose `X-Forwarded-For` is believed."""
    allow_insecure_http: bool = False
    """For tests on isolated networks only: answer anybody, on any address, without TLS."""
    organisation: Annotated[ShortText, Field(min_length=1)] = "Handrail"
    """Who end users are told is asking."""
    support_contact: ShortText = ""
    """How end users reach the organisation outside of Handrail, such as its telephone number: told
    to whoever reports a session that they do not trust."""
    rights_renewal_min: RenewalMinutes = RENEWAL_MIN
    """After so many minutes the end user is asked whether the rights go on. Support clients ask
    after 60 minutes at the latest, whatever a broker says."""
    transcript_to_ticket: Literal["off", "ask"] = "off"
    """Whether the end user is asked, when a session is over, if its chat may be kept with the
    ticket: `off` keeps none, `ask` keeps it if they agree."""

    data_dir: Path = Path("var")
    """Where the broker keeps its secrets, and its database unless it has another."""
    database_url: str = Field(
        default_factory=lambda data: f"sqlite:///{data['data_dir'] / 'handrail.db'}",
        json_schema_extra=_described("SQLite in `data_dir`"),
        repr=False,
    )
    """`sqlite:///path` or `postgresql://user:password@host/database`."""
    audit_checkpoints: Path = Field(
        default_factory=lambda data: data["data_dir"] / "checkpoints.jsonl",
        json_schema_extra=_described("`checkpoints.jsonl` in `data_dir`"),
    )
    """Where signed checkpoints of the audit log are appended; best a file on another machine, which
    whoever may write the database cannot change."""
    audit_webhook_url: TargetUrl = ""
    """Where every audit record is posted as it comes, in signed batches (Standard Webhooks)."""
    audit_webhook_secret: WebhookSecret = SecretStr("")
    """What those are signed with: `whsec_` and 24 to 64 bytes in base64. While a secret is being
    changed: both, with a space between them."""
    audit_syslog: SyslogTarget = ""
    """Where every audit record is sent by syslog over TLS, as CEF: `siem.example.org:6514`."""
    audit_witness_url: TargetUrl = ""
    """Where every signed checkpoint of the audit log is posted, best at somebody else's."""
    outbound_networks: Networks = ()
    """Addresses or networks that are not public, to which the broker may send all the same."""
    outbound_ca_file: Path | None = None
    """Certificates (PEM) of authorities that are trusted where the broker sends, beside those of
    the system."""
    downloads_dir: Path = Field(
        default_factory=lambda data: data["data_dir"] / "downloads",
        json_schema_extra=_described("`downloads` in `data_dir`"),
    )
    """Where the support clients on offer lie."""

    keep_transcripts_days: Days = 0
    """For how many days after a session's end its kept chat stays; 0, here and below: for ever."""
    keep_notes_days: Days = 0
    """The same for technicians' notes."""
    keep_reports_days: Days = 0
    """The same for what end users reported."""
    keep_personal_days: Days = 0
    """The same for whatever is said of people, there and on the audit log: names, addresses,
    machines, file names, notes, chats; a month at a time what is of no session and no account."""
    keep_sessions_days: Days = 0
    """The same for the session itself with all of these; its records on the audit log stay,
    without people."""

    access_token_s: Annotated[int, Field(ge=10, le=900)] = 900
    """Life of an access token, in seconds."""
    refresh_token_s: Annotated[int, Field(ge=60)] = 12 * 3600
    """How long a sign-in lasts without use, in seconds."""

    stun_urls: StunUrls = ()
    """STUN servers, as `stun:turn.example.org:3478`, for peers that are not on one network."""
    turn_urls: TurnUrls = ()
    """TURN servers, as `turn:turn.example.org:3478?transport=udp`."""
    turn_secret: SecretStr = SecretStr("")
    """Secret shared with the TURN servers (coturn's `static-auth-secret`)."""
    turn_credential_s: Seconds = 8 * 3600
    """Longest life of a TURN credential, in seconds; it also ends when its session has to."""

    max_file_bytes: Annotated[int, Field(ge=0)] = 0
    """Largest file that may go from one computer to the other, in bytes; 0: any size."""
    max_files: Annotated[int, Field(ge=1, le=MAX_FILES)] = MAX_FILES
    """Files and folders that may go in one transfer."""
    relay_allowed: bool = True
    """Whether large files may go through the broker, encrypted end to end, where that is faster
    than straight from one computer to the other."""
    relay_session_bytes: Annotated[int, Field(ge=0)] = 0
    """Bytes of files that one session may send through the broker; 0: no limit."""
    relay_at_once: Annotated[int, Field(ge=1)] = 20
    """Relays of files at a time, of all sessions together."""
    tunnel_allowed: bool = True
    """Whether a whole session may go through the broker, encrypted end to end, where the two sides
    reach neither each other nor a TURN server."""
    tunnel_session_bytes: Annotated[int, Field(ge=0)] = 0
    """Bytes that one session may send that way, in both directions together; 0: no limit."""
    tunnel_at_once: Annotated[int, Field(ge=1)] = 50
    """Consoles that may be connected that way at a time, of all sessions together."""

    limits: Limits = Limits()
    """How long the parts of a session may take."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Least severe messages that are logged."""
    log_json: bool = False
    """Log JSON lines rather than text."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is given
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments before variables, and variables before the file."""
        file = TomlConfigSettingsSource(settings_cls, toml_file=_file())
        return init_settings, env_settings, file

    @model_validator(mode="after")
    def _limits_are_positive(self) -> Self:
        for name, seconds in asdict(self.limits).items():
            if seconds < 1:
                raise ValueError(f"limits.{name} has to be at least 1 second")
        return self

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key go together: set both or neither")
        return self

    @model_validator(mode="after")
    def _turn_has_its_secret(self) -> Self:
        if self.turn_urls and not self.turn_secret.get_secret_value():
            raise ValueError("turn_urls needs turn_secret, or peers would be refused by TURN")
        return self

    @model_validator(mode="after")
    def _feeds_are_protected(self) -> Self:
        if self.audit_webhook_url and not self.audit_webhook_secret.get_secret_value():
            raise ValueError("audit_webhook_url needs audit_webhook_secret, which shows who sent")
        for name in ("audit_webhook_url", "audit_witness_url"):
            check_scheme(name, getattr(self, name), self.outbound_networks)
        return self

    @model_validator(mode="after")
    def _public_address_is_protected(self) -> Self:
        if self.answers_proxies_only and not self.trusted_proxies:
            raise ValueError(
                f"host {self.host} can be reached from other machines, and without TLS passwords "
                "and codes would travel in the clear: set tls_certificate and tls_key, or put a "
                "TLS proxy in front and name it in trusted_proxies, or listen on 127.0.0.1"
            )
        if not is_loopback(self.host) and "public_url" not in self.model_fields_set:
            raise ValueError(
                f"public_url has to be set when host is {self.host}: links are made from it"
            )
        if self.answers_proxies_only and not self.public_url.startswith("https:"):
            raise ValueError(
                "public_url has to begin with https:// behind a TLS proxy: it is what people "
                "reach, and what makes sign-in cookies safe"
            )
        return self

    @property
    def uses_tls(self) -> bool:
        """Whether the broker itself speaks HTTPS."""
        return self.tls_certificate is not None

    @property
    def answers_proxies_only(self) -> bool:
        """Whether TLS ends elsewhere, so that whoever comes past the proxy comes in the clear."""
        return not (is_loopback(self.host) or self.uses_tls or self.allow_insecure_http)


def load_config(**overrides: Any) -> Config:
    """Read the configuration. Misconfigured, in a sentence for each thing to change."""
    problems = _unknown_variables(os.environ)
    file = _file()
    if FILE_VARIABLE in os.environ and not file.is_file():
        problems.append(f"{FILE_VARIABLE} names {file}, and there is no such file")
    if problems:
        raise Misconfigured(_sentences(problems))
    try:
        return Config(**overrides)
    except ValidationError as error:
        raise Misconfigured(_sentences(_explain(error))) from error
    except (ValueError, OSError) as error:  # not TOML, not readable, or not JSON in a variable
        raise Misconfigured(f"The configuration cannot be read: {error}") from error


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _file() -> Path:
    return Path(os.environ.get(FILE_VARIABLE, DEFAULT_FILE))


def _unknown_variables(environment: Mapping[str, str]) -> list[str]:
    known = {PREFIX + name.upper() for name in Config.model_fields}
    known |= {f"{PREFIX}LIMITS__{field.name.upper()}" for field in fields(Limits)}
    return [
        f"{name} is not a setting: check its spelling"
        for name in sorted(environment)
        if name.startswith(PREFIX) and name.upper() not in known | _OTHERS
    ]


def _explain(error: ValidationError) -> list[str]:
    return [
        _explain_one(".".join(map(str, problem["loc"])), problem["type"], problem["msg"])
        for problem in error.errors(include_url=False)
        if problem["type"] != "default_factory_not_called"
    ]


def _explain_one(setting: str, kind: str, message: str) -> str:
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"{setting} is not a setting: check its spelling"
    text = message.removeprefix("Value error, ")
    return f"{setting}: {text}" if setting else text


def _sentences(problems: list[str]) -> str:
    return "The configuration cannot be used: " + "; ".join(problems) + "."
