"""Random forms with what the simple ones have not: actions, nested and counted repeats, itemsets, groups, flags.

What is left out, and why, stands in `docs/forms-differences.md`.
"""

import re

from gridclient.forms import Form
from tests.oracle.forms import Forms, quoted
from tests.oracle.sample import Sample, Step
from tests.unit.forms.samples import xform

_ITEMS = [(f"v{n}", f"Label {n}", "abc"[n % 3], str(n % 5)) for n in range(12)]
_LIST = "instance('l')/root/item"
_INSTANCE = "".join(
    f"<item><name>{name}</name><label>{label}</label><kind>{kind}</kind><n>{n}</n></item>"
    for name, label, kind, n in _ITEMS
)
_MODEL = f'<instance id="l"><root>{_INSTANCE}</root></instance>'
_FORMATS = ("%Y-%m-%d", "%e.%n.%y", "%d %b", "%a %H:%M", "%Y%m%d")


class WideForms(Forms):
    """A source of such forms; the same seed gives the same."""

    def form(self) -> Sample:
        """A form, and how to fill it."""
        self._known, self._outside = [], True
        self._inputs: dict[str, str] = {}
        self._nodes, self._binds, self._body, self._model_actions = "", "", "", ""
        self._top()
        self._itemsets()
        self._group()
        self._repeat()
        self._counted()
        self._after()
        return Sample(
            xform(self._nodes, _MODEL + self._binds + self._model_actions, self._body),
            self._inputs,
            ["/data/r", "/data/r/k"],
        )

    def step(self, form: Form, sample: Sample) -> Step:
        """Answers a question that is there, or makes a repeat instance come or go."""
        dice = self._dice
        if dice.random() < 0.25:
            ranges = [place for repeat in sample.repeats for place in _ranges(form, repeat)]
            place = dice.choice(ranges)
            there = form.count(place)
            ref = f"{place}[{dice.randint(1, max(1, there))}]"
            if there > 1 and dice.random() < 0.4 and not (place == "/data/r" and form.count(f"{ref}/k")):
                return "remove", ref, ""  # with instances in it, JavaRosa keeps what others computed of them
            return "add", place, ""
        template = dice.choice(list(sample.inputs))
        refs = [ref for ref in form.refs() if _generic(ref) == template and not form.readonly(ref)]
        if not refs:
            return "set", "/data/n", str(form.count("/data/t"))
        ref, kind = dice.choice(refs), sample.inputs[template]
        if kind in ("select1", "select"):
            return "select" if kind == "select" else "set", ref, self._choice(form, ref, kind)
        if kind == "count":  # JavaRosa keeps instances when the count falls
            return "set", ref, str(min(6, form.count("/data/t") + dice.randint(0, 2)))
        return "set", ref, self.answer(kind)

    def _choice(self, form: Form, ref: str, kind: str) -> str:
        values = [each.value for each in form.choices(ref)]
        if not values or self._dice.random() < 0.15:
            return ""
        if kind == "select1":
            return self._dice.choice(values)
        return " ".join(each for each in values if self._dice.random() < 0.4)

    # --- the parts of a form ---------------------------------------------------------------------------------

    def _add(self, ref: str, kind: str, *, inner: str = "", rules: str = "") -> str:
        """A question: its bind, what may be answered, and its control."""
        datatype = {"count": "int", "select1": "string", "select": "string"}.get(kind, kind)
        self._binds += f'<bind nodeset="{ref}" type="{datatype}"{rules}/>'
        self._inputs[ref] = kind
        return f'<input ref="{ref}">{inner}</input>'

    def _rule(self, name: str, likely: float) -> str:
        if not self._known or self._dice.random() > likely:
            return ""
        outside, self._outside = self._outside, False
        rule = f' {name}="{quoted(self._truth(1))}"'
        self._outside = outside
        return rule

    def _calc(self, ref: str, name: str, expression: str, kind: str = "string") -> None:
        self._binds += f'<bind nodeset="{ref}/{name}" type="{kind}" calculate="{quoted(expression)}"/>'

    def _top(self) -> None:
        """Questions of each type; one answers another when it changes, and one when the form is opened."""
        dice = self._dice
        for name, kind in (("i0", "int"), ("i1", "int"), ("s0", "string"), ("d0", "date"), ("f0", "decimal")):
            self._nodes += f"<{name}/>"
            rules = self._rule("relevant", 0.2) + self._rule("required", 0.3) + self._rule("readonly", 0.15)
            inner = ""
            if name == "s0":
                inner = f'<setvalue event="xforms-value-changed" ref="/data/v0" value="{quoted(self._text(1))}"/>'
            self._body += self._add(f"/data/{name}", kind, inner=inner, rules=rules)
            self._known.append((f"/data/{name}", kind))
        self._nodes += "<v0/><v1/>"
        self._binds += '<bind nodeset="/data/v0" type="string"/><bind nodeset="/data/v1" type="int"/>'
        first = f"{dice.randint(0, 9)} + {dice.randint(0, 9)}"
        self._model_actions = f'<setvalue event="odk-instance-first-load" ref="/data/v1" value="{first}"/>'
        self._known.append(("/data/v1", "int"))

    def _itemsets(self) -> None:
        """A static select, a cascade on it, and a select of several."""
        dice = self._dice
        items = "".join(f"<item><label>{each}</label><value>{each}</value></item>" for each in "abc")
        self._nodes += "<g0/><c0/><m0/><n0/><n1/>"
        self._binds += "".join(f'<bind nodeset="/data/{name}" type="string"/>' for name in ("g0", "c0", "m0"))
        test = dice.choice(["kind = /data/g0", "kind = current()/../g0", "n > /data/i0", "kind = /data/g0 and n < 3",
                            "selected(/data/m0, name) or kind = 'a'"])  # fmt: skip
        self._body += f'<select1 ref="/data/g0">{items}</select1>'
        self._body += self._select("select1", "/data/c0", f"{_LIST}[{test}]")
        self._body += self._select("select", "/data/m0", f"{_LIST}[{dice.choice(['n < 3', 'kind != /data/g0'])}]")
        self._inputs |= {"/data/g0": "select1", "/data/c0": "select1", "/data/m0": "select"}
        self._calc("/data", "n0", "jr:choice-name(/data/g0, '/data/g0')")
        self._calc("/data", "n1", dice.choice([
            "count-selected(/data/m0)", "selected-at(/data/m0, 1)", f"count({_LIST}[selected(/data/m0, name)])",
            f"sum({_LIST}[kind = /data/g0]/n)", f"{_LIST}[name = /data/c0]/label",
            f"join(' ', randomize({_LIST}/name, {dice.randint(1, 99)}))",
        ]))  # fmt: skip
        self._known += [("/data/g0", "string"), ("/data/c0", "string"), ("/data/m0", "string")]

    def _select(self, kind: str, ref: str, nodes: str) -> str:
        itemset = f'<itemset nodeset="{quoted(nodes)}"><value ref="name"/><label ref="label"/></itemset>'
        return f'<{kind} ref="{ref}">{itemset}</{kind}>'

    def _group(self) -> None:
        """A group that comes and goes, with a default, and something that is kept once it is known."""
        self._nodes += "<p><a>7</a><b/></p><o/>"
        self._binds += f'<bind nodeset="/data/p"{self._rule("relevant", 0.9)}{self._rule("readonly", 0.3)}/>'
        inner = self._add("/data/p/a", "int") + self._add("/data/p/b", "string", rules=self._rule("required", 0.5))
        self._body += f'<group ref="/data/p">{inner}</group>'
        self._calc("/data", "o", "once(/data/v1 + 1)")
        self._known += [("/data/p/a", "int"), ("/data/p/b", "string")]

    def _repeat(self) -> None:
        """A repeat with another within it; a new instance is given values."""
        outer = list(self._known)
        leaves = "<a/><w/><f/><s/><t/><c/>"
        self._nodes += f'<r jr:template="">{leaves}<k jr:template=""><x/><y/><z/></k></r><r>{leaves}</r>'
        self._outside = False
        self._known = [*outer, ("../a", "int"), ("../w", "string")]
        action = f'<setvalue event="odk-new-repeat" ref="/data/r/f" value="{quoted(self._text(1))}"/>'
        inner = action + self._add("/data/r/a", "int")
        inner += self._add("/data/r/w", "string", rules=""" relevant="../a &gt; 2 or ../a = ''" """)
        self._binds += '<bind nodeset="/data/r/f" type="string"/><bind nodeset="/data/r/s" type="string"/>'
        test = self._dice.choice(["n < current()/../a", "kind = /data/g0", "n != position(current()/..)"])
        inner += self._select("select1", "/data/r/s", f"{_LIST}[{test}]")
        self._inputs["/data/r/s"] = "select1"
        self._calc("/data/r", "t", "jr:choice-name(/data/r/s, '/data/r/s')")
        self._calc("/data/r", "c", self._any(0))
        self._known = [*outer, ("../x", "int"), ("../../a", "int"), ("../../w", "string")]
        within = self._add("/data/r/k/x", "int", rules=self._rule("required", 0.4))
        self._calc("/data/r/k", "y", self._any(0))
        self._calc("/data/r/k", "z", self._dice.choice([
            "position(..) + 10 * position(../..)", "../../a + ../x", "/data/r/a * 2 + /data/r/k/x",
            "if(position(..) = 1, 0, ../x - position(../..))",
        ]))  # fmt: skip
        inner += f'<group ref="/data/r/k"><repeat nodeset="/data/r/k">{within}</repeat></group>'
        self._body += f'<group ref="/data/r"><repeat nodeset="/data/r">{inner}</repeat></group>'
        self._known, self._outside = outer, True

    def _counted(self) -> None:
        self._nodes += '<n/><t jr:template=""><u>3</u><q/></t>'
        self._binds += '<bind nodeset="/data/t/u" type="int"/>'
        self._inputs |= {"/data/t/u": "int"}
        self._body += self._add("/data/n", "count")
        self._body += """<group ref="/data/t"><repeat nodeset="/data/t" jr:count="/data/n"><input ref="/data/t/u"/>
            </repeat></group>"""
        self._calc("/data/t", "q", self._dice.choice(["position(..) * ../u", "../u + /data/n", "count(../../r)"]))

    def _after(self) -> None:
        """What reads it all: sums over repeats, dates, numbers and texts."""
        dice, day = self._dice, self._dice.choice(["/data/d0", "date('2024-02-29')", "date(/data/d0 + 40)"])
        for n, expression in enumerate([
            dice.choice(["sum(/data/r/k/x)", "count(/data/r/k)", "min(/data/r/a)", "sum(/data/r[a > 3]/k/x)",
                         "count-non-empty(/data/r/w)", "join('+', /data/r/k/y)", "sum(/data/t/q)", "count(/data/t)"]),
            f"format-date-time({day}, '{dice.choice(_FORMATS)}')",
            f"if(/data/d0 = '', '', decimal-date-time({day}) - {dice.randint(0, 9)})",
            dice.choice(["/data/d0 < date('2025-01-01')", "/data/d0 = date('2024-02-29')", "string(/data/d0)"]),
            dice.choice(["sqrt(abs(/data/i0))", "pow(2, /data/i1 mod 9)", "log(1 + abs(/data/i0))",
                         "exp(/data/i0 mod 5)",
                         "sin(/data/i0)", "atan2(/data/i0, 3)", "pi() * /data/f0", "/data/i0 mod 7 div 2",
                         "-/data/i0", "log10(100)", "exp10(2)"]),
            dice.choice(["digest(/data/s0, 'SHA-256', 'hex')", "digest(/data/s0, 'MD5')", "base64-decode('5p2x')",
                         "substr(/data/s0, -2)", "substr(/data/s0, 1)", "string-length(/data/s0)",
                         "translate(/data/s0, 'abx', 'BA')", "substring-before(/data/s0, ' ')",
                         "concat(/data/s0, /data/v0)"]),
            self._any(0),
        ]):  # fmt: skip
            self._nodes += f"<z{n}/>"
            self._calc("/data", f"z{n}", expression)


def _generic(ref: str) -> str:
    return re.sub(r"\[\d+\]", "", ref)


def _ranges(form: Form, repeat: str) -> list[str]:
    """The places of a repeat that there are now: one for each instance around it."""
    above, _, name = repeat.rpartition("/")
    return [f"{ref}/{name}" for ref in form.refs() if _generic(ref) == above and form.relevant(f"{ref}/{name}")]
