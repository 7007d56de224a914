"""Secondary instances (ODK XForms, "Secondary Instances"): inside the form, or CSV, XML and GeoJSON files beside it."""

import csv
import io
import json
from typing import Any, cast

from gridclient.forms.errors import FormError
from gridclient.forms.node import Kind, Node
from gridclient.forms.table import Row
from gridclient.forms.xml import Element, instance_tree, parse_xml

_DELIMITERS = ",;\t|"


def inline(name: str, element: Element | None) -> Node:
    """The document of an instance that is written in the form; a blank one without an element."""
    document = _document(name)
    document.add(instance_tree(element, document) if element is not None else Node("root", document))
    return _indexed(document)


def external(name: str, address: str, data: bytes) -> Node:
    """The document of an attached file, by what its name says it is; raises `FormError`."""
    document = _document(name)
    kind = address.rpartition(".")[2].lower()
    try:
        if kind == "csv" or address.startswith("jr://file-csv/"):
            document.add(_from_csv(data.decode("utf-8-sig"), document))
            return document
        elif kind in ("geojson", "json"):
            document.add(_from_geojson(json.loads(data.decode("utf-8-sig")), document))
        else:
            document.add(instance_tree(parse_xml(data), document))
    except (FormError, UnicodeDecodeError, json.JSONDecodeError, csv.Error) as error:
        raise FormError(f"{address}: {error}") from error
    return _indexed(document)


def _document(name: str) -> Node:
    document = Node("", None, "", Kind.DOCUMENT)
    document.template = f"#{name}"  # so that no path of the primary instance is taken for one here
    return document


def _indexed(document: Node) -> Node:
    """Lets rows be looked up by their columns: what is beneath never changes."""
    for node in document.walk():
        if node.children:
            node.lookup = {}
    return document


def _from_csv(text: str, document: Node) -> Node:
    root = Node("root", document)
    lines = io.StringIO(text, newline="")
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    rows = csv.reader(lines, delimiter=delimiter, strict=False)
    columns: dict[str, int] = {}
    for place, name in enumerate(next(rows, list[str]())):
        if name.strip():
            columns.setdefault(name.strip(), place)
    found: list[Node] = [Row(root, columns, tuple(row)) for row in rows if any(row)]
    root.children, root.index = found, {"item": found}
    root.lookup = {}
    return root


def _from_geojson(found: object, document: Node) -> Node:
    root = Node("root", document)
    collection = cast(dict[str, Any], found) if isinstance(found, dict) else {}
    if collection.get("type") != "FeatureCollection" or not isinstance(collection.get("features"), list):
        raise FormError("this is not a GeoJSON FeatureCollection")
    for feature in cast(list[dict[str, Any]], collection["features"]):
        item = Node("item", root)
        cells: dict[str, str] = {"geometry": _geometry(feature.get("geometry"))}
        for name, value in cast(dict[str, object], feature.get("properties") or {}).items():
            cells[name] = _plain(value)
        if "id" in feature:
            cells["id"] = _plain(feature["id"])
        for name, text in cells.items():
            item.add(Node(name, item, text))
        root.add(item)
    return root


def _plain(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _geometry(found: object) -> str:
    geometry = cast(dict[str, Any], found or {})
    points = cast(list[Any], geometry.get("coordinates") or [])
    match geometry.get("type"):
        case "Point":
            return _point(points) if points else ""
        case "LineString":
            return "; ".join(map(_point, points))
        case "Polygon":
            return "; ".join(map(_point, points[0] if points else []))
        case other:
            raise FormError(f"{other} is not a geometry that a form can use")


def _point(point: list[float]) -> str:
    return f"{_plain(point[1])} {_plain(point[0])} 0 0"
