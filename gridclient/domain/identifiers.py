"""Checks numbers that people copy by hand: citizen identity (GB 11643), USCC (GB 32100), phones.

A wrong check digit or date refuses; what is only unusual (a birth region that was dissolved) warns, because elders
carry numbers of regions that are no longer on the list.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from gridclient.domain.zone import ZONE, utc_now
from gridclient.text import tr

_ID = re.compile(r"\d{17}[\dXx]\Z", re.ASCII)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# In the large cities, whose area codes have three digits, a landline has eight.
_PHONE = re.compile(r"(?:1[3-9]\d{9}|0(?:10|2\d)-?\d{8}|0[3-9]\d{2}-?\d{7,8}|1\d{2,4})\Z", re.ASCII)
_EARLIEST = date(1900, 1, 1)
# GB/T 2260: provinces, and the Shanghai districts of today; what is not here warns.
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82".split()
)
SHANGHAI = {
    "310101": "黄浦区", "310104": "徐汇区", "310105": "长宁区", "310106": "静安区", "310107": "普陀区",
    "310109": "虹口区", "310110": "杨浦区", "310112": "闵行区", "310113": "宝山区", "310114": "嘉定区",
    "310115": "浦东新区", "310116": "金山区", "310117": "松江区", "310118": "青浦区", "310120": "奉贤区",
    "310151": "崇明区",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `text` is for a person and empty when all is well."""

    result: Literal["ok", "warning", "refused"]
    text: str = ""


OK = Checked("ok")


def citizen_id_check_digit(first17: str) -> str:
    """The 18th character (GB 11643: weights, modulus 11)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def check_citizen_id(number: str) -> Checked:
    """Checks an 18-character identity number; a small x at its end is a capital that was typed in haste."""
    if not _ID.match(number):
        return Checked("refused", tr("An identity number has 17 digits and a digit or X."))
    try:
        born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return Checked("refused", tr("The date of birth in this identity number does not exist."))
    if not _EARLIEST <= born <= utc_now().astimezone(ZONE).date():
        return Checked("refused", tr("Nobody who lives here was born on this day."))
    if citizen_id_check_digit(number[:17]) != number[17].upper():
        return Checked("refused", tr("The last character of this identity number is wrong; compare it with the card."))
    region = number[:6]
    if region[:2] not in _PROVINCES or (region.startswith("31") and region not in SHANGHAI):
        return Checked("warning", tr("The region {code} is not on today's list; older cards carry such.", code=region))
    return OK


def check_uscc(number: str) -> Checked:
    """Checks an 18-character unified social credit code (GB 32100: weights 3^i, modulus 31)."""
    if len(number) != 18 or any(letter not in _USCC_ALPHABET for letter in number):
        return Checked("refused", tr("A credit code has 18 characters, digits and capitals without I, O, Z, S and V."))
    total = sum(_USCC_ALPHABET.index(letter) * pow(3, place, 31) for place, letter in enumerate(number[:17]))
    if _USCC_ALPHABET[(31 - total % 31) % 31] != number[17]:
        return Checked("refused", tr("The last character of this credit code is wrong."))
    return OK


def check_phone(number: str) -> Checked:
    """Checks a phone number: a mobile, a landline with its area code, or a service number."""
    if _PHONE.match(number):
        return OK
    return Checked("refused", tr("A phone number has 11 digits, or an area code and 7 or 8 digits."))
