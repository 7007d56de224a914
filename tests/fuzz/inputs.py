"""Random expressions and forms, mostly well formed so that they get past the parser."""

import random

from gridclient import forms
from gridclient.forms.context import LIBRARY
from gridclient.forms.xpath import evaluate

DOCUMENT = (
    '<data xmlns:g="urn:g"><a k="1">7</a><b>x y</b><r><n>1</n></r><r><n>2</n></r>'
    "<g:c/><!-- c --><d>2026-11-24</d></data>"
)
_NAMES = ("a", "b", "r", "n", "d", "g:c", "*", "node()", "text()", "q:z", "data")
_AXES = ("", "", "", "", "child::", "descendant::", "ancestor::", "following::", "preceding-sibling::", "self::", "@")
_TEXTS = (
    "",
    "x",
    "x y",
    "网格",
    "2026-11-24",
    "2026-11-24T10:00:00+08:00",
    "1 2;3 4;5 6",
    "[a-z]+",
    "MD5",
    "%Y-%m",
    "(",
)
_OPERATORS = ("+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "and", "or", "|")
_FUNCTIONS = sorted(LIBRARY)
_NOISE = "()[]/@.*,'\"|$:- \t9a\u0000\ud7ff网"


class Inputs:
    """A source of random input; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def expression(self) -> str:
        """An expression; one in five is damaged."""
        text = self._expression(0)
        if self._dice.random() < 0.2:
            for _ in range(self._dice.randint(1, 3)):
                at = self._dice.randrange(len(text) + 1)
                text = text[:at] + self._dice.choice(_NOISE) + text[at + self._dice.randint(0, 2) :]
        return text

    def _expression(self, depth: int) -> str:
        dice = self._dice
        kind = dice.random()
        if depth > 4 or kind < 0.15:
            return dice.choice([str(dice.randint(-3, 99)), f"'{dice.choice(_TEXTS)}'", "0.5", "1 div 0"])
        if kind < 0.45:
            return self._path(depth)
        if kind < 0.65:
            return f"{self._expression(depth + 1)} {dice.choice(_OPERATORS)} {self._expression(depth + 1)}"
        if kind < 0.95:
            wanted = LIBRARY[name := dice.choice(_FUNCTIONS)]
            count = dice.randint(wanted.least, min(wanted.most, wanted.least + 2)) + (dice.random() < 0.03)
            return f"{name}({', '.join(self._expression(depth + 1) for _ in range(count))})"
        return f"-({self._expression(depth + 1)})"

    def _path(self, depth: int) -> str:
        dice = self._dice
        steps = [self._step(depth) for _ in range(dice.randint(1, 3))]
        return dice.choice(["", "/", "//", "/data/", "../", "current()/", "instance('l')/"]) + "/".join(steps)

    def _step(self, depth: int) -> str:
        dice = self._dice
        step = dice.choice([".", "..", *([""] * 6)]) or dice.choice(_AXES) + dice.choice(_NAMES)
        return step + (f"[{self._expression(depth + 1)}]" if dice.random() < 0.2 and step not in (".", "..") else "")

    def _rule(self) -> str:
        """An expression for a form: mostly short, so that most forms can be run."""
        return self.expression() if self._dice.random() < 0.03 else self._expression(4)

    def form(self) -> str:
        """A form with random rules; one in three is damaged."""
        dice = self._dice
        rules = "".join(
            f'<bind nodeset="/data/{ref}" type="{kind}" {rule}="{_quoted(self._rule())}"/>'
            for ref in ("a", "b", "r/n", "d", "r")
            for rule in dice.sample(["relevant", "calculate", "constraint", "required", "readonly"], 1)
            for kind in dice.sample(["string", "int", "date", "geopoint", "boolean", "nonsense"], 1)
        )
        itemset = f"""<select1 ref="/data/b"><itemset nodeset="{_quoted(self._path(2))}"><value ref="n"/>
            <label ref="{_quoted(self._path(3))}"/></itemset></select1>"""
        action = f"""<setvalue event="odk-instance-first-load" ref="/data/a" value="{_quoted(self._rule())}"/>"""
        text = f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
            xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>f</h:title><model><instance>{DOCUMENT}</instance>
            <instance id="l"><root><item><n>1</n></item></root></instance>{rules}{action}</model></h:head><h:body>
            <input ref="/data/a"><label>A <output value="{_quoted(self._rule())}"/></label></input>{itemset}
            <repeat nodeset="/data/r" jr:count="{_quoted(self._expression(3))}"><input ref="/data/r/n"/></repeat>
            </h:body></h:html>"""
        if dice.random() < 0.33:
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(["", "<", "&", text[at : at + 40]]) + text[at + dice.randint(0, 60) :]
        return text


def _quoted(text: str) -> str:
    text = text.replace("\u0000", "")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def evaluate_one(text: str) -> None:
    """Evaluates an expression as text, number and truth."""
    for result in ("string", "number", "boolean"):
        evaluate(text, DOCUMENT, "/*[1]/*[3]", result=result, namespaces={"q": "urn:q"})


def load_one(text: str) -> None:
    """Loads a form, answers some of it and writes it."""
    form = forms.load(text)
    for ref, value in (("/data/a", "3"), ("/data/b", "1"), ("/data/a", "")):
        form.set(ref, value)
        form.label(ref)
        form.choices(ref)
    form.validate()
    form.to_xml()
