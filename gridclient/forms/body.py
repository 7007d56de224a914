"""Reads a form's controls, choices and actions (ODK XForms, "Body", "Events and Actions") into its definition."""

from collections.abc import Mapping

from gridclient.forms.definition import SELECTS, Action, Control, Definition, Itemset, Text
from gridclient.forms.errors import FormError
from gridclient.forms.markup import JR, absolute, child, children, expression, labelled
from gridclient.forms.xml import ODK, Element, local, uri

_CONTROLS = frozenset({"input", "select1", "select", "rank", "upload", "trigger", "range", "group", "repeat", "secret"})
_OWN_ACTIONS = frozenset({"setgeopoint", "recordaudio"})
ACTIONS = _OWN_ACTIONS | {"setvalue"}
_EVENTS = frozenset({"odk-instance-first-load", "odk-instance-load", "odk-new-repeat", "xforms-value-changed",
                     "xforms-ready", "jr-insert", "xforms-revalidate"})  # fmt: skip


class Body:
    """The body of one form; `bind_refs` are the references of binds that have an id."""

    def __init__(self, found: Definition, bind_refs: Mapping[str, str]) -> None:
        self._found, self._bind_refs = found, bind_refs

    def controls(self, parent: Element, context: str, source: str) -> list[Control]:
        """The controls in an element; its actions belong to the control at `source`."""
        controls: list[Control] = []
        for element in parent:
            name = local(element)
            if name in ACTIONS:
                self.read_action(element, context, source)
            elif name in _CONTROLS:
                controls.append(self._control(element, name, context, source))
        return controls

    def _control(self, element: Element, kind: str, context: str, source: str) -> Control:
        kind = "input" if kind == "secret" else kind
        ref = self._ref(element, context)
        if kind not in ("group",) and not ref:
            raise FormError(f"a {kind} has no ref")
        bind = self._found.binds.get(ref)
        if kind == "repeat":
            count = element.get(f"{JR}count")
            self._found.repeats[ref] = expression(count, f"{ref} count") if count and count.strip() else None
            if str(element.get(f"{JR}noAddRemove") or "").strip() in ("true()", "true"):
                self._found.fixed_repeats.add(ref)
        elif kind != "group":
            self._found.questions += 1
        if (label := child(element, "label")) is not None and ref and ref not in self._found.labels:
            self._found.labels[ref] = labelled(label, f"{ref} label", self._found.warnings)
        if (hint := child(element, "hint")) is not None and ref:
            self._found.hints[ref] = labelled(hint, f"{ref} hint", self._found.warnings)
        if kind in SELECTS:
            self._choices(element, ref)
        inner = source if kind == "group" else ref
        within = tuple(self.controls(element, ref or context, inner))
        names = ("start", "end", "step", "rows", "query", "incremental", "autoplay")
        parameters = {name: str(element.get(name)) for name in names if element.get(name) is not None}
        if bind is not None and bind.max_pixels:
            parameters["max-pixels"] = bind.max_pixels
        for name, value in element.attrib.items():
            if "}" in name:
                parameters.setdefault(name.rpartition("}")[2], str(value))
        return Control(kind, ref, element.get("appearance") or "", bind.datatype if bind else "string",
                       element.get("mediatype") or "", parameters, within)  # fmt: skip

    def _ref(self, element: Element, context: str) -> str:
        if (name := element.get("bind")) is not None and element.get("ref") is None:
            if name not in self._bind_refs:
                raise FormError(f"there is no bind {name}")
            return self._bind_refs[name]
        return absolute(element.get("ref") or element.get("nodeset") or "", context)

    def _choices(self, element: Element, ref: str) -> None:
        if (itemset := child(element, "itemset")) is not None:
            place = f"{ref} itemset"
            value, label = child(itemset, "value"), child(itemset, "label")
            nodes = str(itemset.get("nodeset") or "")
            if value is None or not value.get("ref"):
                raise FormError(f"{place}: it has no value")
            self._found.itemsets[ref] = Itemset(
                expression(nodes, place),
                expression(str(value.get("ref")), f"{place} value"),
                expression(str((label if label is not None else value).get("ref") or "."), f"{place} label"),
            )
        items = list(children(element, "item"))
        if items and ref in self._found.itemsets:
            raise FormError(f"{ref}: it has both items and an itemset")
        if itemset is None and not items:
            self._found.warnings.append(f"{ref}: it has no choices")
        if items:
            self._found.items[ref] = [_item(item, ref, self._found.warnings) for item in items]

    def read_action(self, element: Element, context: str, source: str) -> None:
        """Reads an action of the body or of the model; raises `FormError` for an event that there is not."""
        events = tuple(
            str(element.get("event") or element.get("{http://www.w3.org/2001/xml-events}event") or "").split()
        )
        name = local(element)
        ref = self._ref(element, context)
        if name in _OWN_ACTIONS and uri(element) != ODK:
            raise FormError(f"{ref} {name}: it belongs into the namespace {ODK}")
        unknown = [event for event in events if event not in _EVENTS]
        if unknown or not events:
            raise FormError(f"{ref} {name}: unknown event {', '.join(unknown) or 'none'}")
        if events == ("odk-new-repeat",) and not source:
            self._found.warnings.append(f"{ref} {name}: odk-new-repeat belongs into a repeat, so this never happens")
        value = element.get("value")
        tree = expression(value, f"{ref} {name}") if value and name == "setvalue" else None
        text = "".join(element.itertext()) if name == "setvalue" else ""
        if name == "recordaudio":
            self._found.warnings.append(f"{ref} {name}: sound is not recorded in the background on a PC")
        else:
            self._found.actions.append(Action(events, expression(ref, name), tree, text, source, ref))


def _item(item: Element, ref: str, told: list[str]) -> tuple[str, Text]:
    value, label = child(item, "value"), child(item, "label")
    if value is None:
        raise FormError(f"{ref}: an item has no value")
    text = "".join(value.itertext()).strip()
    return text, labelled(label, f"{ref} item {text}", told) if label is not None else Text([text])
