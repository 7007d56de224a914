"""Takes the bundle of a PC without a network and makes the return: the same judging, ledger and feed as over HTTP.

A bundle that was taken before does no harm: the ledger gives every mutation its first answer. One that is for
another platform, of an unknown device, or altered changes nothing.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC

import msgspec
from sqlalchemy.engine import Connection

from gridclient.domain.record import iso
from gridclient.errors import GridError
from gridclient.platform import blobs, directory, feed, push, rulebook, tokens
from gridclient.platform.service import Caller, Platform
from gridclient.protocol.bundles import ToDevice, ToPlatform
from gridclient.protocol.messages import PushReply, Result
from gridclient.protocol.sealing import Head, NoLetter, read_head, seal, unseal

_PAGE_BYTES = 256 * 1024 * 1024


class BundleDamaged(GridError):
    """The file is no bundle, or not as its sender made it."""

    text = "This file is no bundle, or it was altered on its way. Nothing was changed; make it anew and bring it again."


class BundleForOther(GridError):
    """The bundle is for another platform."""

    text = "This bundle is for another platform. Nothing was changed."


class SenderUnknown(GridError):
    """The device is not on the list."""

    text = "The device that made this bundle is not on this platform's list, or was taken off it. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Taken:
    """What a bundle did: results by status, photos that were new, and the bundle to bring back."""

    results: dict[str, int]
    blobs: int
    answer: bytes


def take(platform: Platform, letter: bytes) -> Taken:
    """Applies a device's bundle and returns what to bring back to it."""
    head, caller, key = _sender(platform, letter)
    try:
        body = unseal(letter, platform.identity, key)
        bundle = msgspec.msgpack.decode(body, type=ToPlatform)
    except (NoLetter, msgspec.MsgspecError) as error:
        raise BundleDamaged from error
    now, shelf = platform.clock(), platform.packs
    small_enough = (blob for blob in bundle.blobs if len(blob) <= platform.limits.blob_bytes)
    photos = {hashlib.sha256(blob).hexdigest(): blob for blob in small_enough}
    new = [sha256 for sha256 in photos if not platform.blobs.has(sha256)]
    for sha256 in new:
        platform.blobs.keep(sha256, photos[sha256])
    with platform.database.write() as connection:
        for sha256 in photos:
            blobs.note_sent(connection, sha256, head.worker, now)
    raws = [msgspec.Raw(mutation) for mutation in bundle.mutations]
    results = push.apply(platform.database, raws, caller.sender, shelf, now)
    platform.bell.ring(push.touched(raws, results))
    answer = msgspec.msgpack.encode(_answer(platform, caller, bundle, results, list(photos)))
    back = Head(sender=head.receiver, receiver=head.sender, worker=head.worker, made_at=iso(now.astimezone(UTC)))
    told: dict[str, int] = {}
    for result in results:
        told[result.status] = told.get(result.status, 0) + 1
    return Taken(told, len(new), seal(back, answer, platform.identity, key))


def _sender(platform: Platform, letter: bytes) -> tuple[Head, Caller, str]:
    try:
        head = read_head(letter)
    except NoLetter as error:
        raise BundleDamaged from error
    if head.receiver != platform.id:
        raise BundleForOther
    with platform.database.read() as connection:
        found = directory.device_key(connection, head.sender, head.worker)
        if found is None:
            raise SenderUnknown
        area, account, key = found
        role = directory.find_account(connection, area, account).role
    session = tokens.Session(area, account, head.worker, role, head.sender, "")
    return head, platform.caller_of(session), key


def _answer(platform: Platform, caller: Caller, bundle: ToPlatform, results: list[Result], held: list[str]) -> ToDevice:
    with platform.database.read() as connection:
        epoch = platform.epoch(connection)
        since = bundle.cursors if bundle.epoch == epoch else {}
        whole = _whole(connection, caller, since)
        since = {name: cursor for name, cursor in since.items() if name not in whole}
        page = b"".join(feed.page(connection, epoch, caller.scope, since, _PAGE_BYTES))
        published = rulebook.views(connection, caller.scope)
        packs = [rulebook.bundle_of(connection, view.digest) or b"" for view in published]
    reply = PushReply(epoch=epoch, server_time=iso(platform.clock().astimezone(UTC)), results=results)
    return ToDevice(
        epoch=epoch, reply=msgspec.json.encode(reply), blobs=held, since=since, whole=sorted(whole), page=page,
        published=published, packs=packs,
    )  # fmt: skip


def _whole(connection: Connection, caller: Caller, since: dict[str, int]) -> set[str]:
    """The buckets that the device has nothing of, or whose next entries were pruned."""
    behind = feed.behind(connection, feed.states(connection, caller.scope), since)
    return {name for name in caller.scope if not since.get(name)} | behind
