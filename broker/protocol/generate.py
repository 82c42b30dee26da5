"""Writes all that is derived from the protocol: `protocol.js`, `openapi.json`, `protocol.md`.

Run by `make generate`; a test fails when a written file differs from what these functions give.
"""

import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from broker.protocol import (
    accounts,
    audit,
    channels,
    chat,
    clipboard,
    connection,
    cursor,
    feeds,
    files,
    groups,
    guide,
    holds,
    ice,
    join_code,
    keyboard,
    live,
    measures,
    monitors,
    participants,
    ratings,
    receipts,
    relay,
    replies,
    reports,
    rest,
    rights,
    signaling,
    technicians,
    tiles,
    tokens,
    transcripts,
    trust,
    tunnel,
    verified,
    vocabulary,
)
from broker.protocol.endpoints import ENDPOINTS
from broker.protocol.openapi import openapi_document
from broker.protocol.shapes import shapes_javascript
from broker.protocol.trust_words import WORDS
from broker.protocol.version import PROTOCOL_VERSION

JsonSchema = Mapping[str, Any]

UNIONS: Final[dict[str, tuple[str, TypeAdapter[Any]]]] = {
    "ClientToBroker": ("support client → broker, `/api/v1/ws/client`", signaling.CLIENT_TO_BROKER),
    "BrokerToClient": ("broker → support client", signaling.BROKER_TO_CLIENT),
    "ConsoleToBroker": ("console → broker, `/api/v1/ws/console`", signaling.CONSOLE_TO_BROKER),
    "BrokerToConsole": ("broker → console", signaling.BROKER_TO_CONSOLE),
    "RelayEnter": ("both sides → broker, `/api/v1/ws/relay/{relay_id}`", relay.RELAY_ENTER),
    "BrokerToRelay": ("broker → both sides, on the same websocket", signaling.BROKER_TO_RELAY),
    "ClientControlMessage": ("client → console, data channel `control`", channels.CLIENT_CONTROL),
    "ConsoleControlMessage": (
        "console → client, data channel `control`",
        channels.CONSOLE_CONTROL,
    ),
    "InputMessage": ("console → client, data channel `input`", channels.INPUT),
    "PointerMessage": ("console → client, data channel `pointer`", channels.POINTER),
    "PointerAt": ("client → console, data channel `pointer`", channels.POINTER_AT),
    "GuideMessage": ("console → client, data channel `guide`", guide.GUIDE),
    "TilesAck": ("console → client, data channel `tiles`", channels.TILES),
    "FrameShown": ("console → client, data channel `shown`", channels.SHOWN),
    "ConsoleChatMessage": (
        "console → client, data channel `chat`, or passed on by the broker",
        chat.CONSOLE_CHAT,
    ),
    "ClientChatMessage": (
        "client → console, data channel `chat`, or passed on by the broker",
        chat.CLIENT_CHAT,
    ),
    "ConsoleClipboardMessage": (
        "console → client, data channel `clipboard`",
        clipboard.CONSOLE_CLIPBOARD,
    ),
    "ClientClipboardMessage": (
        "client → console, data channel `clipboard`",
        clipboard.CLIENT_CLIPBOARD,
    ),
    "ConsoleFileMessage": ("console → client, data channel `files`", files.CONSOLE_FILES),
    "ClientFileMessage": ("client → console, data channel `files`", files.CLIENT_FILES),
}

_ENUMS: Final[tuple[type[StrEnum], ...]] = (
    vocabulary.Role,
    vocabulary.Scope,
    vocabulary.ActorKind,
    vocabulary.SessionState,
    vocabulary.EndReason,
    vocabulary.Capability,
    vocabulary.ConsentSource,
    vocabulary.PeerFailure,
    vocabulary.ErrorCode,
    channels.ChannelLabel,
    channels.MouseButton,
    keyboard.KeyBy,
    channels.PicturePreference,
    channels.ScreenCondition,
    channels.ScreenProblem,
    clipboard.ClipboardDirection,
    clipboard.ClipboardProblem,
    files.FileDirection,
    files.FileProblem,
    files.FileResult,
    files.FileRoad,
    relay.RelaySide,
    relay.RelayRefusal,
    rights.AskOutcome,
    rights.RightsChange,
    rights.RenewalStage,
    reports.ReportPlace,
    participants.EntryPurpose,
    participants.EntryOutcome,
    participants.EntryStage,
    connection.Way,
    connection.WayOutcome,
    trust.TrustBreach,
)

