"""Says what is wrong with data that a model refuses: a sentence per problem, no value repeated."""

import difflib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError


def explain(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """One sentence per problem, with the place written as in the file and no value repeated."""
    for item in error.errors(include_input=False, include_url=False):
        place = _written(item["loc"])
        if item["type"] == "extra_forbidden":
            known = _names_at(model, item["loc"][:-1])
            near = difflib.get_close_matches(str(item["loc"][-1]), known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(sorted(known))}"
            yield f"{place}: unknown key; {hint}"
        elif item["type"] == "missing":
            yield f"{place}: is missing"
        else:
            yield f"{place or 'the file'}: {item['msg']}"


def _written(loc: tuple[int | str, ...]) -> str:
    out = ""
    for part in loc:
        out += f"[{part}]" if isinstance(part, int) else f".{part}"
    return out.strip(".")


def _names_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that *model* knows at *loc*."""
    for part in loc:
        if isinstance(part, int):
            continue
        found = model.model_fields.get(str(part))
        inner = [] if found is None else _types_in(found.annotation)
        if not inner:
            return []
        model = inner[0]
    return [field.alias or name for name, field in model.model_fields.items()]


def _types_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [t for arg in get_args(annotation) for t in _types_in(arg)]
