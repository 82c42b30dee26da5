"""Reads request bodies and queries into the models of `protocol.rest`, and writes answers."""

from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from broker.errors import InvalidRequest

M = TypeVar("M", bound=BaseModel)


async def read_body(request: web.Request, model: type[M]) -> M:
    """Give the JSON body; InvalidRequest says which field is wrong and why."""
    if request.content_type != "application/json":
        raise InvalidRequest("The body must be application/json.")
    try:
        return model.model_validate_json(await request.read())
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from error


def read_query(request: web.Request, model: type[M]) -> M:
    """Give the query's parameters; InvalidRequest says which one is wrong and why."""
    repeated = [name for name in request.query if len(request.query.getall(name)) > 1]
    if repeated:
        raise InvalidRequest(f"{repeated[0][:60]}: given more than once")
    try:
        return model.model_validate_strings(dict(request.query))
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from error


def answer(model: BaseModel, status: int = 200) -> web.Response:
    """Write a model as JSON; answers are never kept in a cache."""
    return web.Response(
        status=status, text=model.model_dump_json(), content_type="application/json"
    )


def describe(error: ValidationError) -> str:
    """Say in one sentence what does not fit, without repeating what was sent."""
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    where = ".".join(str(part)[:60] for part in first["loc"]) or "body"
    return f"{where}: {first['msg']}"[:400]
