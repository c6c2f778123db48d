"""Makes the OpenAPI document say what only the running installation knows."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from gateway.web.once import FORM, HEADER, WRITES
from gateway.web.problems import Problem, documented

_TAKES_UNIT = ("HandOver",)
_MAY_TAKE_UNIT = ("Work", "Answer", "Finish")


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
        _say_once(document)
        return document

    app.openapi = completed  # type: ignore[method-assign]


def _say_once(document: dict[str, Any]) -> None:
    """Every write of somebody who is known takes the header of `gateway.web.once`; every write may
    be too long (`gateway.web.bodies`); every request may find no database (`gateway.web.away`).
    """
    header = {
        "name": HEADER,
        "in": "header",
        "required": False,
        "description": "Sent again with the same key and body within 24 hours, the request is "
        "carried out once and its answer repeated.",
        "schema": {"type": "string", "pattern": FORM},
    }
    for path in document["paths"].values():
        for method, operation in path.items():
            operation["responses"].setdefault("503", documented(503)[503])
            if "requestBody" in operation:
                operation["responses"].setdefault("413", documented(413)[413])
            if method.upper() in WRITES and "security" in operation:
                operation.setdefault("parameters", []).append(header)
                for status, response in documented(409, 422).items():
                    operation["responses"].setdefault(str(status), response)
