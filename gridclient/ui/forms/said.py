"""Answers as a person reads them: labels instead of values, days and times in their usual form. No widgets."""

from gridclient.forms import Control, Form
from gridclient.text import tr
from gridclient.ui.forms import markdown, reading

CHOSEN = frozenset({"select1", "select", "rank"})


def said(form: Form, control: Control, ref: str, value: str) -> str:
    """An answer in words, in the form's active language."""
    if not value:
        return ""
    match control.kind:
        case "select1":
            return _labels(form, ref).get(value, value)
        case "select":
            labels = _labels(form, ref)
            return tr(", ").join(labels.get(part, part) for part in value.split())
        case "rank":
            labels = _labels(form, ref)
            return "  ".join(f"{n} {labels.get(part, part)}" for n, part in enumerate(value.split(), start=1))
        case "trigger":
            return tr("Confirmed")
        case "upload":
            return file_text(control, value)
        case _:
            return _typed(control, value)


def file_text(control: Control, value: str) -> str:
    """What an attachment is; its own name is not kept, for it may name somebody."""
    kind, end = control.mediatype.partition("/")[0], value.rpartition(".")[2].upper()
    match kind:
        case "image":
            return tr("Picture")
        case "audio":
            return tr("Recording ({kind})", kind=end)
        case "video":
            return tr("Film ({kind})", kind=end)
        case _:
            return tr("File ({kind})", kind=end)


def label_of(form: Form, control: Control, ref: str) -> str:
    """A question's label without its marks; its reference when it has none."""
    return markdown.plain(form.label(ref) or "") or ref.rpartition("/")[2]


def summary(form: Form, controls: list[Control], instance: str, most: int = 3) -> str:
    """What a repeat's instance is about: its first answers."""
    found: list[str] = []
    for control in controls:
        for ref in form.instances(control.ref, instance):
            if control.kind not in ("upload", "trigger") and form.relevant(ref) and (value := form.get(ref)):
                found.append(said(form, control, ref, value))
        if len(found) >= most:
            break
    return " · ".join(found[:most])


def _labels(form: Form, ref: str) -> dict[str, str]:
    return {choice.value: markdown.plain(choice.label) for choice in form.choices(ref)}


def _typed(control: Control, value: str) -> str:
    words = control.appearance.lower().split()
    match control.datatype:
        case "date" if "month-year" in words:
            return value[:7]
        case "date" if "year" in words:
            return value[:4]
        case "dateTime":
            return value[:16].replace("T", " ")
        case "time":
            return value[:5]
        case "geopoint":
            return " ".join(value.split()[:2])
        case _ if "masked" in words or "hidden-answer" in words:
            return "•" * len(value)
        case _ if "thousands-sep" in words:
            return reading.thousands(value)
        case _:
            return value
