"""Turns errors into HTTP answers (RFC 9457 problem+json) and websocket closes; nobody else does."""

import structlog
from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler

from broker.errors import (
    AuditUnavailable,
    HandrailError,
    InvalidRequest,
    MessageTooLarge,
    NotFound,
    ProofNeeded,
    ShuttingDown,
    TooManyRequests,
)
from broker.protocol.openapi import STATUS_OF
from broker.protocol.rest import Problem
from broker.protocol.vocabulary import ErrorCode

log = structlog.get_logger(__name__)

_CLOSE_CODES: dict[ErrorCode, WSCloseCode] = {
    ShuttingDown.code: WSCloseCode.SERVICE_RESTART,
    AuditUnavailable.code: WSCloseCode.TRY_AGAIN_LATER,
    TooManyRequests.code: WSCloseCode.TRY_AGAIN_LATER,
    ErrorCode.INTERNAL: WSCloseCode.INTERNAL_ERROR,
    ErrorCode.INVALID_MESSAGE: WSCloseCode.PROTOCOL_ERROR,
}


def close_code(code: ErrorCode | None) -> WSCloseCode:
    """Give the websocket close code (RFC 6455, section 7.4) that goes with an error."""
    if code is None:
        return WSCloseCode.OK
    return _CLOSE_CODES.get(code, WSCloseCode.POLICY_VIOLATION)


@web.middleware
async def problems(  # noqa: PLR0911 - one return per kind of error
    request: web.Request, handler: Handler
) -> web.StreamResponse:
    """Answer every error as a problem document, and never with a stack trace."""
    try:
        return await handler(request)
    except HandrailError as error:
        return _answer(error)
    except web.HTTPRequestEntityTooLarge:
        return _answer(MessageTooLarge("The request's body is too large."))
    except web.HTTPMethodNotAllowed as error:
        return _method_not_allowed(error)
    except web.HTTPNotFound:
        return _answer(NotFound())
    except web.HTTPException as error:
        return _problem(error.status, ErrorCode.INVALID_REQUEST, error.reason)
    except Exception:
        log.exception("request.failed", method=request.method)
        return _answer(HandrailError())


def problem_of(error: HandrailError) -> Problem:
    """Describe an error as RFC 9457 has it."""
    document = _document(STATUS_OF[error.code], error.code, error.detail)
    if isinstance(error, ProofNeeded):
        return document.model_copy(update={"challenge": error.challenge})
    return document


def _document(status: int, code: ErrorCode, detail: str) -> Problem:
    title = code.value.replace("_", " ").capitalize()
    return Problem(type="about:blank", title=title, status=status, detail=detail, code=code)


def _answer(error: HandrailError) -> web.Response:
    problem = problem_of(error)
    headers = {}
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    return _response(problem, headers)


def _problem(status: int, code: ErrorCode, detail: str) -> web.Response:
    return _response(_document(status, code, detail), {})


def _method_not_allowed(error: web.HTTPMethodNotAllowed) -> web.Response:
    allowed = ", ".join(sorted(error.allowed_methods))
    detail = f"{error.method} is not possible here, only {allowed}."
    document = _document(405, InvalidRequest.code, detail)
    return _response(document, {"Allow": allowed})


def _response(problem: Problem, headers: dict[str, str]) -> web.Response:
    return web.Response(
        status=problem.status,
        text=problem.model_dump_json(exclude_none=True),
        content_type="application/problem+json",
        headers=headers,
    )
