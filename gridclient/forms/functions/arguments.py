"""What functions need of their arguments: each value of a node-set, whole numbers, simple registration."""

import math
from collections.abc import Callable, Iterator

from gridclient.forms.context import LIBRARY, Closure, Context, Registered
from gridclient.forms.values import Value, number_of, text_of


def each_value(c: Context, args: list[Closure]) -> Iterator[Value]:
    """The values of arguments, of every node where one is a node-set."""
    for arg in args:
        value = arg(c)
        if isinstance(value, list):
            yield from (node.value for node in value)
        else:
            yield value


def texts(c: Context, args: list[Closure]) -> list[str]:
    """The texts of arguments, of every node where one is a node-set."""
    return [text_of(value) for value in each_value(c, args)]


def number(c: Context, arg: Closure) -> float:
    """An argument as a number."""
    return number_of(arg(c), c.world.zone)


def whole(c: Context, arg: Closure) -> int:
    """An argument as a whole number, 0 where it is none."""
    value = number(c, arg)
    return 0 if math.isnan(value) else int(max(-1e15, min(1e15, value)))


def text1(name: str, work: Callable[[str], Value]) -> None:
    """Registers a function of one text."""
    LIBRARY[name] = Registered(lambda c, args: work(text_of(args[0](c))), 1, 1)


def text2(name: str, work: Callable[[str, str], Value]) -> None:
    """Registers a function of two texts."""
    LIBRARY[name] = Registered(lambda c, args: work(text_of(args[0](c)), text_of(args[1](c))), 2, 2)