_CONSTANTS: Final[dict[str, Any]] = {
    "PROTOCOL_VERSION": PROTOCOL_VERSION,
    "MAX_MESSAGE_BYTES": vocabulary.MAX_MESSAGE_BYTES,
    "MAX_CHANNEL_MESSAGE_BYTES": vocabulary.MAX_CHANNEL_MESSAGE_BYTES,
    "CONSENT_TIMEOUT_S": vocabulary.CONSENT_TIMEOUT_S,
    "HEARTBEAT_INTERVAL_S": channels.HEARTBEAT_INTERVAL_S,
    "PEER_QUIET_AFTER_S": channels.PEER_QUIET_AFTER_S,
    "PEER_LOST_AFTER_S": channels.PEER_LOST_AFTER_S,
    "PREFLIGHT_S": connection.PREFLIGHT_S,
    "RECOVERY_S": channels.RECOVERY_S,
    "PROOF_S": channels.PROOF_S,
    "ATTEMPT_S": channels.ATTEMPT_S,
    "URGENT_RETRY_S": channels.URGENT_RETRY_S,
    "CONNECT_TIMEOUT_S": channels.CONNECT_TIMEOUT_S,
    "NEW_ACCOUNT_DAYS": verified.NEW_ACCOUNT_DAYS,
    "MAX_REPORT_NOTE": reports.MAX_REPORT_NOTE,
    "MAX_NOTE_LENGTH": technicians.MAX_NOTE_LENGTH,
    "MAX_GUESTS": participants.MAX_GUESTS,
    "MAX_CHAT_LENGTH": chat.MAX_CHAT_LENGTH,
    "TYPING_TOLD_EVERY_S": chat.TYPING_TOLD_EVERY_S,
    "TYPING_SHOWN_S": chat.TYPING_SHOWN_S,
    "HAND_IN_WITHIN_S": transcripts.HAND_IN_WITHIN_S,
    "COLOURS": participants.COLOURS,
    "MAX_REPLY_LENGTH": replies.MAX_REPLY_LENGTH,
    "MAX_REPLY_TITLE": replies.MAX_REPLY_TITLE,
    "ALL_MONITORS": monitors.ALL_MONITORS,
    "MAX_CLIPBOARD_BYTES": clipboard.MAX_CLIPBOARD_BYTES,
    "CLIPBOARD_PART_LENGTH": clipboard.CLIPBOARD_PART_LENGTH,
    "CLIPBOARD_WINDOW": clipboard.CLIPBOARD_WINDOW,
    "MAX_SEGMENT_LENGTH": files.MAX_SEGMENT_LENGTH,
    "MAX_DEPTH": files.MAX_DEPTH,
    "MAX_ITEMS": files.MAX_ITEMS,
    "MAX_ITEM_LENGTH": files.MAX_ITEM_LENGTH,
    "MAX_FILES": files.MAX_FILES,
    "CHUNK_HEAD_BYTES": files.CHUNK_HEAD_BYTES,
    "CHUNK_BYTES": files.CHUNK_BYTES,
    "RELAY_CHUNK_BYTES": files.RELAY_CHUNK_BYTES,
    "RELAY_FROM_BYTES": files.RELAY_FROM_BYTES,
    "SEAL_BYTES": relay.SEAL_BYTES,
    "MAX_RELAY_FRAME_BYTES": relay.MAX_RELAY_FRAME_BYTES,
    "RELAY_INFO": relay.RELAY_INFO,
    "TUNNEL_INFO": tunnel.TUNNEL_INFO,
    "TUNNEL_CHANNELS": [label.value for label in tunnel.TUNNEL_CHANNELS],
    "TUNNEL_HEAD_BYTES": tunnel.TUNNEL_HEAD_BYTES,
    "COMMIT_LABEL": trust.COMMIT_LABEL,
    "STRING_LABEL": trust.STRING_LABEL,
    "SECRET_INFO": trust.SECRET_INFO,
    "NONCE_BYTES": trust.NONCE_BYTES,
    "MAX_TYPED_LENGTH": keyboard.MAX_TYPED_LENGTH,
    "MAX_STROKE_POINTS": guide.MAX_STROKE_POINTS,
    "MAX_SHORT_TEXT": vocabulary.MAX_SHORT_TEXT,
    "ASK_TIMEOUT_S": rights.ASK_TIMEOUT_S,
    "MAX_LEASE_MIN": rights.MAX_LEASE_MIN,
    "MAX_CURSOR_SIDE": cursor.MAX_CURSOR_SIDE,
    "MAX_PIXELS": tiles.MAX_PIXELS,
    "TILES_RESET": tiles.RESET,
    "TILES_TILE": tiles.TILE,
    "TILES_FRAME": tiles.FRAME,
    "CODE_LENGTH": join_code.CODE_LENGTH,
    "DAMM_TABLE": join_code.DAMM_TABLE,
}

