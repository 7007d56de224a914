"""Laws of a pack's states: every one is reached, every one has a way to an end, and nothing turns round by itself."""

from collections.abc import Iterator, Mapping

from gridclient.workflow.pack import CLOCK_ROLE, Pack, Transition
from gridclient.workflow.rules import AtMost

Edges = Mapping[str, set[str]]


def lawless(pack: Pack) -> Iterator[tuple[str, str]]:
    """What is wrong with the states, as `(key, text)`."""
    edges = _edges(pack, pack.transitions)
    reached = _from(edges, pack.states[0].id)
    ends = {state.id for state in pack.states if state.end}
    if not ends:
        yield "states", "no state is an end"
    for place, state in enumerate(pack.states):
        if state.id not in reached:
            yield f"states[{place}]", f"no transition leads to {state.id}"
        elif ends and not ends & _from(edges, state.id):
            yield f"states[{place}]", f"no way leads from {state.id} to an end"
    yield from _by_itself(pack)


def _by_itself(pack: Pack) -> Iterator[tuple[str, str]]:
    timed = [t for t in pack.transitions if CLOCK_ROLE in t.roles]
    endless = [t for t in timed if not any(isinstance(g, AtMost) and g.of == t.name for g in t.guards)]
    edges = _edges(pack, endless)
    for state in sorted(edges):
        if any(state in _from(edges, after) for after in edges[state]):
            place = next(n for n, t in enumerate(pack.transitions) if t in endless and state in t.source)
            yield f"transitions[{place}]", f"a circle through {state} needs a person, or a guard `at-most`"


def _edges(pack: Pack, transitions: tuple[Transition, ...] | list[Transition]) -> Edges:
    edges: dict[str, set[str]] = {state.id: set() for state in pack.states}
    for transition in transitions:
        for source in transition.source:
            if source in edges and transition.target(source) in edges:
                edges[source].add(transition.target(source))
    return edges


def _from(edges: Edges, start: str) -> set[str]:
    """Every state that is reached from one, itself included."""
    found, todo = {start}, [start]
    while todo:
        for state in edges[todo.pop()] - found:
            found.add(state)
            todo.append(state)
    return found
