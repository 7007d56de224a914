"""What the elements of an XForm share: their children, references, expressions and texts."""

from collections.abc import Iterator

from gridclient.forms.ast import Call, Expr, Literal, Path, Step
from gridclient.forms.definition import Text
from gridclient.forms.errors import FormError, XPathError
from gridclient.forms.parser import parse
from gridclient.forms.xml import JAVAROSA, Element, local

JR = f"{{{JAVAROSA}}}"
ENTITIES = "{http://www.opendatakit.org/xforms/entities}"


def expression(source: str, place: str) -> Expr:
    """The tree of an expression of the form; an error names the place."""
    try:
        return parse(source)
    except XPathError as error:
        raise FormError(f"{place}: {error}") from error


def children(parent: Element, *path: str) -> Iterator[Element]:
    """The children along a path of local names."""
    for each in parent:
        if local(each) == path[0]:
            if len(path) == 1:
                yield each
            else:
                yield from children(each, *path[1:])


def child(parent: Element, *path: str) -> Element | None:
    """The first child along a path of local names."""
    return next(children(parent, *path), None)


def absolute(ref: str, context: str) -> str:
    """A reference as a path from the root, where it is written relative to a template."""
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


def message(source: str) -> Text:
    """A message of a bind: its words, or the itext that it names."""
    found = itext_id(source)
    return Text(itext=found) if found is not None else Text([source])


def itext_id(source: str) -> str | None:
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


def labelled(element: Element, place: str, told: list[str]) -> Text:
    """The text of a label or hint: what it names, or what is written in it."""
    reference = element.get("ref")
    if not reference:
        return text_in(element, place, told)
    found = itext_id(reference)
    return Text(itext=found) if found is not None else Text([expression(reference, place)])


def text_in(element: Element, place: str, told: list[str]) -> Text:
    """The parts of a text: what is between `<output>`s, and their expressions; one that cannot be read says nothing."""
    parts: list[str | Expr] = [element.text or ""]
    for each in element:
        name = local(each)
        if name == "output":
            source = each.get("value") or each.get("ref") or each.get("bind") or ""
            try:
                parts.append(expression(source, f"{place} output"))
            except FormError as error:
                told.append(str(error))
        elif name:
            parts += text_in(each, place, told).parts
        parts.append(each.tail or "")
    return Text(parts)
