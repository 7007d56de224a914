"""The table of operations: its examples are real messages, and the OpenAPI document names every rule."""

import msgspec
import pytest

from gridclient.platform import openapi
from gridclient.platform.app import Access, Operation
from gridclient.platform.operations import OPERATIONS
from gridclient.protocol.messages import Mutation, PushRequest

DOCUMENT = openapi.document(OPERATIONS)


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: f"{op.method} {op.path}")
def test_the_examples_of_an_operation_decode_as_its_messages(op: Operation) -> None:
    for kind, example in ((op.takes, op.example), (op.gives, op.answer)):
        assert (kind is None) or example is not None
        if kind is not None:
            msgspec.json.decode(msgspec.json.encode(example), type=kind)


def test_the_example_of_a_push_holds_a_mutation() -> None:
    [push] = [op for op in OPERATIONS if op.takes is PushRequest]
    request = msgspec.json.decode(msgspec.json.encode(push.example), type=PushRequest)

    assert msgspec.json.decode(request.mutations[0], type=Mutation).op == "patch"


def test_every_operation_is_in_the_document_with_its_rule_and_an_example() -> None:
    for op in OPERATIONS:
        found = DOCUMENT["paths"][op.path][op.method.lower()]
        assert ("security" in found) == (op.access is not Access.PUBLIC)
        assert found["description"]
        assert op.example or op.answer or op.sent or op.told, f"{op.summary} has no example"
        if op.takes is not None:
            assert found["requestBody"]["content"]["application/json"]["example"] == op.example


def test_the_document_is_openapi_3_1_and_refers_only_to_schemas_that_it_has() -> None:
    text = msgspec.json.encode(DOCUMENT).decode()
    referred = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}

    assert DOCUMENT["openapi"] == "3.1.0"
    assert referred <= DOCUMENT["components"]["schemas"].keys()
