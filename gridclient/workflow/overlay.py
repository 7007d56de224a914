"""A street's pack over the city's: it may add and tighten, and never loosen.

It may add steps, guards, questions, roles for what is new, and standards, and shorten limits. It may not drop what the
city asks for, let more people act, open a way between states, give more time, or look after anybody less closely.
"""

from collections.abc import Iterator, Sequence

from gridclient import forms
from gridclient.workflow.pack import Deadline, Pack, StateLimit, Transition

Wrong = Iterator[tuple[str, str]]


def loosened(city: Pack, street: Pack) -> Wrong:
    """What the street's pack loosens, as `(key, text)`."""
    if street.id != city.id:
        yield "id", f"it has to be the city's: {city.id}"
    yield from _roles(city, street)
    yield from _states(city, street)
    yield from _steps(city, street)
    for place, transition in enumerate(street.transitions):
        for text in _transition(city.transition(transition.name), transition):
            yield f"transitions[{place}]", text
    if _is_longer(street.deadline, city.deadline):
        yield "deadline", "it gives more time than the city"
    yield from _standards(city, street)
    yield from _by_itself(city, street)
    yield from _questions(city, street)


def _by_itself(city: Pack, street: Pack) -> Wrong:
    """What comes by itself: cases that are opened, and how often people and places are looked after."""
    if _lacks(street.opens, city.opens):
        yield "opens", "the city opens cases there that are missing"
    if city.plan is not None and street.plan != city.plan:
        yield "plan", "it is not the city's"
    own = {} if street.risk is None else {tier.id: tier for tier in street.risk.tiers}
    for tier in () if city.risk is None else city.risk.tiers:
        found = own.get(tier.id)
        if found is None or found.every_days > tier.every_days or found.from_score > tier.from_score:
            yield "risk.tiers", f"the tier {tier.id} looks after less closely than the city's"
    factors = [] if street.risk is None else street.risk.factors
    if city.risk is not None and _lacks(factors, city.risk.factors):
        yield "risk.factors", "a factor of the city is missing"
    if street.sample_percent < city.sample_percent:
        yield "sample_percent", "fewer cases are looked at one by one than the city has"


def _questions(city: Pack, street: Pack) -> Wrong:
    if city.form == street.form:
        return
    theirs, own = forms.load(city.form, missing="blank").refs(), set(forms.load(street.form, missing="blank").refs())
    for ref in theirs:
        if ref not in own:
            yield "form", f"the city's question {ref} is missing"


def _roles(city: Pack, street: Pack) -> Wrong:
    theirs = {role.id: set(role.accounts) for role in city.roles}
    for place, role in enumerate(street.roles):
        if more := set(role.accounts) - theirs.get(role.id, set(role.accounts)):
            yield f"roles[{place}]", f"the city does not let {', '.join(sorted(more))} play it"


def _states(city: Pack, street: Pack) -> Wrong:
    for state in city.states:
        if street.state(state.id) is None:
            yield "states", f"the city's state {state.id} is missing"
    for place, state in enumerate(street.states):
        theirs = city.state(state.id)
        if theirs is None:
            continue
        if state.end and not theirs.end:
            yield f"states[{place}]", "it is no end for the city"
        if theirs.clock and (state.clock is None or _is_longer(state.clock.limit, theirs.clock.limit)):
            yield f"states[{place}].clock", "it gives more time than the city"


def _steps(city: Pack, street: Pack) -> Wrong:
    places = {step.id: place for place, step in enumerate(street.steps)}
    for step in city.steps:
        if step.id not in places:
            yield "steps", f"the city's step {step.id} is missing"
            continue
        own, place = street.steps[places[step.id]], f"steps[{places[step.id]}]"
        if own.optional and not step.optional:
            yield place, "the city asks for it always"
        if own.role != step.role:
            yield place, f"the city has it done by {step.role}"


def _transition(city: Transition | None, street: Transition) -> Iterator[str]:
    if city is None:
        if any(street.target(state) != state for state in street.source):
            yield "it opens a way that the city does not have"
        return
    if more := set(street.roles) - set(city.roles):
        yield f"the city does not let {', '.join(sorted(more))} take it"
    if more := set(street.source) - set(city.source):
        yield f"the city does not let it begin in {', '.join(sorted(more))}"
    if any(street.target(state) != city.target(state) for state in street.source):
        yield "it leads elsewhere than the city's"
    if _lacks(street.guards, city.guards):
        yield "a guard of the city is missing"
    if _lacks(street.effects, city.effects):
        yield "an effect of the city is missing"


def _lacks(own: Sequence[object], wanted: Sequence[object]) -> bool:
    return any(each not in own for each in wanted)


def _standards(city: Pack, street: Pack) -> Wrong:
    own = {standard.id: standard for standard in street.standards}
    for standard in city.standards:
        found = own.get(standard.id)
        if found is None:
            yield "standards", f"the city's standard {standard.id} is missing"
        elif found.limit.unit != standard.limit.unit or found.limit.amount > standard.limit.amount:
            yield "standards", f"{standard.id} gives more time than the city"


def _is_longer(own: StateLimit, city: StateLimit) -> bool:
    """Limits in different units cannot be compared, and count as longer."""
    if isinstance(own, Deadline) and isinstance(city, Deadline):
        return own.unit != city.unit or own.amount > city.amount
    return own != city
