"""Secondary instances (ODK XForms, "Secondary Instances"): inside the form, or CSV, XML and GeoJSON files beside it."""

import csv
import io
import json
from collections.abc import Iterable
from itertools import chain, islice
from typing import Any, cast

from gridclient.forms.errors import FormError
from gridclient.forms.longlist import LONG, MOST_COLUMNS, LongList
from gridclient.forms.node import Kind, Node
from gridclient.forms.table import Row
from gridclient.forms.xml import Element, add_attributes, instance_tree, parse_xml, qualified

_DELIMITERS = ",;\t|"


def inline(name: str, element: Element | None) -> Node:
    """The document of an instance that is written in the form; a blank one without an element."""
    document = _document(name)
    if element is None:
        document.add(Node("root", document))
        return _indexed(document)
    return _from_xml(element, document)


def external(name: str, address: str, data: bytes) -> Node:
    """The document of an attached file, by what its name says it is; raises `FormError`."""
    document = _document(name)
    kind = address.rpartition(".")[2].lower()
    try:
        if kind == "csv" or address.startswith("jr://file-csv/"):
            document.add(_from_csv(data, document))
            return document
        if kind in ("geojson", "json"):
            document.add(_from_geojson(json.loads(data.decode("utf-8-sig")), document))
            return _indexed(document)
        return _from_xml(parse_xml(data), document)
    except (FormError, UnicodeError, json.JSONDecodeError, csv.Error, RecursionError) as error:
        raise FormError(f"{address}: {error}") from error


def _document(name: str) -> Node:
    document = Node("", None, "", Kind.DOCUMENT)
    document.template = f"#{name}"  # so that no path of the primary instance is taken for one here
    return document


def _indexed(document: Node) -> Node:
    """Lets rows be looked up by their columns: what is beneath never changes."""
    if not isinstance(document, LongList):
        if document.children:
            document.lookup = {}
        for child in document.children:
            _indexed(child)
    return document


def _from_xml(element: Element, document: Node) -> Node:
    table = _table_in(element) if len(element) > LONG else None
    if table is None:
        document.add(instance_tree(element, document))
    else:
        name, columns = table
        rows = (tuple(_cell(row, column) for column in columns) for row in element)
        root = LongList(qualified(element), document, name, columns, rows)
        add_attributes(root, element)
        document.add(root)
    return _indexed(document)


def _table_in(element: Element) -> tuple[str, list[str]] | None:
    """The name of the rows and their columns, where all children are rows of plain cells."""
    name = qualified(element[0])
    columns: dict[str, None] = {}
    for row in element:
        names = [qualified(cell) for cell in row]
        if qualified(row) != name or row.attrib or len(set(names)) < len(names):
            return None
        if any(len(cell) or cell.attrib for cell in row):
            return None
        columns.update(dict.fromkeys(names))
    return (name, list(columns)) if 0 < len(columns) <= MOST_COLUMNS else None


def _cell(row: Element, column: str) -> str | None:
    return next((cell.text or "" for cell in row if qualified(cell) == column), None)


def _from_csv(data: bytes, document: Node) -> Node:
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline="")
    head = lines.readline()
    lines.seek(0)
    delimiter = max(_DELIMITERS, key=head.count)
    table = csv.reader(lines, delimiter=delimiter, strict=False)
    columns: dict[str, int] = {}
    for place, name in enumerate(next(table, list[str]())):
        if name.strip():
            columns.setdefault(name.strip(), place)
    rows = (row for row in table if any(row))
    first = list(islice(rows, LONG + 1))
    if len(first) > LONG and 0 < len(columns) <= MOST_COLUMNS:
        cells = (_cells(row, columns.values()) for row in chain(first, rows))
        return LongList("root", document, "item", list(columns), cells)
    root = Node("root", document)
    root.children = [Row(root, columns, tuple(row)) for row in chain(first, rows)]
    root.index = {"item": root.children}
    root.lookup = {}
    return root


def _cells(row: list[str], places: Iterable[int]) -> list[str | None]:
    return [row[place] if place < len(row) else None for place in places]


def _from_geojson(found: object, document: Node) -> Node:
    collection = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    if collection.get("type") != "FeatureCollection" or not isinstance(collection.get("features"), list):
        raise FormError("this is not a GeoJSON FeatureCollection")
    items = [_feature(each) for each in cast(list[object], collection["features"])]
    columns = list(dict.fromkeys(name for item in items for name in item))
    if len(items) > LONG and len(columns) <= MOST_COLUMNS:
        rows = ([item.get(column) for column in columns] for item in items)
        return LongList("root", document, "item", columns, rows)
    root = Node("root", document)
    for cells in items:
        item = Node("item", root)
        for name, text in cells.items():
            item.add(Node(name, item, text))
        root.add(item)
    return root


def _feature(found: object) -> dict[str, str]:
    """The cells of a feature: its geometry, its properties and its id."""
    feature = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    if feature.get("type") != "Feature":
        raise FormError("there is something among the features that is none")
    cells = {"geometry": _geometry(feature.get("geometry"))}
    properties: object = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise FormError("the properties of a feature are no object")
    for name, value in cast(dict[str, object], properties).items():
        cells[name] = _plain(value)
    if "id" in feature:
        cells["id"] = _plain(feature["id"])
    return cells


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _geometry(found: object) -> str:
    if found is None:
        return ""  # a feature without a place (RFC 7946, section 3.2)
    geometry = cast(dict[str, Any], found if isinstance(found, dict) else {})
    given: object = geometry.get("coordinates") or []
    if not isinstance(given, list):
        raise FormError("the coordinates of a feature are no list")
    points = cast(list[object], given)
    match geometry.get("type"):
        case "Point":
            return _point(points) if points else ""
        case "LineString":
            return "; ".join(map(_point, points))
        case "Polygon" if not points:
            return ""
        case "Polygon" if isinstance(points[0], list):
            return "; ".join(map(_point, cast(list[object], points[0])))
        case other:
            raise FormError(f"{other} is not a geometry that a form can use")


def _point(point: object) -> str:
    match cast(list[object], point if isinstance(point, list) else [])[:2]:
        case [int() | float() as longitude, int() | float() as latitude]:
            return f"{_plain(latitude)} {_plain(longitude)} 0 0"
        case _:
            raise FormError("a point of a feature is no pair of numbers")
