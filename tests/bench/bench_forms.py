"""How long the form engine takes: opening a form again, answering, choosing among 50,000, and growing tenfold.

The forms are made here. Each answer is timed with everything that follows from it, through the public interface.
"""

import gc
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from gridclient import forms
from gridclient.forms import Form
from tests.bench.rows import Options, Row

_HEAD = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Measured</h:title><model>"""


def rows(options: Options) -> Iterator[Row]:
    """The rows: `load_warm`, `set_leaf`, `set_hub`, `set_repeat`, `cascade_50k`, `set_leaf_5000_over_500`, memory."""
    rounds = 40 if options.quick else 400
    with TemporaryDirectory() as folder:
        path = Path(folder) / "form.xml"
        path.write_text(survey(500, repeats=50), "utf-8")
        forms.load(path)
        yield Row("load_warm", median(_times(lambda _: forms.load(path), 5 if options.quick else 20)), "ms")
        form = forms.load(path)
        yield Row("set_leaf", median(_answers(form, "/data/leaf", rounds)), "ms")
        yield Row("set_hub", median(_answers(form, "/data/hub", rounds)), "ms")
        yield Row("set_repeat", median(_answers(form, "/data/member[{n}]/age", rounds)), "ms")
        choices = 5_000 if options.quick else 50_000
        yield Row("cascade_50k", median(cascade(choices, rounds // 4)), "ms")
        small, large = forms.load(survey(500)), forms.load(survey(500 if options.quick else 5_000))
        both = [(_answer(small, "/data/leaf", n), _answer(large, "/data/leaf", n)) for n in range(2 * rounds)][rounds:]
        base = median(one for one, _ in both)
        yield Row("set_leaf_5000_over_500", median(other for _, other in both) / base, "ratio")
    yield Row("list_50k_memory", memory(5_000 if options.quick else 50_000), "MB")
    yield Row("list_500k_memory", memory(20_000 if options.quick else 500_000), "MB")


def _times(work: Callable[[int], object], rounds: int) -> list[float]:
    found: list[float] = []
    for n in range(rounds):
        gc.collect()
        started = perf_counter()
        work(n)
        found.append((perf_counter() - started) * 1e3)
    return found


def _answer(form: Form, ref: str, n: int) -> float:
    ref = ref.format(n=n % 50 + 1)
    started = perf_counter()
    result = form.set(ref, str(n % 89 + 1))
    taken = (perf_counter() - started) * 1e3
    assert result.status == "ok", result
    return taken


def _answers(form: Form, ref: str, rounds: int) -> list[float]:
    return [_answer(form, ref, n) for n in range(2 * rounds)][rounds:]


def survey(questions: int, repeats: int = 0) -> str:
    """A form: two fifths of its questions calculate, a fifth is relevant or not, a tenth has a constraint.

    Three chains of sixty calculations hang on the hub; the leaf has a calculation, a relevance and a constraint.
    """
    dice = random.Random(questions)
    nodes = ["<hub/>", "<leaf/>", "<double/>"]
    binds = [_bind("hub", "int"), _bind("leaf", "int", constraint=". &lt; 90")]
    body: list[str] = []
    binds.append(_bind("double", "int", calculate="/data/leaf * 2"))
    body += [_input("hub"), _input("leaf")]
    for n in range(questions - 3):
        name = f"q{n}"
        nodes.append(f"<{name}/>")
        body.append(_input(name))
        match n % 5:
            case 0 | 1:
                place = n // 5 * 2 + n % 5
                before = "hub" if place % 60 == 0 else f"q{(place - 1) // 2 * 5 + (place - 1) % 2}"
                source = before if place < 180 else f"q{dice.randrange(questions // 5) // 5 * 5 + 3}"
                binds.append(_bind(name, "int", calculate=f"/data/{source} + {n % 7}"))
            case 2:
                source = "leaf" if n == 2 else f"q{dice.randrange(questions // 5) * 5 // 5 * 5 + 3}"
                binds.append(_bind(name, "string", relevant=f"/data/{source} &gt; {dice.randrange(50)}"))
            case 3:
                limit = ". &gt;= 0 and . &lt;= 500" if n % 2 else None
                binds.append(_bind(name, "int", constraint=limit))
            case _:
                binds.append(_bind(name, "string"))
    nodes.append("<total/>" + "<member><age/><next/><note/></member>" * max(1, repeats))
    binds += [_bind("total", "int", calculate="sum(/data/member/age)"), _bind("member/age", "int"),
              _bind("member/next", "int", calculate="../age + 1"),
              _bind("member/note", "string", relevant="../age &gt; 17")]  # fmt: skip
    inner = _input("member/age") + _input("member/note")
    body.append(f'<group ref="/data/member"><repeat nodeset="/data/member">{inner}</repeat></group>')
    instance = f'<instance><data id="measured">{"".join(nodes)}</data></instance>'
    return f"{_HEAD}{instance}{''.join(binds)}</model></h:head><h:body>{''.join(body)}</h:body></h:html>"


def _bind(name: str, kind: str, **rules: str | None) -> str:
    said = "".join(f' {rule}="{expression}"' for rule, expression in rules.items() if expression)
    return f'<bind nodeset="/data/{name}" type="{kind}"{said}/>'


def _input(name: str) -> str:
    return f'<input ref="/data/{name}"><label>{name}: <output value="/data/{name}"/></label></input>'


_TOWNS = 500


def villages(choices: int) -> Form:
    """A form whose second question has so many choices, filtered by the first."""
    lines = ["name,label,town", *(f"v{n},Village {n},t{n % _TOWNS}" for n in range(choices))]
    itemset = "instance('villages')/root/item[town=/data/town]"
    return forms.load(
        f"""{_HEAD}<instance><data id="cascade"><town/><village/></data></instance>
        <instance id="villages" src="jr://file/villages.csv"/><bind nodeset="/data/town" type="string"/>
        </model></h:head><h:body><input ref="/data/town"/><select1 ref="/data/village">
        <itemset nodeset="{itemset}"><value ref="name"/><label ref="label"/></itemset></select1></h:body></h:html>""",
        attachments={"villages.csv": "\n".join(lines)},
    )


def memory(choices: int) -> float:
    """What an open form with so many choices adds to a process, in MB: its resident size before and after."""
    work = f"""
import gc
from pathlib import Path
from tests.bench.bench_forms import villages
def size():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6
gc.collect()
before = size()
form = villages({choices})
form.set("/data/town", "t1")
assert len(form.choices("/data/village")) == {choices // _TOWNS}
gc.collect()
print(size() - before)
"""
    found = subprocess.run([sys.executable, "-c", work], check=True, capture_output=True, text=True)
    return float(found.stdout)


def cascade(choices: int, rounds: int) -> list[float]:
    """The times of changing the upper answer and reading the choices that are left of so many."""
    form = villages(choices)
    gc.freeze()

    def choose(n: int) -> None:
        form.set("/data/town", f"t{n % _TOWNS}")
        assert len(form.choices("/data/village")) == choices // _TOWNS

    try:
        return _times(choose, rounds + 2)[2:]
    finally:
        gc.unfreeze()