_HEADER: Final = (
    "// GENERATED by `make generate` from broker/protocol. Do not edit.\n// @ts-check\n"
)


_MODULES: Final = (
    vocabulary,
    participants,
    reports,
    rest,
    live,
    audit,
    feeds,
    technicians,
    groups,
    accounts,
    tokens,
    replies,
    transcripts,
    channels,
    chat,
    clipboard,
    connection,
    files,
    guide,
    holds,
    ice,
    keyboard,
    measures,
    ratings,
    receipts,
    relay,
    trust,
    tunnel,
    signaling,
)
"""Where the wire models are."""


def schemas() -> dict[str, JsonSchema]:
    """Give the JSON Schema of every wire model by its name, message unions included."""
    models = [
        model
        for module in _MODULES
        for model in vars(module).values()
        if isinstance(model, type)
        and issubclass(model, vocabulary.WireModel)
        and model is not vocabulary.WireModel
    ]
    _, document = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)],
        ref_template="#/components/schemas/{model}",
    )
    definitions: dict[str, JsonSchema] = document["$defs"]
    return dict(sorted(definitions.items()))


def javascript() -> str:
    """Give `technician_console/src/protocol.js`: constants, enums and JSDoc types."""
    parts = [_HEADER]
    parts += [f"export const {name} = {json.dumps(value)};" for name, value in _CONSTANTS.items()]
    parts += [_js_enum(enum) for enum in _ENUMS]
    enum_names = {enum.__name__ for enum in _ENUMS}
    parts += [
        _js_typedef(name, schema) for name, schema in schemas().items() if name not in enum_names
    ]
    parts += [
        f"/** {where}\n * @typedef {{{' | '.join(_members(adapter))}}} {name}\n */"
        for name, (where, adapter) in UNIONS.items()
        if len(_members(adapter)) > 1
    ]
    return "\n".join(parts) + "\n"


def words_javascript() -> str:
    """Give `technician_console/src/trust/words.js`: what the bytes of the string are read as."""
    lists = "".join(
        f"  {name}: {json.dumps(words, ensure_ascii=False)},\n" for name, words in WORDS.items()
    )
    doc = (
        '/** By language, a word for each value of a byte. @type {Record<"en" | "fr", string[]>} */'
    )
    return f"{_HEADER}{doc}\nexport const WORDS = {{\n{lists}}};\n"


def markdown() -> str:
    """Give `docs/protocol.md`: every message, its direction and its fields."""
    known = schemas()
    parts = [
        "<!-- GENERATED by `make generate` from broker/protocol. Do not edit. -->",
        "# Protocol",
        f"Version {PROTOCOL_VERSION}. Messages are JSON text frames, told apart by `type`; "
        "unknown fields are refused.",
    ]
    for name, (where, adapter) in UNIONS.items():
        parts.append(f"## {name}\n{where[0].upper()}{where[1:]}.")
        parts += [_md_message(known[member]) for member in _members(adapter)]
    parts.append(f"## The string on both screens\n\n```\n{trust.__doc__}```\n")
    parts.append(f"## A session through the broker\n\n```\n{tunnel.__doc__}```\n")
    parts.append(f"## Relay of files\n\n```\n{relay.__doc__}```\n")
    parts.append(f"## Tiles, client → console\n\n```\n{tiles.__doc__}```\n")
    parts.append("## HTTP API\nThe whole of it is in `/openapi.json`.\n")
    parts.append("| operation | | access |\n|---|---|---|")
    rows = [f"| `{e.method} {e.path}` | {e.summary} | {e.access} |" for e in ENDPOINTS]
    return "\n\n".join(parts) + "\n" + "\n".join(rows) + "\n"


