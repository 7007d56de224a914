"""Preloads (ODK XForms, "Preload Attributes") and the metadata of an edited submission."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from gridclient.forms.definition import Bind, Definition
from gridclient.forms.node import Node

FIRST = frozenset({"start", "today", "uid", "property"})
LAST = frozenset({"end", "uid"})


def preload(nodes: list[Node], bind: Bind, now: datetime, known: Mapping[str, str], kinds: frozenset[str]) -> None:
    """Gives nodes what their bind preloads, if that is one of the kinds wanted now; at the end an id stays."""
    found = value_of(bind.preload, now, known)
    if found is None or found[0] not in kinds:
        return
    for node in nodes:
        if found[0] != "uid" or kinds is FIRST or not node.text:
            node.text = found[1]


def value_of(preloaded: tuple[str, str], now: datetime, known: Mapping[str, str]) -> tuple[str, str] | None:
    """What a preload is (`start`, `end`, `today`, `uid`, `property`) and its value; None for none that is known."""
    match preloaded:
        case ("timestamp", "start" | "end" as kind):
            return kind, now.isoformat(timespec="milliseconds")
        case ("date", "today"):
            return "today", now.date().isoformat()
        case ("uid", _):
            return "uid", f"uuid:{uuid.uuid4()}"
        case ("property", name):
            # ODK XForms writes `phone number`, XLSForms `phonenumber`, and both allow `uri:` before a property.
            return "property", known.get(name) or known.get(name.removeprefix("uri:").replace(" ", ""), "")
        case ("context" | "user" | "patient", _):
            return "property", ""
        case _:
            return None


def begin_edit(root: Node, definition: Definition) -> None:
    """A submission that is edited gets a new id and remembers the old one (OpenRosa metadata, `deprecatedID`)."""
    meta = next((child for child in root.children if child.local == "meta"), None)
    identity = next((c for c in meta.children if c.local == "instanceID"), None) if meta is not None else None
    if meta is None or identity is None or not identity.text:
        return
    prefix, colon, _ = identity.name.rpartition(":")
    old = next((child for child in meta.children if child.local == "deprecatedID"), None)
    if old is None:
        old = Node(f"{prefix}{colon}deprecatedID", meta, "", identity.kind, identity.uri)
        meta.add(old)
    old.text = identity.text
    bind = definition.binds.get(identity.template)
    identity.text = f"uuid:{uuid.uuid4()}" if bind is not None or not identity.children else identity.text
