"""Random files beside a form (CSV, XML, GeoJSON) and random saved instances, most of them a little damaged."""

import json
import random
from dataclasses import dataclass

from gridclient import forms

_FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>f</h:title><model><instance><data id="f"><a/><b/><r><n/></r>
 <meta><instanceID/></meta></data></instance><instance id="l" src="jr://file/{name}"/>
 <bind nodeset="/data/b" calculate="concat(count(instance('l')/root/item[name = /data/a]),
 pulldata('l', 'label', 'name', /data/a), join(' ', instance('l')/root/item/geometry))"/></model></h:head><h:body>
 <select1 ref="/data/a"><itemset nodeset="instance('l')/root/item"><value ref="name"/><label ref="label"/></itemset>
 </select1><repeat nodeset="/data/r"><input ref="/data/r/n"/></repeat></h:body></h:html>"""
_SAVED = (
    "<?form-draft?><?form-log ZXZlbnQsbm9kZQ==?><data id='f'><a>a</a><b/><r><n>1</n></r><r><n>2</n></r>"
    "<meta><instanceID>uuid:1</instanceID></meta></data>"
)
_NOISE = "<>/?&;:,'\"[]{}|=x9 \t\r\n\u0000\ufeff网\ud83d"
_VALUES: tuple[object, ...] = (None, True, 7, -0.5, 1e308, "", "a", "网格", [], {}, [1, 2], {"a": [1]})


@dataclass(frozen=True, slots=True)
class Files:
    """A file by its name, and a saved instance; None for a new one."""

    name: str
    content: str
    saved: str | None

    def __str__(self) -> str:
        return f"{self.name}: {self.content!r}; saved: {self.saved!r}"


class FileInputs:
    """A source of random files; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def files(self) -> Files:
        """A file for a form's list, and in half of all cases a saved instance."""
        kind = self._dice.choice(["csv", "xml", "geojson"])
        content = {"csv": self._csv, "xml": self._xml, "geojson": self._geojson}[kind]()
        saved = self._damaged(_SAVED) if self._dice.random() < 0.5 else None
        return Files(f"l.{kind}", self._damaged(content), saved)

    def _damaged(self, text: str) -> str:
        for _ in range(self._dice.choice([0, 0, 1, 2])):
            at = self._dice.randrange(len(text) + 1)
            text = text[:at] + self._dice.choice(_NOISE) + text[at + self._dice.randint(0, 3) :]
        return text

    def _cell(self) -> str:
        return self._dice.choice(["a", "b", "", "x y", '"a, b"', "1", "网"])

    def _csv(self) -> str:
        delimiter = self._dice.choice(",;\t|")
        rows = [["name", "label", "geometry"], *([self._cell() for _ in range(3)] for _ in range(3))]
        return self._dice.choice(["\n", "\r\n", "\r"]).join(delimiter.join(row) for row in rows)

    def _xml(self) -> str:
        cells = "".join(f"<item><name>{n}</name><label k='1'>{n}</label></item>" for n in "ab")
        return f"<root>{cells}</root>"

    def _geojson(self) -> str:
        point: object = [self._dice.choice([1, 2.5, "x", None]) for _ in range(self._dice.randint(0, 3))]
        kind = self._dice.choice(["Point", "LineString", "Polygon", "Blob"])
        nested = {"LineString": [point, point], "Polygon": [[point, point]]}.get(kind, point)
        geometry = {"type": kind, "coordinates": self._some(nested)}
        properties = {"name": self._dice.choice(_VALUES), "label": self._dice.choice(_VALUES)}
        feature = {"type": "Feature", "geometry": self._some(geometry), "properties": self._some(properties)}
        features = [self._some(feature)]
        return json.dumps(self._some({"type": "FeatureCollection", "features": self._some(features)}))

    def _some(self, value: object) -> object:
        """The value, or now and then another one."""
        return self._dice.choice(_VALUES) if self._dice.random() < 0.08 else value


def load_files(given: Files) -> None:
    """Opens a form with the file and the saved instance, answers it, and keeps and opens it again."""
    source = _FORM.replace("{name}", given.name)
    attachments = {given.name: given.content.encode("utf-8", "surrogatepass")}
    saved = None if given.saved is None else given.saved.encode("utf-8", "surrogatepass")
    form = forms.load(source, attachments=attachments, instance=saved)
    for choice in form.choices("/data/a")[:2]:
        form.set("/data/a", choice.value)
    forms.load(source, attachments=attachments, instance=form.save()).to_xml()
