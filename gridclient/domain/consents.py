"""What a person agreed to, or refused, once they were told: one field of their core file for each topic."""

from dataclasses import dataclass
from enum import StrEnum

from gridclient.domain.record import Fields, Value

CONSENT = "consent."


class Topic(StrEnum):
    """What is asked for."""

    HEALTH = "health"  # keeping and showing health records
    KEY = "key"  # a spare key with the committee
    PHOTOS = "photos"  # photos for publicity
    ERRANDS = "errands"  # somebody acts for the person


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said about one topic: when, and who asked."""

    topic: Topic
    agreed: bool
    by: str
    at: str


def consents(fields: Fields) -> dict[Topic, Consent]:
    """What is known of each topic; one that was never asked is absent."""
    found: dict[Topic, Consent] = {}
    for topic in Topic:
        said = fields.get(CONSENT + topic)
        if isinstance(said, dict):
            by, at = (str(said.get(name) or "") for name in ("by", "at"))
            found[topic] = Consent(topic, said.get("agreed") is True, by, at)

    return found


def said(topic: Topic, agreed: bool, by: str, at: str) -> dict[str, Value]:
    """The field that keeps what a person says now."""
    return {CONSENT + topic: {"agreed": agreed, "by": by, "at": at}}


def hides_health(fields: Fields) -> bool:
    """Whether the person refused that health records are kept and shown."""
    found = consents(fields).get(Topic.HEALTH)
    return found is not None and not found.agreed
