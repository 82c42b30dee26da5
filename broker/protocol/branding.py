"""How an organisation is shown: bodies of the HTTP API, and what the support client is told."""

import re
import unicodedata
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from broker.protocol.colours import darkened, readable
from broker.protocol.vocabulary import NOT_IN_NAMES, WireModel

MAX_BRAND_NAME: Final = 40
MAX_WELCOME: Final = 300
MAX_LOGO_BYTES: Final = 32 * 1024
MAX_LOGO_SIDE: Final = 512
"""In pixels."""

_JOINERS: Final = "\u200c\u200d"
"""Between letters of Persian and of Indian languages, and in pictures."""
_BLANK: Final = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
"""Fillers of Hangul and an empty pattern of Braille, which count as letters and signs."""

Language = Literal["en", "fr"]


def _readable(colour: str) -> str:
    if not readable(colour):
        raise ValueError(
            f"text on {colour} is hard to read (contrast below 4.5 to 1): {darkened(colour)} is "
            "the nearest that is not"
        )
    return colour


def _seen(name: str) -> str:
    """Refuse what nobody sees: it would stand for Handrail's name, or look like another one."""
    kinds = [unicodedata.category(one) for one in name if one not in _JOINERS]
    if name and ("Cf" in kinds or _BLANK.search(name) or all(one[0] in "ZCM" for one in kinds)):
        raise ValueError("a name has to be seen: it holds characters that show nothing")
    return name


Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
ReadableColour = Annotated[Colour, AfterValidator(_readable)]
BrandName = Annotated[
    str, StringConstraints(max_length=MAX_BRAND_NAME, pattern=rf"^[^{NOT_IN_NAMES}]*$")
]
SeenName = Annotated[BrandName, AfterValidator(_seen)]
WelcomeText = Annotated[
    str, StringConstraints(max_length=MAX_WELCOME, pattern=rf"^[^{NOT_IN_NAMES}]*$")
]
"""One paragraph of plain text: no markup, no controls, no marks of direction."""


LogoText = Annotated[
    str, StringConstraints(max_length=MAX_LOGO_BYTES * 4 // 3 + 4, pattern=r"^[A-Za-z0-9+/]+=*$")
]


class Welcome(WireModel):
    """What the organisation says to end users beside Handrail's own sentences, by language."""

    en: WelcomeText = ""
    fr: WelcomeText = ""


class Branding(WireModel):
    """How the organisation is shown; empty: as Handrail."""

    name: BrandName
    """In place of "Handrail" at the top of the pages."""
    colour: Colour | None
    welcome: Welcome
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)]
    """Those that the pages offer."""
    logo: str | None
    """Names the logo's bytes, for its address `/branding/logo.png?v=…`; null: Handrail's."""
    version: Annotated[int, Field(ge=0)]


class SaveBranding(WireModel):
    """Changes it all but the logo; conflict when `version` is not the one there is."""

    name: SeenName
    colour: ReadableColour | None
    welcome: Welcome
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)]
    version: Annotated[int, Field(ge=0)]


class SaveLogo(WireModel):
    """A PNG of 512 × 512 pixels and 32 KiB at most, in base64; null takes the logo away."""

    png: LogoText | None


class ClientBranding(WireModel):
    """As the support client's windows show it, which keep their own sentences whatever it says."""

    name: BrandName = ""
    colour: Colour | None = None
    welcome: Welcome = Welcome()
    logo: LogoText | None = None
    """A PNG in base64, as small as one that an admin may set."""
