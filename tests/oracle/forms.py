"""Random forms and answers for both engines: what can be told apart, and nothing that is known to differ.

Each node may read those before it, so no form has a cycle. What is left out, and why, stands in
`docs/forms-differences.md`.
"""

import random

from gridclient.forms import Form
from tests.oracle.sample import Sample, Step
from tests.unit.forms.samples import xform

_TYPES = ("int", "int", "string", "string", "decimal", "date", "select1")
_WORDS = ("", "a", "b", "a b", "东湖", "x1", "10", "north side")
_DATES = ("2024-02-29", "2026-11-24", "1999-12-31")


class Forms:
    """A source of random forms; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)

    def form(self) -> Sample:
        """A form, and the type of each reference that can be answered."""
        dice = self._dice
        self._known: list[tuple[str, str]] = []
        self._outside = True
        nodes, binds, body = "", "", ""
        inputs: dict[str, str] = {}
        for n in range(dice.randint(4, 9)):
            kind = dice.choice(_TYPES)
            nodes += f"<q{n}/>"
            body += self._control(f"/data/q{n}", kind)
            self._outside = False
            rule = f' relevant="{quoted(self._truth(0))}"' if self._known and dice.random() < 0.3 else ""
            self._outside = True
            binds += f'<bind nodeset="/data/q{n}" type="{kind if kind != "select1" else "string"}"{rule}/>'
            inputs[f"/data/q{n}"] = kind
            self._known.append((f"/data/q{n}", kind))
            if dice.random() < 0.8:
                binds += self._calculate(f"c{n}")
                nodes += f"<c{n}/>"
        nodes += "<r><a/><w/><c/></r>" * 3 + "<total/><some/>"
        outer = list(self._known)
        self._outside = False
        self._known = [*outer, ("../a", "int"), ("../w", "string")]
        binds += '<bind nodeset="/data/r/a" type="int"/>'
        binds += '<bind nodeset="/data/r/w" type="string" relevant="../a &gt; 2 or ../a = 0"/>'
        binds += f'<bind nodeset="/data/r/c" calculate="{quoted(self._any(0))}"/>'
        self._known = outer
        binds += '<bind nodeset="/data/total" calculate="sum(/data/r/a)"/>'
        binds += f"""<bind nodeset="/data/some" calculate="count(/data/r[a &gt; {dice.randint(0, 9)}])"/>"""
        body += '<repeat nodeset="/data/r"><input ref="/data/r/a"/><input ref="/data/r/w"/></repeat>'
        inputs |= {f"/data/r[{n}]/a": "int" for n in (1, 2, 3)} | {f"/data/r[{n}]/w": "string" for n in (1, 2, 3)}
        return Sample(xform(nodes, binds, body), inputs)

    def answer(self, kind: str) -> str:
        """An answer of a type, now and then blank."""
        dice = self._dice
        if dice.random() < 0.15:
            return ""
        match kind:
            case "int":
                return str(dice.randint(-5, 120))
            case "decimal":
                return str(dice.choice([0.5, 2.25, -1.5, 10.0]))
            case "date":
                return dice.choice(_DATES)
            case "select1":
                return dice.choice("ab")
            case _:
                return dice.choice(_WORDS)

    def step(self, form: Form, sample: Sample) -> Step:
        """Answers one of the questions."""
        del form
        ref = self._dice.choice(list(sample.inputs))
        return "set", ref, self.answer(sample.inputs[ref])

    def _control(self, ref: str, kind: str) -> str:
        if kind != "select1":
            return f'<input ref="{ref}"/>'
        items = "".join(f"<item><label>{each}</label><value>{each}</value></item>" for each in "ab")
        return f'<select1 ref="{ref}">{items}</select1>'

    def _calculate(self, name: str) -> str:
        kind = self._dice.choice(["string", "string", "int"])
        expression = self._any(0) if kind == "string" else f"int({self._number(0)})"
        return f'<bind nodeset="/data/{name}" type="{kind}" calculate="{quoted(expression)}"/>'

    def _any(self, depth: int) -> str:
        return self._dice.choice([self._number, self._text, self._truth])(depth)

    def _ref(self, *kinds: str) -> str | None:
        there = [ref for ref, kind in self._known if kind in kinds]
        return self._dice.choice(there) if there else None

    def _number(self, depth: int) -> str:
        dice = self._dice
        ref = self._ref("int", "decimal")
        if depth > 2 or dice.random() < 0.3:
            return ref or str(dice.randint(0, 20))
        one, other = self._number(depth + 1), self._number(depth + 1)
        place = "position(..)" if "../a" in dict(self._known) else one
        return dice.choice([
            f"{one} + {other}", f"({one} - {other})", f"{one} * 2", f"({one}) div 4", f"({one}) mod 7", place,
            f"if({self._truth(depth + 1)}, {one}, {other})", f"coalesce({one}, {other})", f"int({one})",
            f"string-length({self._text(depth + 1)})", f"count-selected({self._text(depth + 1)})", f"abs({one})",
            f"number({self._text(depth + 1)})", f"round(abs({one}) * 2)", f"min({one}, {other})",
            f"round(abs({one}), 1)", f"pow({one}, 2)", f"max(1, {one}, {other})", *self._over_the_repeat(),
        ])  # fmt: skip

    def _over_the_repeat(self) -> list[str]:
        """What asks all instances; within them an absolute path means one instance."""
        if not self._outside:
            return []
        return ["sum(/data/r/a)", "count(/data/r)", "count-non-empty(/data/r/w)", "min(/data/r/a)",
                "sum(/data/r[w != '']/a)", "indexed-repeat(/data/r/a, /data/r, 2)",
                "count(/data/r[position() > 1 and a > 3])"]  # fmt: skip

    def _text(self, depth: int) -> str:
        dice = self._dice
        ref = self._ref("string", "select1")
        if depth > 2 or dice.random() < 0.35:
            return ref or f"'{dice.choice(_WORDS)}'"
        one, other = self._text(depth + 1), self._text(depth + 1)
        day = self._ref("date")
        return dice.choice([
            f"concat({one}, '-', {other})", f"if({self._truth(depth + 1)}, {one}, {other})",
            f"coalesce({one}, {other})",
            f"substr({one}, {dice.randint(0, 2)}, {dice.randint(1, 4)})", f"translate({one}, 'ab', 'x')",
            f"selected-at({one}, 0)", f"normalize-space({one})", f"join('+', {one}, {other})",
            f"substring-after({one}, 'a')", f"format-date({day}, '%Y/%n/%e')" if day else one,
            f"substring-before({one}, 'a')", f"concat({self._number(depth + 1)}, {one})",
            f"string({self._number(depth + 1)})", *(["join('', /data/r/w)"] if self._outside else []),
        ])  # fmt: skip

    def _truth(self, depth: int) -> str:
        dice = self._dice
        text, number = self._text(depth + 1), self._number(depth + 1)
        options = [
            f"{number} &gt; {self._number(depth + 1)}".replace("&gt;", ">"), f"{text} = {self._text(depth + 1)}",
            f"selected({text}, 'a')", f"contains({text}, 'a')", f"starts-with({text}, 'x')",
            f"regex({text}, '[a-z]+[0-9]?')", f"{text} != ''", f"{number} <= 10", f"ends-with({text}, 'a')",
            f"boolean-from-string({text})", f"checklist(1, 2, {number} > 3, {text} = 'a', {number} < 9)",
            f"weighted-checklist(2, 9, {number} > 3, 2, {text} = 'a', 3)",
        ]  # fmt: skip
        if depth < 2:
            options += [f"({self._truth(depth + 1)} and {self._truth(depth + 1)})", f"not({self._truth(depth + 1)})",
                        f"({self._truth(depth + 1)} or {self._truth(depth + 1)})"]  # fmt: skip
        return dice.choice(options)


def quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