def generated_files(root: Path) -> dict[Path, str]:
    """Give every file that is derived from the protocol, by its path under `root`."""
    return {
        root / "technician_console/src/protocol.js": javascript(),
        root / "technician_console/src/shapes.js": shapes_javascript(),
        root / "technician_console/src/trust/words.js": words_javascript(),
        root / "docs/openapi.json": json.dumps(openapi_document(schemas()), indent=2) + "\n",
        root / "docs/protocol.md": markdown(),
    }


def main() -> None:
    """Write every generated file into the working tree this module lies in."""
    for path, text in generated_files(Path(__file__).resolve().parents[2]).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _members(adapter: TypeAdapter[Any]) -> list[str]:
    schema = adapter.json_schema(ref_template="{model}")
    options = schema.get("oneOf")
    return [option["$ref"] for option in options] if options else [schema["title"]]


def _js_enum(enum: type[StrEnum]) -> str:
    entries = "".join(f"  {member.name}: {json.dumps(member.value)},\n" for member in enum)
    doc = (enum.__doc__ or "").strip().splitlines()[0]
    values = " | ".join(json.dumps(member.value) for member in enum)
    name = enum.__name__
    return (
        f"/** {doc} */\nexport const {name} = /** @type {{const}} */ ({{\n{entries}}});\n"
        f"/** @typedef {{{values}}} {name} */"
    )


def _js_typedef(name: str, schema: JsonSchema) -> str:
    doc = _first_line(schema)
    lines = [f"/** {doc}", f" * @typedef {{object}} {name}"]
    required = set(schema.get("required", ()))
    for field, field_schema in schema.get("properties", {}).items():
        # A field with a constant value is always sent, though Python gives it a default.
        shown = field if field in required or "const" in field_schema else f"[{field}]"
        lines.append(f" * @property {{{_js_type(field_schema)}}} {shown}")
    return "\n".join([*lines, " */"])


_SIMPLE_JS: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def _js_type(schema: JsonSchema) -> str:  # noqa: PLR0911 - one return per kind of schema
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return _join_types(json.dumps(value) for value in schema["enum"])
    if "anyOf" in schema:
        return _join_types(_js_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"Array<{_js_type(schema.get('items', {}))}>"
    if schema.get("type") == "object":
        return f"Object<string, {_js_type(schema.get('additionalProperties', {}))}>"
    return _SIMPLE_JS[schema["type"]]


def _join_types(types: Iterable[str]) -> str:
    return "(" + " | ".join(types) + ")"


def _first_line(schema: JsonSchema) -> str:
    return str(schema.get("description", "")).strip().splitlines()[0]


def _md_message(schema: JsonSchema) -> str:
    properties = schema["properties"]
    lines = [f"### `{properties['type']['const']}`", re.sub(r"\s+", " ", schema["description"])]
    fields = [(field, body) for field, body in properties.items() if field != "type"]
    if fields:
        required = schema.get("required", ())
        lines.append("| field | type | |\n|---|---|---|")
        lines[-1] += "".join(
            f"\n| `{field}` | {_md_type(body)} | {'' if field in required else 'optional'} |"
            for field, body in fields
        )
    return "\n\n".join(lines)


_MD_LIMITS: Final = ("pattern", "minLength", "maxLength", "minimum", "maximum", "maxItems")


def _md_type(schema: JsonSchema) -> str:
    limits = [f"{key} {schema[key]}" for key in _MD_LIMITS if key in schema]
    text = _js_type(schema) + (f", {', '.join(limits)}" if limits else "")
    return f"`{text}`".replace("|", "\\|")


if __name__ == "__main__":
    main()
