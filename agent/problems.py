"""Errors as RFC 9457 `application/problem+json`: which failure has which status, and how it is said.

Knows HTTP statuses and the errors of the layers below; must not show a customer's words or the inside of the server.
"""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent.keys import KeysError
from graph.store import AddressTaken, AlreadyExists, BadCursor, KeyReused, RevisionConflict, StoreUnavailable, UnknownCustomer
from graph.vectors import VectorsUnavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_STATUS: Mapping[type[Exception], int] = {
    AddressTaken: 409,
    AlreadyExists: 409,
    KeyReused: 409,
    RevisionConflict: 409,
    UnknownCustomer: 404,
    BadCursor: 422,
    StoreUnavailable: 503,
    VectorsUnavailable: 503,
    KeysError: 503,
}


class Problem(Exception):
    """A request that cannot be served, with the status that says why."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, loc: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers, self.loc = status, detail, headers, tuple(loc)


def not_found(kind: str, name: str) -> Problem:
    return Problem(404, f"there is no {kind} {name!r}")


def problem_body(status: int, detail: str, errors: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return body | {"errors": list(errors)} if errors else body


def problem_response(status: int, detail: str, *, headers: Mapping[str, str] | None = None, errors: Sequence[Any] = ()) -> JSONResponse:
    return JSONResponse(problem_body(status, detail, errors), status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    """What a client may know of an error; anything unforeseen is a 500 without its inside."""
    if isinstance(error, Problem):
        return error
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return Problem(status, str(error), headers={"Retry-After": "1"} if status == 503 else None)
    log.error("unforeseen %s", type(error).__name__, exc_info=error)
    return Problem(500, "the server failed; the turn, if it was one, is kept and is finished when it is delivered again")


def install_problems(app: FastAPI) -> None:
    """Every error of every route becomes a problem, those of routing included."""

    async def on_problem(_request: Request, error: Exception) -> JSONResponse:
        problem = problem_of(error)
        errors = [{"loc": list(problem.loc), "msg": problem.detail}] if problem.loc else []
        return problem_response(problem.status, problem.detail, headers=problem.headers, errors=errors)

    async def on_http(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem_response(error.status_code, str(error.detail), headers=error.headers)

    async def on_invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        errors = [{"loc": _place(each["loc"]), "msg": _message(each)} for each in error.errors()]
        detail = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in errors[:3])
        return problem_response(422, detail, errors=errors)

    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(Exception, on_problem)
    for kind in (Problem, *_STATUS):
        app.add_exception_handler(kind, on_problem)


def _place(loc: Sequence[Any]) -> list[str | int]:
    """Any character that is not text in Unicode (half of a pair) is escaped: it could not be sent back."""
    return [part if isinstance(part, int) else str(part).encode("utf-8", "backslashreplace").decode() for part in loc]


def _message(error: Mapping[str, Any]) -> str:
    said = str(error["msg"]).removeprefix("Value error, ")
    return "expected JSON" if error.get("type") == "json_invalid" else said
