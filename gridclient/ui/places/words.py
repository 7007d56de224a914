"""Places in words: what kind they are, and how their checks stand."""

from datetime import datetime

from gridclient.domain.zone import ZONE
from gridclient.text import tr
from gridclient.ui.people_words import VisitStand
from gridclient.ui.when import local


def kind_text(kind: str) -> str:
    """A kind of premises (九小场所), or another kind of place that is checked."""
    known = {
        "shop": tr("Shop"), "restaurant": tr("Restaurant"), "hotel": tr("Guest house"), "ktv": tr("Entertainment"),
        "internet": tr("Internet café"), "beauty": tr("Beauty and bath"), "school": tr("School or training"),
        "clinic": tr("Clinic"), "workshop": tr("Workshop"), "retail": tr("Shop"), "food": tr("Restaurant"),
        "service": tr("Service"), "rental": tr("Shared rental"), "gas_home": tr("Home with gas"),
        "canteen": tr("Canteen"), "curtain_wall": tr("Curtain wall"), "shop_front": tr("Shop front"),
        "facade": tr("Facade"),
    }  # fmt: skip
    return known.get(kind, kind)


def check_stand(last_check_at: str, every_days: int, now: datetime) -> VisitStand:
    """How the checks of a place stand, by the day in the city."""
    if not last_check_at:
        return VisitStand(tr("not checked yet"), "text_2", -1)
    days = (now.astimezone(ZONE).date() - local(last_check_at).date()).days
    late = days - every_days
    if days == 0:
        return VisitStand(tr("checked today"), "ok", 0)
    if every_days and late > 0:
        return VisitStand(tr("check {n} days late", n=late), "bad", days)
    if every_days and late == 0:
        return VisitStand(tr("check due today"), "warn", days)
    return VisitStand(tr("checked {n} days ago", n=days), "text_2", days)
