"""Speaks to the end user in English or French.

Catalogues are GNU gettext `.po` files, read at start and compiled to the `.mo` form in memory, so
nothing built is kept in the repository. English is the language of the msgids.
"""

import ast
import gettext
import io
import os
import re
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")
"""What `--language` takes; the first one is used when the system speaks another."""

_LOCALES: Final = Path(__file__).parent / "locales"
_LE_MAGIC: Final = 0x950412DE
_ENTRY = re.compile(
    r'^msgid ((?:"(?:[^"\\]|\\.)*"\s*)+)msgstr ((?:"(?:[^"\\]|\\.)*"\s*)+)', re.MULTILINE
)
_VARIABLES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_active: gettext.NullTranslations = gettext.NullTranslations()
_language: Language = LANGUAGES[0]


def tr(text: str) -> str:
    """Give `text` in the language in use; an unknown text stays as it is."""
    return _active.gettext(text)


def use_language(language: str) -> None:
    """Speak this language from now on; one of LANGUAGES."""
    global _active, _language  # noqa: PLW0603 - one program, one language
    _active = load(language)
    _language = next(one for one in LANGUAGES if one == language)


def language_in_use() -> Language:
    """Give the language that the end user reads."""
    return _language


def load(language: str) -> gettext.NullTranslations:
    """Read the catalogue of one language; English needs none."""
    path = _LOCALES / language / "LC_MESSAGES" / "handrail-client.po"
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(path.read_text("utf-8"))))


def system_language() -> Language:
    """Pick the first language the system asks for that we speak, else the first of ours."""
    system = sys.platform in ("win32", "darwin")
    wanted = _interface_languages() if system else languages_asked_for(os.environ)
    spoken = (name[:2].lower() for name in wanted)
    return next((name for name in spoken if name in LANGUAGES), LANGUAGES[0])


def languages_asked_for(environ: Mapping[str, str]) -> list[str]:
    """Read the variables as gettext does: the first that is set decides (GNU gettext manual, 2.3).

    Whether such a locale was generated on this machine does not matter: we bring our own texts.
    """
    value = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    return [name for name in value.split(":") if re.match(r"[A-Za-z]{2}(?![A-Za-z])", name)]


def _interface_languages() -> list[str]:
    """The languages of the system's own windows, on Windows and macOS, as Qt reads them."""
    try:
        from PySide6.QtCore import QLocale
    except ImportError:  # reported in words once the windows are to be opened
        return []
    return QLocale.system().uiLanguages()


def parse_po(text: str) -> dict[str, str]:
    """Read msgid → msgstr pairs (no plurals, no contexts); the header is under the empty msgid."""
    return {_unquote(msgid): _unquote(msgstr) for msgid, msgstr in _ENTRY.findall(text)}


def _unquote(quoted: str) -> str:
    return "".join(str(ast.literal_eval(line)) for line in quoted.strip().splitlines())


def compile_catalogue(text: str) -> bytes:
    """Compile a `.po` file's text to the bytes of a `.mo` file (GNU gettext manual, 10.3)."""
    pairs = sorted((k.encode(), v.encode()) for k, v in parse_po(text).items() if v)
    header_size, table_size = 28, 8 * len(pairs)
    offset = header_size + 2 * table_size
    tables: list[bytes] = []
    blob = b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<II", len(pair[column]), offset + len(blob)))
            blob += pair[column] + b"\0"
    header = struct.pack(
        "<7I", _LE_MAGIC, 0, len(pairs), header_size, header_size + table_size, 0, offset
    )
    return header + b"".join(tables) + blob
