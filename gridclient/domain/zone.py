"""The city's time zone, UTC+8 without summer time since 1992, and the clock of the machine."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """The machine's clock; what takes another one in its place can be tested at any moment."""
    return datetime.now(UTC)
