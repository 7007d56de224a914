"""Reads an XForm (ODK XForms specification) into a definition: what a form is, apart from any answers.

What cannot be run is refused here with the reference that is wrong; a bind for a node that is not there is only
told, as other clients do.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from gridclient.forms.audit import settings_of
from gridclient.forms.body import ACTIONS, Body
from gridclient.forms.definition import Action, Bind, Control, Definition, Itemset, Text, flat
from gridclient.forms.entities import NEWEST
from gridclient.forms.errors import FormError
from gridclient.forms.markup import ENTITIES, JR, absolute, child, children, expression, message, text_in
from gridclient.forms.node import Kind, Node
from gridclient.forms.secondary import external, inline
from gridclient.forms.wholeness import check
from gridclient.forms.xml import ORX, Element, instance_tree, local, parse_xml

__all__ = ["Action", "Bind", "Control", "Definition", "Itemset", "Text", "flat", "read"]

Attach: TypeAlias = Callable[[str], bytes | None]
_METHODS = frozenset({"post", "form-data-post"})
_TYPES = {"integer": "int", "double": "decimal", "float": "decimal"}


def read(source: bytes, attach: Attach) -> Definition:
    """The definition of an XForm; raises `FormError`."""
    return _Reader(parse_xml(source), attach).read()


class _Reader:
    def __init__(self, html: Element, attach: Attach) -> None:
        self._html, self._attach = html, attach
        model = child(html, "head", "model")
        if model is None:
            model = next((each for each in html.iter() if local(each) == "model"), None)
        if model is None:
            raise FormError("the document has no model")
        self._model = model
        self._bind_refs: dict[str, str] = {}

    def read(self) -> Definition:
        instances = list(children(self._model, "instance"))
        element = next((each for each in instances[0] if local(each)), None) if instances else None
        if element is None:
            raise FormError("the form has no primary instance")
        document = Node("", None, "", Kind.DOCUMENT)
        root = instance_tree(element, document)
        document.add(root)
        _complete_meta(root, element.nsmap)
        title = child(self._html, "head", "title")
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
        for bind in children(self._model, "bind"):
            self._read_bind(found, bind)
        self._bind_identity(found)
        body, reader = child(self._html, "body"), Body(found, self._bind_refs)
        if body is not None:
            found.style = body.get("class") or ""
            found.body = tuple(reader.controls(body, f"/{root.name}", ""))
            found.styles = frozenset(str(body.get("class") or "").split())
        for each in self._model:
            if local(each) in ACTIONS:
                if each.get("event") == "odk-new-repeat":  # section "Event: odk-new-repeat"
                    raise FormError(f"{each.get('ref')}: an action of odk-new-repeat belongs into its repeat")
                reader.read_action(each, f"/{root.name}", "")
        check(found)
        return found

    def _read_submission(self, found: Definition) -> None:
        element = child(self._model, "submission")
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
        version = self._model.get(f"{ENTITIES}entities-version") or ""
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
        ref = absolute(element.get("nodeset") or element.get("ref") or "", f"/{found.root.name}")
        if identity := element.get("id"):
            self._bind_refs[identity] = ref
        kind = str(element.get("type") or "string").rpartition(":")[2]
        bind = Bind(ref, _TYPES.get(kind, kind))
        for name in ("relevant", "required", "readonly", "constraint", "calculate"):
            if (source := element.get(name)) is not None and source.strip():
                setattr(bind, name, expression(source, f"{ref} {name}"))
        for name, attribute in (("constraint_message", "constraintMsg"), ("required_message", "requiredMsg")):
            if (source := element.get(JR + attribute)) is not None:
                setattr(bind, name, message(source))
        bind.preload = (element.get(f"{JR}preload") or "", element.get(f"{JR}preloadParams") or "")
        bind.saveto = element.get(f"{ENTITIES}saveto") or ""
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
        for translation in children(self._model, "itext", "translation"):
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
            for text in children(translation, "text"):
                forms = texts.setdefault(str(text.get("id")), {})
                for value in children(text, "value"):
                    forms[value.get("form") or ""] = text_in(value, f"itext {text.get('id')}", found.warnings)


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
