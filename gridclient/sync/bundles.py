"""A PC that never has a network: its work leaves as a file, and the platform's answer comes back as one.

The files are sealed letters (see `protocol.sealing`). What is read from one is checked as strictly as what comes over
the network: a page that does not vouch for itself, or that is older than the cache, changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import msgspec

from gridclient.domain.record import iso
from gridclient.errors import GridError
from gridclient.protocol.bundles import ToDevice, ToPlatform
from gridclient.protocol.messages import PushReply
from gridclient.protocol.pages import DAMAGED, PageReader
from gridclient.protocol.sealing import Head, Identity, NoLetter, read_head, seal, unseal
from gridclient.store import arrivals, blobs, outbox, rules
from gridclient.store.cache import Cache, Changes, Transaction
from gridclient.sync.exchange import Exchange, Report
from gridclient.sync.pulling import only, open_cache, sweep
from gridclient.sync.sign_in import Opened

_reply = msgspec.json.Decoder(PushReply).decode


class BundleDamaged(GridError):
    """The file is no bundle, or not as the platform made it."""

    text = "This file is no bundle, or it was altered on its way. Nothing was changed; ask for it again."


class BundleForOther(GridError):
    """The bundle is for another worker or another PC."""

    text = "This bundle is for another worker or another PC. Nothing was changed."


class BundleOld(GridError):
    """The bundle was imported before, or newer data came meanwhile."""

    text = "This bundle holds nothing new: it was imported before, or newer data came meanwhile. Nothing was changed."


class BundleGap(GridError):
    """The bundle goes on from a state that this PC is not in."""

    text = "This bundle does not follow what is on this PC. Nothing was changed; export anew and bring that one."


@dataclass(frozen=True, slots=True)
class Exported:
    """What a bundle holds."""

    mutations: int
    photos: int
    size: int


def export_bundle(opened: Opened, file: Path) -> Exported:
    """Writes all unsent work into a file that only the platform can read; it stays in the outbox until the answer."""
    cache = opened.cache
    with cache.write() as tx:
        connection = tx.connection
        mutations = outbox.bodies(connection)
        outbox.hand_out_all(tx)
        photos = [data for sha256 in blobs.to_upload(connection) if (data := cache.files.get(sha256)) is not None]
        cursors = {name: cursor for name, (_, _, cursor) in arrivals.sums(connection).items()}
    bundle = ToPlatform(epoch=cache.setting("epoch") or "", cursors=cursors, mutations=mutations, blobs=photos)
    head = Head(
        sender=opened.http.device, receiver=cache.setting("platform") or "", worker=opened.worker_id,
        made_at=iso(cache.clock().astimezone(UTC)),
    )  # fmt: skip
    letter = seal(head, msgspec.msgpack.encode(bundle), _identity(cache), cache.setting("platform_key") or "")
    part = file.with_name(file.name + ".part")
    part.write_bytes(letter)
    part.replace(file)
    return Exported(len(mutations), len(photos), len(letter))


def import_bundle(opened: Opened, letter: bytes) -> Report:
    """Takes the platform's answer: outcomes and its page together, or raises a fault above and changes nothing."""
    answer = _open(opened, letter)
    x = Exchange(opened.cache, opened.http)
    try:
        with x.cache.write() as tx:
            changes = _lay(tx, answer, x.report)
    except DAMAGED as torn:
        raise BundleDamaged from torn
    x.cache.collect()
    x.changed(changes)
    with x.cache.read() as connection:
        filling = arrivals.is_filling(connection)
    if filling:
        open_cache(x, 0, x.report.rows)
    sweep(x)
    return x.report


def _lay(tx: Transaction, answer: ToDevice, report: Report) -> Changes:
    known = tx.setting("epoch") or ""
    if _generation(answer.epoch) < _generation(known):
        raise BundleOld
    before = {name: cursor for name, (_, _, cursor) in arrivals.sums(tx.connection).items()}
    changes = Changes()
    if known and answer.epoch != known:
        changes = outbox.put_back(tx) | blobs.put_back(tx)
        arrivals.restart_all(tx)
        report.epoch_changed = True
        before = {}
    if any(before.get(name, 0) < cursor for name, cursor in answer.since.items()):
        raise BundleGap
    waits = outbox.waiting(tx.connection).count
    changes |= outbox.settle(tx, _reply(answer.reply).results)
    settled = waits - outbox.waiting(tx.connection).count
    changes |= _lay_page(tx, answer, before, settled, report)
    changes |= _take_packs(tx, answer)
    for sha256 in answer.blobs:
        changes |= blobs.mark_uploaded(tx, sha256)[1]
    tx.set_setting("epoch", answer.epoch)
    tx.set_setting("synced_at", tx.at)
    report.pushed = settled
    return changes


def _take_packs(tx: Transaction, answer: ToDevice) -> Changes:
    if len(answer.packs) != len(answer.published):
        raise BundleDamaged
    new = rules.missing(tx.connection, answer.published)
    for view, bundle in zip(answer.published, answer.packs, strict=True):
        if view in new and not rules.keep(tx, view, bundle):
            raise BundleDamaged
    return rules.put_in_force(tx, answer.published)


def _lay_page(tx: Transaction, answer: ToDevice, before: Mapping[str, int], settled: int, report: Report) -> Changes:
    reader = PageReader(answer.page)
    scope = reader.header.scope
    changes = arrivals.drop_lost_buckets(tx, scope)
    taking = arrivals.arrivals(tx, scope)
    for name in answer.whole:
        taking.start_over(name)
    for batch in reader.batches():
        only(batch, scope)
        taking.take(batch)
        report.rows += len(batch)
    for name in answer.whole:
        taking.finish_over(name, scope[name].head)
    assert reader.end is not None
    reached = reader.end.cursors
    is_old = any(cursor < before.get(name, 0) for name, cursor in reached.items())
    has_news = settled or before.keys() != scope.keys() or any(reached[n] > before.get(n, 0) for n in reached)
    if is_old or not has_news:
        raise BundleOld
    report.pages = 1
    return changes | taking.close(reached)


def _generation(epoch: str) -> int:
    """Which life of its database an epoch names; later ones are larger."""
    last = epoch.rpartition(".")[2]
    return int(last) if last.isascii() and last.isdigit() else 0


def _open(opened: Opened, letter: bytes) -> ToDevice:
    try:
        head = read_head(letter)
        if (head.receiver, head.worker) != (opened.http.device, opened.worker_id):
            raise BundleForOther
        body = unseal(letter, _identity(opened.cache), opened.cache.setting("platform_key") or "")
        return msgspec.msgpack.decode(body, type=ToDevice)
    except (NoLetter, msgspec.MsgspecError) as error:
        raise BundleDamaged from error


def _identity(cache: Cache) -> Identity:
    secret = cache.setting("identity")
    assert secret is not None, "a cache has an identity since its first sign-in"
    return Identity.of(secret)
