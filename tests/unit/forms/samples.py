"""Small forms for the tests, written as XForms."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from gridclient import forms
from gridclient.forms import Form

TraceFunction: TypeAlias = Callable[[FrameType, str, Any], Any]
_ENGINE = str(Path(forms.__file__).parent)
ZONE = "Asia/Shanghai"
NOW = datetime(2026, 11, 24, 10, 21, 30, tzinfo=ZoneInfo(ZONE))
_SPACES = """xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
 xmlns:odk="http://www.opendatakit.org/xforms" xmlns:entities="http://www.opendatakit.org/xforms/entities" """


class Lines:
    """How many lines the engine runs while this is entered: its work, however fast or busy the machine is."""

    def __init__(self) -> None:
        self.count = 0
        self._before: Any = None

    def __enter__(self) -> "Lines":
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _called(self, frame: FrameType, _event: str, _arg: object) -> "TraceFunction | None":
        return self._line if _ENGINE in frame.f_code.co_filename else None

    def _line(self, _frame: FrameType, event: str, _arg: object) -> "TraceFunction":
        self.count += event == "line"
        return self._line


def xform(instance: str, model: str = "", body: str = "") -> str:
    """An XForm around what differs from test to test; the instance is the inside of `<data>`."""
    return (
        f"<h:html {_SPACES}><h:head><h:title>Sample</h:title><model><instance>"
        f'<data id="sample" version="7">{instance}<orx:meta><orx:instanceID/></orx:meta></data></instance>{model}'
        f'<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/></model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    )


def opened(
    source: str, *, saved: str | bytes | None = None, attachments: dict[str, str] | None = None, **properties: str
) -> Form:
    """The form, at a fixed time in a fixed zone."""
    return forms.load(
        source, instance=saved, attachments=attachments, now=NOW, tz=ZONE, properties=properties, language=None
    )


def computed(expression: str, instance: str = "", model: str = "", **attachments: str) -> str:
    """What a form computes for an expression."""
    quoted = expression.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    source = xform(f"<out/>{instance}", f'<bind nodeset="/data/out" calculate="{quoted}"/>{model}')
    return opened(source, attachments=attachments).get("/data/out")
