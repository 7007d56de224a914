"""Hides most of what identifies a person (domain rules of 脱敏): enough is left to tell two people apart.

Masking comes on top of scope: what a role may never see is not on its PC at all.
"""


def mask_phone(phone: str) -> str:
    """The first three and last four digits: `13800006120` → `138****6120`; short numbers keep the last four."""
    if len(phone) <= 4:
        return phone
    return phone[: 3 if len(phone) >= 11 else 0] + "****" + phone[-4:]


def mask_id_number(number: str) -> str:
    """The first six and last four characters."""
    return number if len(number) <= 10 else number[:6] + "*" * (len(number) - 10) + number[-4:]
