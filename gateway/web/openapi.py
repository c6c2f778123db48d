"""Makes the OpenAPI document say what only the running installation knows."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from gateway.web.problems import Problem

_TAKES_UNIT = ("HandOver",)
_MAY_TAKE_UNIT = ("Work", "Answer")


def complete(app: FastAPI, units: Callable[[], list[str]]) -> None:
    """Add the form of errors, and which units there are when the document is asked for."""
    written = app.openapi

    def completed() -> dict[str, Any]:
        document = written()
        schemas = document["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema()
        schemas["UnitId"] = {"type": "string", "enum": units(), "description": "A unit's slug."}
        named = {"$ref": "#/components/schemas/UnitId"}
        for model in _TAKES_UNIT:
            schemas[model]["properties"]["unit"] = named
        for model in _MAY_TAKE_UNIT:
            schemas[model]["properties"]["unit"] = {
                "anyOf": [named, {"const": ""}, {"type": "null"}]
            }
        return document

    app.openapi = completed  # type: ignore[method-assign]
