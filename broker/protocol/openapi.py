"""Makes the OpenAPI 3.1 document from the table of endpoints and the models' schemas."""

import re
from collections.abc import Mapping
from typing import Any, Final

from broker.protocol.endpoints import ENDPOINTS, Access, Endpoint
from broker.protocol.vocabulary import ErrorCode, Role

STATUS_OF: Final[dict[ErrorCode, int]] = {
    ErrorCode.INVALID_REQUEST: 400,
    ErrorCode.INVALID_MESSAGE: 400,
    ErrorCode.MESSAGE_TOO_LARGE: 413,
    ErrorCode.PROTOCOL_VERSION: 400,
    ErrorCode.WRONG_STATE: 409,
    ErrorCode.CODE_MALFORMED: 422,
    ErrorCode.CODE_REJECTED: 404,
    ErrorCode.PROOF_NEEDED: 428,
    ErrorCode.RESUME_REJECTED: 404,
    ErrorCode.NOT_SIGNED_IN: 401,
    ErrorCode.SIGN_IN_FAILED: 401,
    ErrorCode.NOT_PERMITTED: 403,
    ErrorCode.NOT_FOUND: 404,
    ErrorCode.CONFLICT: 409,
    ErrorCode.SESSION_ENDED: 409,
    ErrorCode.PEER_ABSENT: 409,
    ErrorCode.REPLACED: 409,
    ErrorCode.DISMISSED: 409,
    ErrorCode.TOO_MANY_REQUESTS: 429,
    ErrorCode.AUDIT_UNAVAILABLE: 503,
    ErrorCode.SHUTTING_DOWN: 503,
    ErrorCode.INTERNAL: 500,
}
"""The HTTP status that goes with each error."""

_SCHEMA_REF: Final = "#/components/schemas/"


def openapi_document(schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Describe every endpoint; `schemas` are the wire models' by name."""
    from broker import __version__

    used = _reachable({"Problem"} | {n for e in ENDPOINTS for n in _model_names(e)}, schemas)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        operation = _operation(endpoint, schemas)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Handrail broker", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": {name: schemas[name] for name in sorted(used)},
            "securitySchemes": {
                "accessCookie": {"type": "apiKey", "in": "cookie", "name": "handrail_access"},
                "apiToken": {"type": "http", "scheme": "bearer"},
                "transcriptToken": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _model_names(endpoint: Endpoint) -> list[str]:
    models = (endpoint.body, endpoint.query, endpoint.response)
    return [model.__name__ for model in models if model is not None]


def _operation(endpoint: Endpoint, schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.operation_id,
        "summary": endpoint.summary,
        "responses": _responses(endpoint),
    }
    if endpoint.access is Access.SIGNED_IN:
        operation["security"] = [{"accessCookie": []}]
        if endpoint.scope is not None:
            operation["security"].append({"apiToken": []})
            operation["x-scope"] = endpoint.scope.value
        operation["x-roles"] = [role.value for role in Role if role in endpoint.roles]
    if endpoint.access in (Access.TRANSCRIPT_TOKEN, Access.RECEIPT_TOKEN):
        operation["security"] = [{"transcriptToken": []}]
    if parameters := [*_path_parameters(endpoint), *_query_parameters(endpoint, schemas)]:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(endpoint.body.__name__)}},
        }
    return operation


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    success: dict[str, Any] = {"description": endpoint.summary}
    if endpoint.response is not None:
        success["content"] = {"application/json": {"schema": _ref(endpoint.response.__name__)}}
    if endpoint.media_types:
        text = {"schema": {"type": "string"}}
        success["content"] = dict.fromkeys(endpoint.media_types, text)
    responses = {str(endpoint.status): success}
    codes: dict[int, list[str]] = {}
    for code in possible_errors(endpoint):
        codes.setdefault(STATUS_OF[code], []).append(code.value)
    for status, values in sorted(codes.items()):
        responses[str(status)] = {
            "description": "Refused: " + ", ".join(sorted(values)),
            "content": {"application/problem+json": {"schema": _ref("Problem")}},
        }
    return responses


def possible_errors(endpoint: Endpoint) -> set[ErrorCode]:
    """Give every error an endpoint may answer, those that all share included."""
    errors = set(endpoint.errors)
    if endpoint.access is Access.SIGNED_IN:
        errors |= {
            ErrorCode.NOT_SIGNED_IN,
            ErrorCode.NOT_PERMITTED,
            ErrorCode.TOO_MANY_REQUESTS,  # of tokens
        }
    if endpoint.method != "GET":
        errors |= {ErrorCode.NOT_PERMITTED, ErrorCode.MESSAGE_TOO_LARGE}
    return errors


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", endpoint.path)
    ]


def _query_parameters(
    endpoint: Endpoint, schemas: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    if endpoint.query is None:
        return []
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(schema)}
        for name, schema in schemas[endpoint.query.__name__]["properties"].items()
    ]


def _without_null(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A query parameter is absent rather than null."""
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    return options[0] if options else schema


def _reachable(names: set[str], schemas: Mapping[str, Mapping[str, Any]]) -> set[str]:
    seen: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= _references(schemas[name]) - seen
    return seen


def _references(schema: Any) -> set[str]:
    if isinstance(schema, Mapping):
        found = {schema["$ref"].removeprefix(_SCHEMA_REF)} if "$ref" in schema else set()
        return found.union(*map(_references, schema.values()))
    if isinstance(schema, list):
        return set().union(*map(_references, schema))
    return set()


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _SCHEMA_REF + name}
