"""Messages of a union as hypothesis makes them up: right, nearly right, and nothing of the kind."""

import json
from typing import Any

from hypothesis import strategies as st
from pydantic import TypeAdapter

ODD_NUMBERS = st.sampled_from([0, -1, 2**31, 2**53, 2**64, -(2**63), 10**400, 1e308, -0.0, 0.5])
ODD_TEXTS = st.sampled_from(
    ["", "\0", "\r\n", "../../etc/passwd", "\u202e", "\ufeff", "=cmd()", "<img src=x>", "é" * 5000]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), ODD_NUMBERS, ODD_TEXTS
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
BROKEN_JSON = st.sampled_from(
    ["", "{", "[" * 20_000, '{"type":' * 20_000, '{"type":"\\ud800"}', '{"type":NaN}', "\ufeff{}"]
)
_UNBOUNDED = 40
"""Longest text or list where the protocol allows more: length has tests of its own."""


def messages(*adapters: TypeAdapter[Any]) -> st.SearchStrategy[str]:
    """Give texts as a hostile peer may send them where these messages are expected."""
    right = st.one_of([_of(adapter) for adapter in adapters])
    broken = st.one_of(BROKEN_JSON, st.text(), ANYTHING.map(json.dumps))
    return st.one_of(right.map(json.dumps), _bent(right).map(json.dumps), broken)


def _of(adapter: TypeAdapter[Any]) -> st.SearchStrategy[Any]:
    schema = adapter.json_schema()
    return _made(schema, schema.get("$defs", {}))


@st.composite
def _bent(draw: st.DrawFn, right: st.SearchStrategy[Any]) -> Any:
    """Change one field of a message, or leave it out, or add another."""
    message = draw(right)
    if not isinstance(message, dict):
        return message
    name = draw(st.sampled_from(sorted(message)))
    match draw(st.sampled_from(["other", "gone", "more"])):
        case "other":
            return {**message, name: draw(ANYTHING)}
        case "gone":
            return {key: value for key, value in message.items() if key != name}
        case _:
            return {**message, draw(st.text()): draw(ANYTHING)}


def _made(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make values of a JSON schema, as far as pydantic's schemas go."""
    if "$ref" in schema:
        return _made(known[schema["$ref"].rpartition("/")[2]], known)
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for name in ("anyOf", "oneOf"):
        if name in schema:
            return st.one_of([_made(one, known) for one in schema[name]])
    match schema.get("type"):
        case "object":
            return _objects(schema, known)
        case "array":
            return _arrays(schema, known)
        case "string":
            return _texts(schema)
        case "integer":
            return st.integers(*_range(schema, 0))
        case "number":
            least, most = _range(schema, 0.0)
            return st.floats(least, most, allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return ANYTHING


def _objects(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    fields = {name: _made(part, known) for name, part in schema.get("properties", {}).items()}
    required = {"type", *schema.get("required", ())} & set(fields)
    return st.fixed_dictionaries(
        {name: fields[name] for name in sorted(required)},
        optional={name: fields[name] for name in sorted(set(fields) - required)},
    )


def _arrays(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*[_made(part, known) for part in schema["prefixItems"]]).map(list)
    least = schema.get("minItems", 0)
    most = min(schema.get("maxItems", _UNBOUNDED), least + _UNBOUNDED)
    return st.lists(_made(schema.get("items", {}), known), min_size=least, max_size=most)


def _texts(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda moment: moment.isoformat() + "Z")
    least = schema.get("minLength", 0)
    return st.text(min_size=least, max_size=min(schema.get("maxLength", 10**9), least + _UNBOUNDED))


def _range(schema: dict[str, Any], step: Any) -> tuple[Any, Any]:
    step = step or (1 if isinstance(step, int) else 0)
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    if least is not None and "minimum" not in schema:
        least += step
    if most is not None and "maximum" not in schema:
        most -= step
    return least, most
