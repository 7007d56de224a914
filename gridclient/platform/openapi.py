"""The OpenAPI 3.1 document of Grid-Sync 1, generated from the table of operations and the message Structs."""

import re
from itertools import groupby
from typing import Annotated, Any, Literal, cast

import msgspec

from gridclient import __version__
from gridclient.platform.app import JSON, Access, Operation
from gridclient.protocol import problems
from gridclient.protocol.messages import BucketName, Hash, Mutation, Problem

_PARAMETER = re.compile(r"\{(\w+)\}")
_Number = Annotated[int, msgspec.Meta(ge=0, lt=10**15)]
# What stands outside the bodies; whatever is not named is any text.
_TYPES: dict[str, Any] = {
    "sha256": Hash, "digest": Hash, "bucket": BucketName,
    "after": Annotated[int, msgspec.Meta(ge=0, lt=10**18)],
    "heads": Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{16}\Z")],
    "Range": Annotated[str, msgspec.Meta(pattern=r"\Abytes=[0-9]{1,15}-\Z")],
    "Tus-Resumable": Literal["1.0.0"],
    "Upload-Length": Annotated[int, msgspec.Meta(ge=1, lt=10**15)],
    "Upload-Offset": _Number,
    "Upload-Checksum": Annotated[str, msgspec.Meta(pattern=r"\Asha256 [0-9A-Za-z+/]{43}=\Z")],
}  # fmt: skip
_REQUIRED = {"heads", "Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset"}


def document(operations: list[Operation]) -> dict[str, Any]:
    """Describes every operation with its messages, its access rule and an example."""
    structs = {kind for op in operations for kind in (op.takes, op.gives) if kind is not None} | {Mutation, Problem}
    ordered = sorted(structs, key=lambda kind: kind.__name__)
    _, components = msgspec.json.schema_components(
        ordered, schema_hook=_anything, ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, Any] = {}
    for op in operations:
        paths.setdefault(op.path, {})[op.method.lower()] = _operation(op)
    return _ecma({
        "openapi": "3.1.0",
        "info": {"title": "Grid-Sync 1", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })  # fmt: skip


def _anything(kind: type) -> dict[str, Any]:
    if kind is object:
        return {"description": "a value of the record's field"}
    raise NotImplementedError


def _ecma(found: Any) -> Any:
    """The same with patterns as JSON Schema words them: there `$` matches nowhere but at the very end."""
    if isinstance(found, dict):
        members = cast("dict[str, Any]", found)
        return {name: _pattern(value) if name == "pattern" else _ecma(value) for name, value in members.items()}
    return [_ecma(each) for each in cast("list[Any]", found)] if isinstance(found, list) else found


def _pattern(found: Any) -> Any:
    return found.replace(r"\A", "^").replace(r"\Z", "$") if isinstance(found, str) else _ecma(found)


def _operation(op: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": op.summary,
        "description": op.handler.__doc__ or "",
        "operationId": op.summary.lower().replace(" ", "-"),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _schema(name)}
            for name in _PARAMETER.findall(op.path)
        ]
        + [_parameter("query", *asked) for asked in op.asks.items()]
        + [
            _parameter("header", name, value)
            for name, value in op.sent.items()
            if name not in ("Content-Type", "Authorization")  # OpenAPI has other places for these
        ],
        "responses": {_status(op): _answer(op) | _headers(op), **_refusals(op)},
    }
    if "Range" in op.sent:
        found["responses"]["206"] = _answer(op) | _headers(op)
    if op.access is not Access.PUBLIC:
        found["security"] = [{"token": []}]
        found["x-access"] = op.access.value
    if op.takes is not None:
        found["requestBody"] = {"required": True, "content": {JSON: _content(op.takes, op.example)}}
    elif op.sends:
        binary = {op.sends: {"schema": {"type": "string", "format": "binary"}}}
        found["requestBody"] = {"required": True, "content": binary}
    return found


def _schema(name: str) -> dict[str, Any]:
    return msgspec.json.schema(_TYPES.get(name, str))


def _parameter(where: str, name: str, example: str) -> dict[str, Any]:
    schema = _schema(name)
    shown = int(example) if schema.get("type") == "integer" else example
    return {"name": name, "in": where, "required": name in _REQUIRED, "schema": schema, "example": shown}


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


def _refusals(op: Operation) -> dict[str, Any]:
    """The operation's problems (RFC 9457) by status."""
    found = sorted((problems.problem(kind).status, kind.value) for kind in op.refusals)
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": ", ".join(kind for _, kind in kinds), "content": content}
        for status, kinds in groupby(found, lambda each: each[0])
    }
