"""What a bundle (`.gcb`) carries between a PC that never has a network and its platform, inside a sealed letter."""

from msgspec import Struct

from gridclient.protocol.messages import PackView


class ToPlatform(Struct, kw_only=True):
    """A device's unsent work: its outbox in order, the photos, and how far it has read."""

    epoch: str
    cursors: dict[str, int]
    mutations: list[bytes]
    blobs: list[bytes]


class ToDevice(Struct, kw_only=True):
    """The platform's return: what became of each mutation, and one page of what followed the cursors."""

    epoch: str
    reply: bytes  # a PushReply as JSON
    blobs: list[str]  # SHA-256 of the photos in the bundle that the platform now holds
    since: dict[str, int]  # the cursors that the page follows
    whole: list[str]  # buckets that the page holds from their start, to be marked and swept
    page: bytes
    published: list[PackView] = []
    packs: list[bytes] = []  # the bundles of all these versions
