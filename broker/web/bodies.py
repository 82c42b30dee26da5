"""Reads request bodies and queries into the models of `protocol.rest`, and writes answers."""

from collections.abc import Mapping
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from broker.errors import InvalidRequest, MessageTooLarge
from broker.web.plain_words import describe

M = TypeVar("M", bound=BaseModel)


async def read_body(request: web.Request, model: type[M], most: int | None = None) -> M:
    """Give the JSON body; InvalidRequest says which field is wrong and why.

    `most` bytes are read where more is allowed than elsewhere; MessageTooLarge beyond.
    """
    if request.content_type != "application/json":
        raise InvalidRequest("The body must be application/json.")
    try:
        return model.model_validate_json(await _read(request, most))
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from error


async def _read(request: web.Request, most: int | None) -> bytes:
    if most is None:
        return await request.read()
    read = bytearray()
    async for part in request.content.iter_any():
        read += part
        if len(read) > most:
            raise MessageTooLarge("The request's body is too large.")
    return bytes(read)


def read_query(request: web.Request, model: type[M]) -> M:
    """Give the query's parameters; InvalidRequest says which one is wrong and why."""
    repeated = [name for name in request.query if len(request.query.getall(name)) > 1]
    if repeated:
        raise InvalidRequest(f"{repeated[0][:60]}: given more than once")
    return read_texts(dict(request.query), model)


def read_texts(texts: Mapping[str, str], model: type[M]) -> M:
    """Give what these texts say by name; InvalidRequest says which one is wrong and why."""
    try:
        return model.model_validate_strings(texts)
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from error


def answer(model: BaseModel, status: int = 200) -> web.Response:
    """Write a model as JSON; answers are never kept in a cache."""
    return web.Response(
        status=status, text=model.model_dump_json(), content_type="application/json"
    )
