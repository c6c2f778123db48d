"""Says what is wrong with data that a model refuses: a sentence per problem, no value repeated."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails


def explain(error: ValidationError, model: type[BaseModel], at: str = "the file") -> Iterator[str]:
    """One sentence per problem, with the place written as in the file and no value repeated.

    *at* is where the model as a whole stands. A field's description, where it has one, says better
    than its pattern what it takes.
    """
    for item in error.errors(include_input=False, include_url=False):
        place = _written((at, *item["loc"])).removeprefix("the file.")
        if item["type"] == "extra_forbidden":
            known = [f.alias or n for n, f in _fields_at(model, item["loc"][:-1]).items()]
            near = difflib.get_close_matches(str(item["loc"][-1]), known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(sorted(known))}"
            yield f"{place}: unknown key; {hint}"
        elif item["type"] == "missing":
            yield f"{place}: is missing"
        else:
            yield f"{place}: {_said(item, model)}"


def _said(item: ErrorDetails, model: type[BaseModel]) -> str:
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    if item["type"] in {"too_short", "string_too_short"} and item["ctx"]["min_length"] == 1:
        return "is empty"
    if item["type"] == "string_pattern_mismatch":
        meant = _fields_at(model, item["loc"][:-1]).get(str(item["loc"][-1]))
        if meant is not None and meant.description:
            return f"is {meant.description}"
    return item["msg"]


def _written(loc: tuple[int | str, ...]) -> str:
    out = ""
    for part in loc:
        out += f"[{part}]" if isinstance(part, int) else f".{part}"
    return out.strip(".")


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> Mapping[str, FieldInfo]:
    """What *model* knows at *loc*, by name."""
    for part in loc:
        if isinstance(part, int):
            continue
        found = model.model_fields.get(str(part))
        inner = [] if found is None else _types_in(found.annotation)
        if not inner:
            return {}
        model = inner[0]
    return model.model_fields


def _types_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [t for arg in get_args(annotation) for t in _types_in(arg)]
