"""Entities (ODK XForms, "Entities"): what a filled form creates or changes in a list, and the list with it.

So that a form that follows sees at once what was created offline, the platform's list is joined with the entities of
the forms that still wait to be sent.
"""

import csv
import io
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from gridclient.forms.definition import Definition
from gridclient.forms.node import Node

Action: TypeAlias = Literal["create", "update"]
_ACTIONS: tuple[Action, ...] = ("create", "update")
_YES = frozenset({"1", "true"})
_SEEN = ("baseVersion", "trunkVersion", "branchId")
NEWEST = (2025, 1)  # the version of the specification that this is written for


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity that a form creates or updates: the list, its id, its label and the properties that were saved.

    `base_version` is the version of the list's row that the form saw; `trunk_version` is the last one of these that
    the platform knew, and `branch_id` names the changes made offline since then.
    """

    dataset: str
    id: str
    action: Action
    label: str = ""
    values: dict[str, str] = field(default_factory=dict[str, str])
    base_version: str = ""
    trunk_version: str = ""
    branch_id: str = ""


def entities_of(root: Node, definition: Definition) -> list[Entity]:
    """The entities of an instance: of the form, and of each instance of a repeat that has its own."""
    saved = {ref: bind.saveto for ref, bind in definition.binds.items() if bind.saveto}
    found: list[Entity] = []
    for meta in root.walk():
        entity = next((c for c in meta.children if c.local == "entity"), None) if meta.local == "meta" else None
        if entity is None or meta.parent is None or not entity.relevant:
            continue
        label = next((child.value for child in entity.children if child.local == "label"), "")
        values = dict(_values(meta.parent, meta, saved))
        dataset, name, *seen = (entity.attribute(each) for each in ("dataset", "id", *_SEEN))
        found += [Entity(dataset, name, each, label, values, *seen) for each in _ACTIONS if _is_wanted(entity, each)]
    return found


def _is_wanted(entity: Node, action: str) -> bool:
    attribute = entity.attributes.get(action)
    return attribute is not None and attribute.relevant and attribute.text.strip().lower() in _YES


def _values(node: Node, meta: Node, saved: dict[str, str]) -> Iterable[tuple[str, str]]:
    """The properties within the entity's own part of the form; a repeat with an entity of its own is another part."""
    for child in node.children:
        if child is meta or not child.relevant:
            continue
        if child.template in saved:
            yield saved[child.template], child.value
        if not any(each.local == "meta" for each in child.children):
            yield from _values(child, meta, saved)


def with_entities(listed: str, entities: Iterable[Entity]) -> str:
    """A list as CSV (`name`, `label` and properties) with entities laid over it; what an update does not say stays.

    Each change counts up the row's `__version`, as the platform will. What the platform's list says of a row is the
    trunk (`__trunkVersion`) from which the offline changes branch off; the branch keeps its `__branchId` until then.
    """
    table = csv.DictReader(io.StringIO(listed))
    rows = {row["name"]: row for row in table}
    is_versioned = "__version" in (table.fieldnames or ())
    if is_versioned:
        for row in rows.values():
            row["__trunkVersion"] = row["__version"]
            row["__branchId"] = _branch(row["name"], row["__version"])
    for entity in entities:
        row = rows.setdefault(entity.id, {"name": entity.id})
        row.update({name: value for name, value in entity.values.items() if value or entity.action == "create"})
        if entity.label:
            row["label"] = entity.label
        if is_versioned:
            row["__version"] = str(int(version) + 1 if (version := row.get("__version", "")).isdecimal() else 1)
            row.setdefault("__branchId", _branch(entity.id, ""))
    columns = dict.fromkeys(["name", "label", *(name for row in rows.values() for name in row)])
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows.values())
    return out.getvalue()


def _branch(name: str, trunk: str) -> str:
    """The id of the changes since a version: the same whenever the list is made again, another for each version."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}@{trunk}"))
