"""Versions of the program, as platform and client compare them: numbers with dots, `0.10.0` after `0.9.1`."""


def is_newer(version: str, than: str) -> bool:
    """Whether a version comes after another; one that is empty or no version comes before all."""
    return _numbers(version) > _numbers(than)


def _numbers(text: str) -> tuple[int, ...]:
    numbers = [int(part) for part in text.split(".") if part.isascii() and part.isdigit()]
    while numbers and not numbers[-1]:  # 0.2.0 is 0.2
        numbers.pop()
    return tuple(numbers)
