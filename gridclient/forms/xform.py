"""Reads an XForm (ODK XForms specification) into a definition: what a form is, apart from any answers.

What cannot be run is refused here with the reference that is wrong; a bind for a node that is not there is only
told, as other clients do.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from gridclient.forms.ast import Call, Expr, Literal, Path, Step
from gridclient.forms.audit import settings_of
from gridclient.forms.definition import SELECTS, Action, Bind, Control, Definition, Itemset, Text, flat
from gridclient.forms.entities import NEWEST
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.node import Kind, Node
from gridclient.forms.parser import parse
from gridclient.forms.secondary import external, inline
from gridclient.forms.values import plain_number
from gridclient.forms.xml import JAVAROSA, ODK, ORX, Element, instance_tree, local, parse_xml, uri

__all__ = ["Action", "Bind", "Control", "Definition", "Itemset", "Text", "flat", "read"]

Attach: TypeAlias = Callable[[str], bytes | None]
_JR = f"{{{JAVAROSA}}}"
_ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
_CONTROLS = frozenset({"input", "select1", "select", "rank", "upload", "trigger", "range", "group", "repeat", "secret"})
_OWN_ACTIONS = frozenset({"setgeopoint", "recordaudio"})
_ACTIONS = _OWN_ACTIONS | {"setvalue"}
_EVENTS = frozenset({"odk-instance-first-load", "odk-instance-load", "odk-new-repeat", "xforms-value-changed",
                     "xforms-ready", "jr-insert", "xforms-revalidate"})  # fmt: skip
_METHODS = frozenset({"post", "form-data-post"})
_TYPES = {"int": "int", "integer": "int", "long": "int", "decimal": "decimal", "double": "decimal", "float": "decimal"}


def expression(source: str, place: str) -> Expr:
    """The tree of an expression of the form; an error names the place."""
    try:
        return parse(source)
    except XPathError as error:
        raise FormError(f"{place}: {error}") from error


def read(source: bytes, attach: Attach) -> Definition:
    """The definition of an XForm; raises `FormError`."""
    return _Reader(parse_xml(source), attach).read()


def _all(parent: Element, *path: str) -> Iterator[Element]:
    """The children along a path of local names."""
    for child in parent:
        if local(child) == path[0]:
            if len(path) == 1:
                yield child
            else:
                yield from _all(child, *path[1:])


def _one(parent: Element, *path: str) -> Element | None:
    return next(_all(parent, *path), None)


class _Reader:
    def __init__(self, html: Element, attach: Attach) -> None:
        self._html, self._attach = html, attach
        model = _one(html, "head", "model")
        if model is None:
            model = next((each for each in html.iter() if local(each) == "model"), None)
        if model is None:
            raise FormError("the document has no model")
        self._model = model
        self._bind_refs: dict[str, str] = {}

    def read(self) -> Definition:
        instances = list(_all(self._model, "instance"))
        element = next((each for each in instances[0] if local(each)), None) if instances else None
        if element is None:
            raise FormError("the form has no primary instance")
        document = Node("", None, "", Kind.DOCUMENT)
        root = instance_tree(element, document)
        document.add(root)
        _complete_meta(root, element.nsmap)
        title = _one(self._html, "head", "title")
        form_id = root.attribute("id") or str(element.nsmap.get(None) or "") or root.name
        version = root.attribute("version") or element.get(f"{{{ORX}}}version") or ""
        text = "".join(title.itertext()).strip() if title is not None else ""
        found = Definition(text, form_id, version, root, dict(element.nsmap))
        self._read_submission(found)
        self._read_itext(found)
        for instance in instances[1:]:
            name = str(instance.get("id"))
            if name in found.secondary:
                raise FormError(f"there are two instances {name}")
            found.secondary[name] = self._secondary(instance, name)
        self._check_entities()
        for bind in _all(self._model, "bind"):
            self._read_bind(found, bind)
        self._bind_identity(found)
        body = _one(self._html, "body")
        if body is not None:
            found.style = body.get("class") or ""
            found.body = tuple(self._controls(found, body, f"/{root.name}", ""))
            found.styles = frozenset(str(body.get("class") or "").split())
        for each in self._model:
            if local(each) in _ACTIONS:
                self._read_action(found, each, f"/{root.name}", "")
        self._check(found)
        return found

    # --- model -----------------------------------------------------------------------------------------------

    def _read_submission(self, found: Definition) -> None:
        element = _one(self._model, "submission")
        if element is None:
            return
        method = element.get("method")
        if method is not None and method not in _METHODS:
            raise FormError(f"submission: the method {method} is not supported")
        found.submission = {name: str(value) for name, value in element.attrib.items()}
        if "base64RsaPublicKey" not in found.submission:
            return
        from gridclient.forms.sealing import key_of  # on first use, as in `form`

        try:
            key_of(found.submission)
        except FormError as error:
            found.warnings.append(f"{error}: this form cannot be sent")

    def _check_entities(self) -> None:
        """Refuses a form of a newer entities specification than this knows (ODK XForms, "Entities": Versioning)."""
        version = self._model.get(f"{_ENTITIES}entities-version") or ""
        parts = version.split(".")[:2]
        if version and not (all(part.isdecimal() for part in parts) and tuple(map(int, parts)) <= NEWEST):
            raise FormError(f"the form needs version {version} of the entities specification")

    def _secondary(self, instance: Element, name: str) -> Node:
        element = next((each for each in instance if local(each)), None)
        source = str(instance.get("src") or "")
        if element is not None or not source:
            return inline(name, element)
        data = self._attach(source)
        return inline(name, None) if data is None else external(name, source, data)

    def _read_bind(self, found: Definition, element: Element) -> None:
        ref = _absolute(element.get("nodeset") or element.get("ref") or "", f"/{found.root.name}")
        if identity := element.get("id"):
            self._bind_refs[identity] = ref
        kind = str(element.get("type") or "string").rpartition(":")[2]
        bind = Bind(ref, _TYPES.get(kind, kind))
        for name in ("relevant", "required", "readonly", "constraint", "calculate"):
            if (source := element.get(name)) is not None and source.strip():
                setattr(bind, name, expression(source, f"{ref} {name}"))
        for name, attribute in (("constraint_message", "constraintMsg"), ("required_message", "requiredMsg")):
            if (source := element.get(_JR + attribute)) is not None:
                setattr(bind, name, _message(source))
        bind.preload = (element.get(f"{_JR}preload") or "", element.get(f"{_JR}preloadParams") or "")
        bind.saveto = element.get(f"{_ENTITIES}saveto") or ""
        bind.max_pixels = element.get(f"{{{ORX}}}max-pixels") or ""
        found.binds[ref] = bind
        names = [part.rpartition(":")[2] for part in ref.split("/")[-2:]]
        if names == ["meta", "audit"]:
            found.audit = settings_of(
                ref, {name.rpartition("}")[2]: str(each) for name, each in element.attrib.items()}
            )

    def _bind_identity(self, found: Definition) -> None:
        meta = next(child for child in found.root.children if child.local == "meta")
        ref = next(child.template for child in meta.children if child.local == "instanceID")
        bind = found.binds.setdefault(ref, Bind(ref))
        if bind.calculate is None and not bind.preload[0]:
            bind.preload = ("uid", "")

    def _read_itext(self, found: Definition) -> None:
        for translation in _all(self._model, "itext", "translation"):
            language = str(translation.get("lang") or "")
            if not language or language in found.itext:
                raise FormError(
                    f"itext: there are two translations {language}" if language else "itext: no lang is given"
                )
            found.languages.append(language)
            if translation.get("default") is not None:
                if found.default_language is not None:
                    raise FormError(f"itext: both {found.default_language} and {language} are the default")
                found.languages.insert(0, found.languages.pop())
                found.default_language = language
            texts = found.itext.setdefault(language, {})
            for text in _all(translation, "text"):
                forms = texts.setdefault(str(text.get("id")), {})
                for value in _all(text, "value"):
                    forms[value.get("form") or ""] = _text(value, f"itext {text.get('id')}", found.warnings)

    # --- body ------------------------------------------------------------------------------------------------

    def _controls(self, found: Definition, parent: Element, context: str, source: str) -> list[Control]:
        controls: list[Control] = []
        for element in parent:
            name = local(element)
            if name in _ACTIONS:
                self._read_action(found, element, context, source)
            elif name in _CONTROLS:
                controls.append(self._control(found, element, name, context, source))
        return controls

    def _control(self, found: Definition, element: Element, kind: str, context: str, source: str) -> Control:
        kind = "input" if kind == "secret" else kind
        ref = self._ref(element, context)
        if kind not in ("group",) and not ref:
            raise FormError(f"a {kind} has no ref")
        bind = found.binds.get(ref)
        if kind == "repeat":
            count = element.get(f"{_JR}count")
            found.repeats[ref] = expression(count, f"{ref} count") if count and count.strip() else None
            if str(element.get(f"{_JR}noAddRemove") or "").strip() in ("true()", "true"):
                found.fixed_repeats.add(ref)
        elif kind != "group":
            found.questions += 1
        if (label := _one(element, "label")) is not None and ref and ref not in found.labels:
            found.labels[ref] = _labelled(label, f"{ref} label", found.warnings)
        if (hint := _one(element, "hint")) is not None and ref:
            found.hints[ref] = _labelled(hint, f"{ref} hint", found.warnings)
        if kind in SELECTS:
            self._choices(found, element, ref)
        inner = source if kind == "group" else ref
        children = tuple(self._controls(found, element, ref or context, inner))
        names = ("start", "end", "step", "rows", "query", "incremental", "autoplay")
        parameters = {name: str(element.get(name)) for name in names if element.get(name) is not None}
        if bind is not None and bind.max_pixels:
            parameters["max-pixels"] = bind.max_pixels
        for name, value in element.attrib.items():
            if "}" in name:
                parameters.setdefault(name.rpartition("}")[2], str(value))
        return Control(kind, ref, element.get("appearance") or "", bind.datatype if bind else "string",
                       element.get("mediatype") or "", parameters, children)  # fmt: skip

    def _ref(self, element: Element, context: str) -> str:
        if (name := element.get("bind")) is not None and element.get("ref") is None:
            if name not in self._bind_refs:
                raise FormError(f"there is no bind {name}")
            return self._bind_refs[name]
        return _absolute(element.get("ref") or element.get("nodeset") or "", context)

    def _choices(self, found: Definition, element: Element, ref: str) -> None:
        if (itemset := _one(element, "itemset")) is not None:
            place = f"{ref} itemset"
            value, label = _one(itemset, "value"), _one(itemset, "label")
            nodes = str(itemset.get("nodeset") or "")
            if value is None or not value.get("ref"):
                raise FormError(f"{place}: it has no value")
            found.itemsets[ref] = Itemset(
                expression(nodes, place),
                expression(str(value.get("ref")), f"{place} value"),
                expression(str((label if label is not None else value).get("ref") or "."), f"{place} label"),
            )
        items = list(_all(element, "item"))
        if items and ref in found.itemsets:
            raise FormError(f"{ref}: it has both items and an itemset")
        if items:
            found.items[ref] = [_item(item, ref, found.warnings) for item in items]

    def _read_action(self, found: Definition, element: Element, context: str, source: str) -> None:
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
            found.warnings.append(f"{ref} {name}: odk-new-repeat belongs into a repeat, so this never happens")
        value = element.get("value")
        tree = expression(value, f"{ref} {name}") if value and name == "setvalue" else None
        text = "".join(element.itertext()) if name == "setvalue" else ""
        if name == "recordaudio":
            found.warnings.append(f"{ref} {name}: sound is not recorded in the background on a PC")
        else:
            found.actions.append(Action(events, expression(ref, name), tree, text, source, ref))

    def _check(self, found: Definition) -> None:
        known = {node.template for node in found.root.walk()}
        known |= {each.template for node in found.root.walk() for each in node.attributes.values()}
        for ref in [ref for ref in found.binds if ref not in known]:
            found.warnings.append(f"{ref}: a bind names it, but there is no such node in the primary instance")
            del found.binds[ref]
        for control in flat(found.body):
            if control.ref and control.ref not in known:
                raise FormError(f"{control.ref}: there is no such node in the primary instance")
            if control.kind == "range":
                _check_range(control)
        for action in found.actions:
            if "[" not in action.place and action.place not in known:
                raise FormError(
                    f"{action.place}: an action names it, but there is no such node in the primary instance"
                )
        if f"/{found.root.name}" in found.repeats:
            raise FormError(f"/{found.root.name}: the whole form cannot be repeated")
        for node in found.root.walk():
            node.is_repeat = node.template in found.repeats
            if not node.is_repeat:
                continue
            is_template = "jr:template" in node.attributes
            if node.template not in found.templates or is_template:
                found.templates[node.template] = node
            if not is_template:
                there = found.instances.setdefault(node.template, [])
                if not there or there[0].parent is node.parent:
                    there.append(node)
        for ref, count in found.repeats.items():
            found.repeats[ref] = _from_the_parent(count, ref, known) if count is not None else None


def _complete_meta(root: Node, namespaces: Mapping[str | None, str]) -> None:
    """Gives an instance the id that every submission has (OpenRosa metadata schema), where the form leaves it out."""
    meta = next((child for child in root.children if child.local == "meta"), None)
    prefix = next((f"{name}:" for name, space in namespaces.items() if space == ORX and name), "")
    if meta is None:
        meta = Node(f"{prefix}meta", root, "", Kind.ELEMENT, ORX if prefix else root.uri)
        root.add(meta)
    if not any(child.local == "instanceID" for child in meta.children):
        prefix = meta.name.rpartition("meta")[0]
        meta.add(Node(f"{prefix}instanceID", meta, "", Kind.ELEMENT, meta.uri))


def _from_the_parent(count: Expr, ref: str, known: set[str]) -> Expr:
    """A count by a name that the repeat does not have is meant from where the repeat stands, as in Collect."""
    match count:
        case Path(steps=(Step(axis="child", test=name), *_), absolute=False, base=None):
            is_inner, is_outer = f"{ref}/{name}" in known, f"{ref.rpartition('/')[0]}/{name}" in known
            return Path((Step("parent", "node()"), *count.steps)) if is_outer and not is_inner else count
        case _:
            return count


def _check_range(control: Control) -> None:
    for name in ("start", "end", "step"):
        if plain_number(control.parameters.get(name, "")) is None:
            raise FormError(f"{control.ref}: its {name} is no number")


def _item(item: Element, ref: str, told: list[str]) -> tuple[str, Text]:
    value, label = _one(item, "value"), _one(item, "label")
    if value is None:
        raise FormError(f"{ref}: an item has no value")
    text = "".join(value.itertext()).strip()
    return text, _labelled(label, f"{ref} item {text}", told) if label is not None else Text([text])


def _absolute(ref: str, context: str) -> str:
    ref = ref.strip()
    if not ref or ref.startswith("/"):
        return ref.rstrip("/")
    parts = context.split("/")
    for part in ref.split("/"):
        if part == ".." and len(parts) > 1:
            parts.pop()
        elif part not in (".", "current()", ".."):
            parts.append(part)
    return "/".join(parts)


def _message(source: str) -> Text:
    found = _itext_id(source)
    return Text(itext=found) if found is not None else Text([source])


def _itext_id(source: str) -> str | None:
    """The id in `jr:itext('id')`, None where the text is no such call."""
    if "jr:itext(" not in source:
        return None
    try:
        tree = parse(source)
    except XPathError:
        return None
    match tree:
        case Call(name="jr:itext", args=(Literal(value=text),)):
            return text
        case Call(name="jr:itext", args=(Path(steps=(Step(axis="child", test=text),)),)):
            return text  # written without quotes
        case _:
            return None


def _labelled(element: Element, place: str, told: list[str]) -> Text:
    reference = element.get("ref")
    if not reference:
        return _text(element, place, told)
    found = _itext_id(reference)
    return Text(itext=found) if found is not None else Text([expression(reference, place)])


def _text(element: Element, place: str, told: list[str]) -> Text:
    """The parts of a text: what is between `<output>`s, and their expressions; one that cannot be read says nothing."""
    parts: list[str | Expr] = [element.text or ""]
    for child in element:
        name = local(child)
        if name == "output":
            source = child.get("value") or child.get("ref") or child.get("bind") or ""
            try:
                parts.append(expression(source, f"{place} output"))
            except FormError as error:
                told.append(str(error))
        elif name:
            parts += _text(child, place, told).parts
        parts.append(child.tail or "")
    return Text(parts)
