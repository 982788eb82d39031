"""What an address asks for: a page takes what it knows of it, whatever else somebody's link has gathered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, get_origin

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


def asked_of(model: type[M]) -> Callable[[Request], M]:
    """The dependency that reads a query string as a model.

    A page that somebody looks at passes over names it does not know (utm_source, from=timeline: messengers and
    newsletters add them). Files, JSON and changes take nothing they do not know: a misspelt filter would give more
    rows than were asked for. RequestValidationError for those, and everywhere for a value that does not fit.
    """

    def asked(request: Request) -> M:
        given = request.query_params
        lenient = request.method == "GET" and not request.url.path.endswith((".json", ".csv", ".xlsx"))
        names = [name for name in given if name in model.model_fields or not lenient]
        try:
            return model.model_validate({name: _value(model, name, given.getlist(name)) for name in names})
        except ValidationError as error:
            raise RequestValidationError(
                [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
            ) from error

    return asked


def _value(model: type[BaseModel], name: str, given: list[str]) -> str | list[str]:
    """Everything that was said of a field that takes several, else what was said last."""
    field = model.model_fields.get(name)
    return given if field is not None and get_origin(field.annotation) is list else given[-1]
