"""What an admin can set, and what they are told when it cannot be."""

import os
from ipaddress import ip_network
from pathlib import Path

import pytest

from broker.config import Config, is_loopback, load_config
from broker.config_page import configuration_page, configuration_table
from broker.config_targets import syslog_target
from broker.errors import Misconfigured
from broker.session.limits import Limits


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty directory, without settings."""
    for name in list(os.environ):
        if name.startswith("HANDRAIL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


SECRET = "audit_webhook_secret = 'whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0'"


def with_file(text: str) -> Config:
    Path("handrail.toml").write_text(text, encoding="utf-8")
    return load_config()


def test_without_any_setting_the_broker_listens_on_loopback() -> None:
    config = load_config()
    assert (config.host, config.port, config.uses_tls) == ("127.0.0.1", 8080, False)
    assert config.public_url == "http://127.0.0.1:8080"
    assert config.allowed_origins == ("http://127.0.0.1:8080", "http://localhost:8080")
    assert config.database_url == "sqlite:///var/handrail.db"
    assert config.downloads_dir == Path("var/downloads")
    assert config.limits == Limits()
    assert (config.access_token_s, config.refresh_token_s) == (900, 43200)


def test_a_file_sets_and_a_variable_sets_over_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'organisation = "ACME"\nport = 9000\n[limits]\ncode_life_s = 60\nconsent_s = 90\n'
    monkeypatch.setenv("HANDRAIL_PORT", "9001")
    monkeypatch.setenv("HANDRAIL_LIMITS__CODE_LIFE_S", "30")
    config = with_file(text)
    assert (config.organisation, config.port) == ("ACME", 9001)
    assert config.limits == Limits(code_life_s=30, consent_s=90)
    assert config.public_url == "http://127.0.0.1:9001"


def test_a_file_can_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "elsewhere.toml"
    path.write_text('organisation = "Elsewhere"')
    monkeypatch.setenv("HANDRAIL_CONFIG", str(path))
    assert load_config().organisation == "Elsewhere"


def test_what_is_derived_follows_the_data_directory() -> None:
    config = with_file('data_dir = "/srv/handrail"')
    assert config.database_url == "sqlite:////srv/handrail/handrail.db"
    assert config.downloads_dir == Path("/srv/handrail/downloads")


@pytest.mark.parametrize("text", ["10.0.0.1, 10.2.0.0/16", '["10.0.0.1", "10.2.0.0/16"]'])
def test_a_list_in_a_variable_has_commas_or_is_json(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("HANDRAIL_TRUSTED_PROXIES", text)
    expected = (ip_network("10.0.0.1/32"), ip_network("10.2.0.0/16"))
    assert load_config().trusted_proxies == expected


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Support.Example.org/", "https://support.example.org"),
        ("https://support.example.org:443", "https://support.example.org"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_has_one_spelling(written: str, meant: str) -> None:
    assert with_file(f'public_url = "{written}"').public_url == meant


def test_behind_a_proxy_only_the_public_address_is_an_origin() -> None:
    config = with_file(
        'host = "0.0.0.0"\npublic_url = "https://s.example.org"\ntrusted_proxies = ["10.0.0.1"]'
    )
    assert config.allowed_origins == ("https://s.example.org",)


def test_behind_a_proxy_only_the_proxy_is_answered_and_people_come_by_https() -> None:
    proxied = 'host = "0.0.0.0"\ntrusted_proxies = ["10.0.0.1"]\n'
    assert with_file(proxied + 'public_url = "https://s.example.org"').answers_proxies_only
    with pytest.raises(Misconfigured, match="public_url has to begin with https://"):
        with_file(proxied + 'public_url = "http://s.example.org"')


def test_insecure_http_is_possible_when_it_is_asked_for_by_name() -> None:
    config = with_file(
        'host = "10.77.0.1"\npublic_url = "http://10.77.0.1:8080"\nallow_insecure_http = true'
    )
    assert not config.answers_proxies_only
    with pytest.raises(Misconfigured, match="public_url has to be set"):
        with_file('host = "10.77.0.1"\nallow_insecure_http = true')


def test_with_tls_the_broker_may_listen_anywhere() -> None:
    config = with_file(
        'host = "::"\npublic_url = "https://s.example.org"\n'
        'tls_certificate = "cert.pem"\ntls_key = "key.pem"'
    )
    assert config.uses_tls
    assert not config.answers_proxies_only
    assert with_file('tls_certificate = "c"\ntls_key = "k"').public_url == "https://127.0.0.1:8080"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "support.example.org"])
def test_a_public_address_without_tls_is_refused_and_it_says_what_to_do(host: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        with_file(f'host = "{host}"')
    for remedy in ("tls_certificate and tls_key", "trusted_proxies", "127.0.0.1"):
        assert remedy in refusal.value.detail


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_a_loopback_address_needs_no_tls(host: str) -> None:
    assert is_loopback(host)
    config = with_file(f'host = "{host}"')
    assert (config.host, config.answers_proxies_only) == (host, False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("organization = 'x'", "organization is not a setting"),
        ("[limits]\ncode_live_s = 1", "limits.code_live_s is not a setting"),
        ("[limits]\ncode_life_s = 0", "limits.code_life_s has to be at least 1"),
        ("host = ''", "host: "),
        ('organisation = "Bank\\u202e"', "organisation: "),
        ("port = 'many'", "port: "),
        ("port = 70000", "port: "),
        ("access_token_s = 3600", "access_token_s: "),
        ("public_url = 7", "public_url: "),
        ("trusted_proxies = 7", "trusted_proxies: "),
        ("public_url = 'ftp://x'", "https://support.example.org"),
        ("public_url = 'https://x/path'", "without a path"),
        ("public_url = 'https://x:99999'", "public_url: "),
        ("allowed_origins = ['*']", "allowed_origins.0: "),
        ("tls_key = 'key.pem'", "tls_certificate and tls_key go together"),
        ("turn_urls = ['turn:x']", "turn_secret"),
        ("turn_urls = ['turn.example.org:3478']", "turn:turn.example.org:3478?transport=udp"),
        ("turn_urls = ['turn:x?transport=sctp']", "it has to look like turn:"),
        ("turn_urls = ['turn://x']", "it has to look like turn:"),
        ("stun_urls = ['stun:x?transport=udp']", "it has to look like stun:"),
        ("stun_urls = ['turn:x']", "it has to look like stun:"),
        ("audit_webhook_url = 'https://siem.example.org'", "needs audit_webhook_secret"),
        ("audit_webhook_url = 'siem.example.org'", "https://siem.example.org/handrail"),
        ("audit_webhook_url = 'https:///path'", "https://siem.example.org/handrail"),
        ("audit_webhook_url = 'https://x y/'", "https://siem.example.org/handrail"),
        ("audit_webhook_url = 'https://[x/'", "https://siem.example.org/handrail"),
        ("audit_syslog = 'x y'", "siem.example.org:6514"),
        ("audit_syslog = 'siem.example.org:port'", "siem.example.org:6514"),
        ("audit_syslog = 'siem.example.org:0'", "siem.example.org:6514"),
        ("audit_syslog = 'siem.example.org/x'", "siem.example.org:6514"),
        ("audit_syslog = 'ada@siem.example.org'", "siem.example.org:6514"),
        ("audit_syslog = '-x.example.org'", "siem.example.org:6514"),
        ("audit_syslog = 'a..b'", "siem.example.org:6514"),
        ("audit_webhook_secret = 'whsec_c2hvcnQ='", "24 to 64 bytes in base64"),
        ("audit_webhook_secret = 'c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0'", "whsec_"),
        (f"audit_webhook_url = 'http://siem.example.org'\n{SECRET}", "begin with https://"),
        (f"audit_webhook_url = 'http://127.0.0.1:1'\n{SECRET}", "outbound_networks"),
        ("host = '::'\ntls_certificate = 'c'\ntls_key = 'k'", "public_url has to be set"),
        ("host = 'x", "cannot be read"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(text: str, complaint: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        with_file(text)
    assert complaint in refusal.value.detail
    assert "\n" not in refusal.value.detail.removesuffix("\n")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("siem.example.org", ("siem.example.org", 6514)),
        ("siem_1:514", ("siem_1", 514)),
        ("[2001:db8::7]:6514", ("2001:db8::7", 6514)),
        ("192.0.2.7", ("192.0.2.7", 6514)),
        ("münchen.example", ("münchen.example", 6514)),
    ],
)
def test_a_receiver_of_syslog_is_a_host_and_perhaps_a_port(
    text: str, target: tuple[str, int]
) -> None:
    assert syslog_target(with_file(f"audit_syslog = '{text}'").audit_syslog) == target


def test_plain_http_reaches_a_loopback_address_that_is_named() -> None:
    url = "audit_webhook_url = 'http://127.0.0.1:8000/x'"
    config = with_file(f"{url}\n{SECRET}\noutbound_networks = ['127.0.0.1']")
    assert config.audit_webhook_url == "http://127.0.0.1:8000/x"


def test_every_wrong_setting_is_told_at_once() -> None:
    with pytest.raises(Misconfigured) as refusal:
        with_file("port = 'x'\nlog_level = 'LOUD'\ntypo = 1")
    assert all(name in refusal.value.detail for name in ("port", "log_level", "typo"))


def test_a_misspelt_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_ORGANIZATION", "x")
    monkeypatch.setenv("HANDRAIL_BROKER", "http://the.support.clients")
    with pytest.raises(Misconfigured, match="HANDRAIL_ORGANIZATION is not a setting"):
        load_config()


def test_a_variable_that_is_no_json_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_STUN_URLS", "[oops")
    with pytest.raises(Misconfigured):
        load_config()


def test_a_file_that_is_not_there_is_refused_when_it_was_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HANDRAIL_CONFIG", "/no/such/file.toml")
    with pytest.raises(Misconfigured, match="no such file"):
        load_config()


def test_secrets_are_not_shown() -> None:
    config = with_file(
        'database_url = "postgresql://handrail:canary@db/handrail"\n'
        'turn_urls = ["turn:x"]\nturn_secret = "canary"'
    )
    assert "canary" not in repr(config)
    assert config.turn_secret.get_secret_value() == "canary"
    with pytest.raises(Misconfigured) as refusal:
        with_file('turn_secret = ["canary"]\nport = "canary"')
    assert "canary" not in refusal.value.detail


def test_the_table_shows_every_setting_and_what_it_means() -> None:
    rows = configuration_table().splitlines()[2:]
    names = {row.split("`")[1] for row in rows}
    limits = {f"limits.{name}" for name in Limits.__dataclass_fields__}
    assert names == (set(Config.model_fields) - {"limits"}) | limits
    for row in rows:
        _, setting, variable, default, meaning, _ = (part.strip() for part in row.split("|"))
        assert variable.strip("`") == "HANDRAIL_" + setting.strip("`").upper().replace(".", "__")
        assert default
        assert meaning.endswith(".")


def test_the_configuration_page_is_fresh() -> None:
    page = Path(__file__).resolve().parents[2] / "docs/configuration.md"
    assert page.read_text(encoding="utf-8") == configuration_page(), "run `make generate`"
