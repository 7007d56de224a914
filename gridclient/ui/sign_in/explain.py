"""Where a fault of getting in is shown, and in which words."""

from datetime import UTC, datetime

from gridclient.errors import GridError
from gridclient.store import keys, tries
from gridclient.sync.sign_in import PlainAddress
from gridclient.sync.troubles import Answered, CertificateProblem, Offline
from gridclient.text import tr
from gridclient.ui.sign_in.values import ErrorField
from gridclient.ui.when import CLOCK_OFF_S, clock_off_text, clock_text


def explain(fault: GridError) -> tuple[ErrorField, str, str]:
    """The field that the fault concerns, a title, and a sentence."""
    match fault:
        case keys.WrongSecret(values={"left": left}):
            concerned = "pin" if isinstance(fault, keys.WrongPin) else "password"
            return concerned, str(fault), tr("{n} tries are left.", n=left)
        case tries.TooSoon():
            return "pin", tr("Wait a little."), str(fault)
        case tries.TriesUsedUp():
            return "pin", tr("No try is left."), str(fault)
        case keys.PinTooShort():
            return "pin", str(fault), ""
        case PlainAddress() | CertificateProblem() | Offline():
            return "address", str(fault), ""
        case Answered(status=423):
            until = fault.problem.values.get("until", "")
            at = clock_text(until) if until else ""
            return "password", tr("Too many failed tries. The account is locked until {at}.", at=at), ""
        case Answered(status=401):
            left = fault.problem.values.get("left", "")
            return "password", tr("Account or password is wrong."), tr("{n} tries are left.", n=left) if left else ""
        case _:
            return "", str(fault), ""


def explain_clock(fault: GridError, now: datetime) -> str:
    """What an answer tells of this PC's clock; empty when the fault is no answer, or the clock is right."""
    if not isinstance(fault, Answered) or fault.server_time is None:
        return ""
    off_s = (fault.server_time - now.astimezone(UTC)).total_seconds()
    return clock_off_text(off_s) if abs(off_s) > CLOCK_OFF_S else ""
