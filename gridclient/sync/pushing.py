"""Uploads: the outbox in its order, then the photos. One edit that the platform cannot take never blocks another."""

from datetime import UTC

import msgspec

from gridclient import faults
from gridclient.domain.record import iso
from gridclient.protocol import messages as m
from gridclient.protocol.problems import ProblemType
from gridclient.store import blobs, outbox
from gridclient.store.cache import Changes
from gridclient.store.cipher import CacheDamaged
from gridclient.sync import photos
from gridclient.sync.exchange import Exchange
from gridclient.sync.troubles import Answered, TimedOut

_ENVELOPE = 4096  # bytes around the mutations
_MOST = "push_most"  # how many mutations the network took lately, where that is less than the platform's limit
_Failed = tuple[str, Answered]  # an edit that the platform failed on although it came alone, and how


def push(x: Exchange, hello: m.Hello) -> Answered | None:
    """Sends every edit that may be sent now; each answer is one transaction.

    Returns the platform's fault if it failed on every one of several edits: no edit is to blame for that, so none is
    held back, and the rest of the cycle goes on.
    """
    sent: set[str] = set()
    while not x.stopped():
        most = min(hello.limits.push_mutations, int(x.cache.setting(_MOST) or hello.limits.push_mutations))
        with x.cache.write() as tx:
            now = iso(x.cache.clock().astimezone(UTC))
            room = hello.limits.push_bytes - _ENVELOPE
            batch = [row for row in outbox.to_push(tx.connection, now, most, room) if row[0] not in sent]
            outbox.hand_out(tx, [mid for mid, _ in batch])
        if not batch:
            return None
        sent.update(mid for mid, _ in batch)
        try:
            failed = _push_batch(x, hello.epoch, batch)
        except TimedOut:
            _send_less(x, len(batch))
            raise
        if len(failed) == len(batch) > 1 and all(fault.status >= 500 for _, fault in failed):
            return failed[-1][1]
        _hold_back(x, [mid for mid, _ in failed])
        _send_more(x, hello.limits.push_mutations)
    return None


def _push_batch(x: Exchange, epoch: str, batch: list[tuple[str, bytes]]) -> list[_Failed]:
    """Sends a batch, and halves it as long as the platform fails on it; returns the edits that it failed on alone."""
    body = m.PushRequest(epoch=epoch, device=x.http.device, mutations=[msgspec.Raw(raw) for _, raw in batch])
    try:
        reply = x.http.post("/sync/v1/push", body, m.PushReply)
    except Answered as answer:
        if answer.status < 500 and answer.status != 413 and answer.kind is not ProblemType.BAD_REQUEST:
            raise
        if len(batch) == 1:
            return [(batch[0][0], answer)]
        middle = len(batch) // 2
        return _push_batch(x, epoch, batch[:middle]) + _push_batch(x, epoch, batch[middle:])
    faults.reach("push.answered")
    with x.cache.write() as tx:
        changes = outbox.settle(tx, reply.results)
        faults.reach("push.settling")
    faults.reach("push.settled")
    x.report.pushed += len(reply.results)
    for result in reply.results:
        x.report.results[result.status] = x.report.results.get(result.status, 0) + 1
    x.changed(changes)
    return []


def _hold_back(x: Exchange, mids: list[str]) -> None:
    """Lets the edits wait that the platform failed on, each longer every time."""
    if mids:
        changes = Changes()
        with x.cache.write() as tx:
            for mid in mids:
                changes |= outbox.hold_back_failed(tx, mid)
        x.changed(changes)


def _send_less(x: Exchange, tried: int) -> None:
    with x.cache.write() as tx:
        tx.set_setting(_MOST, str(max(1, tried // 2)))


def _send_more(x: Exchange, limit: int) -> None:
    most = x.cache.setting(_MOST)
    if most is not None:
        with x.cache.write() as tx:
            tx.set_setting(_MOST, str(int(most) * 2) if int(most) * 2 < limit else None)


def send_photos(x: Exchange, max_bytes: int) -> Answered | None:
    """Sends the photos of saved steps that the platform lacks.

    Returns the platform's fault if it failed on one; at the second it is left alone, because the first alone may be
    to blame, and would hold up all others for ever.
    """
    failing: Answered | None = None
    with x.cache.read() as connection:
        todo = blobs.to_upload(connection)
    for sha256 in todo:
        if x.stopped():
            break
        try:
            data = x.cache.files.get(sha256)
        except CacheDamaged:
            x.report.damaged = True  # told at the end of the cycle; what is whole goes on
            continue
        if data is None or len(data) > max_bytes:
            continue  # `blobs.held_back` tells the worker of it
        try:
            photos.send(x.http, sha256, data)
        except Answered as refused:
            if refused.kind is ProblemType.EPOCH_CHANGED:
                raise
            if refused.status >= 500:
                if failing is not None:
                    break
                failing = refused
                continue
            x.report.blobs_refused += 1  # it stays to be uploaded, and holds nothing else up
            continue
        faults.reach("photo.sent")
        with x.cache.write() as tx:
            forgotten, changes = blobs.mark_uploaded(tx, sha256)
        if forgotten:
            x.cache.collect()
        x.report.blobs_sent += 1
        x.changed(changes)
    return failing
