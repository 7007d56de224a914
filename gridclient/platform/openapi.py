"""The OpenAPI 3.1 document of Grid-Sync 1, generated from the table of operations and the message Structs."""

import re
from typing import Any

import msgspec

from gridclient import __version__
from gridclient.platform.app import JSON, Access, Operation
from gridclient.protocol import problems
from gridclient.protocol.messages import Problem

_PARAMETER = re.compile(r"\{(\w+)\}")


def document(operations: list[Operation]) -> dict[str, Any]:
    """Describes every operation with its messages, its access rule and an example."""
    structs = {kind for op in operations for kind in (op.takes, op.gives) if kind is not None} | {Problem}
    ordered = sorted(structs, key=lambda kind: kind.__name__)
    _, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    paths: dict[str, Any] = {}
    for op in operations:
        paths.setdefault(op.path, {})[op.method.lower()] = _operation(op)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Grid-Sync 1", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(op: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": op.summary,
        "description": op.handler.__doc__ or "",
        "operationId": op.summary.lower().replace(" ", "-"),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _PARAMETER.findall(op.path)
        ]
        + [
            {"name": name, "in": "header", "schema": {"type": "string"}, "example": value}
            for name, value in op.sent.items()
            if name not in ("Content-Type", "Authorization")  # OpenAPI has other places for these
        ],
        "responses": {_status(op): _answer(op) | _headers(op), "default": _problem()},
    }
    if op.access is not Access.PUBLIC:
        found["security"] = [{"token": []}]
        found["x-access"] = op.access.value
    if op.takes is not None:
        found["requestBody"] = {"required": True, "content": {JSON: _content(op.takes, op.example)}}
    elif op.sends:
        binary = {op.sends: {"schema": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"required": True, "content": binary}
    return found


def _status(op: Operation) -> str:
    if op.status:
        return str(op.status)
    return "200" if op.gives or op.media_type != JSON else "204"


def _answer(op: Operation) -> dict[str, Any]:
    if op.gives is not None:
        return {"description": op.summary, "content": {JSON: _content(op.gives, op.answer)}}
    if op.media_type == JSON:
        return {"description": "Done"}
    content: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    if op.answer is not None:
        content["example"] = op.answer
    return {"description": op.summary, "content": {op.media_type: content}}


def _headers(op: Operation) -> dict[str, Any]:
    shown = {
        name: {"schema": {"type": "string"}, "example": value} for name, value in {**op.headers, **op.told}.items()
    }
    return {"headers": shown} if shown else {}


def _content(kind: type[msgspec.Struct], example: object) -> dict[str, Any]:
    found: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}
    if example is not None:
        found["example"] = example
    return found


def _problem() -> dict[str, Any]:
    return {
        "description": "Problem details (RFC 9457)",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
