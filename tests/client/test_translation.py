import ast
import gettext
import io
import re
import string
from pathlib import Path

import pytest

import client
from client import translation
from client.translation import compile_catalogue, load, parse_po, system_language

ROOT = Path(client.__file__).parent
FRENCH = ROOT / "locales" / "fr" / "LC_MESSAGES" / "handrail-client.po"


def texts_in_the_source() -> set[str]:
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr":
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    found.add(argument.value)
    return found


def test_every_text_the_client_shows_is_translated_and_no_other() -> None:
    assert set(parse_po(FRENCH.read_text("utf-8"))) - {""} == texts_in_the_source()


def test_translations_keep_their_placeholders_and_mnemonics() -> None:
    fields = string.Formatter().parse
    for english, french in parse_po(FRENCH.read_text("utf-8")).items():
        if english:
            assert french
            assert {f[1] for f in fields(english)} == {f[1] for f in fields(french)}, english
            assert english.count("&") == french.count("&"), english


def test_no_french_line_breaks_before_its_punctuation() -> None:
    for french in parse_po(FRENCH.read_text("utf-8")).values():
        assert re.search(r" [:;?!»]|« ", french) is None, french


def test_a_compiled_catalogue_is_read_by_gettext() -> None:
    source = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    source += 'msgid "a \\"b\\""\nmsgstr ""\n"é "\n"è"\n\nmsgid "empty"\nmsgstr ""\n'
    catalogue = gettext.GNUTranslations(io.BytesIO(compile_catalogue(source)))
    assert catalogue.gettext('a "b"') == "é è"
    assert catalogue.gettext("empty") == "empty"
    assert catalogue.gettext("unknown") == "unknown"


def test_french_is_spoken_when_asked_for() -> None:
    assert load("fr").gettext("&Allow") == "&Autoriser"
    assert load("en").gettext("&Allow") == "&Allow"


@pytest.mark.parametrize(
    ("environ", "spoken"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr_XX.UTF-8@not-generated"}, "fr"),
        ({"LANGUAGE": "fr", "LANG": "C.UTF-8"}, "fr"),
        ({"LANGUAGE": "", "LANG": "fr"}, "fr"),
        ({"LANGUAGE": "de:fr:en", "LANG": "de_DE.UTF-8"}, "fr"),
        ({"LANGUAGE": "en", "LC_ALL": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "en_US.UTF-8"}, "fr"),
        ({"LC_ALL": "C", "LC_MESSAGES": "fr_FR", "LANG": "fr_FR"}, "en"),
        ({"LC_MESSAGES": "fr_FR", "LANG": "en_US"}, "fr"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "frp_IT"}, "en"),
        ({"LANG": "POSIX"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_is_chosen_as_gettext_does_whatever_locales_are_generated(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], spoken: str
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert system_language() == spoken


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_the_language_of_the_systems_own_windows_is_spoken(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setattr(translation.sys, "platform", system)
    monkeypatch.setattr(translation, "_interface_languages", lambda: ["de-DE", "fr-CA", "en-GB"])
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert system_language() == "fr"


def test_qt_tells_the_languages_of_the_system() -> None:
    assert all(isinstance(name, str) for name in translation._interface_languages())
