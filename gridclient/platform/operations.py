"""The operations of Grid-Sync 1: what each does, between the HTTP around it and the rules beneath it."""

from typing import cast
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from starlette.responses import Response

from gridclient import faults
from gridclient.domain.record import iso
from gridclient.platform import directory, examples, feed, push, rulebook, tokens
from gridclient.platform.app import Access, Call, Operation, Refused, device_revoked
from gridclient.platform.blob_operations import BLOB_OPERATIONS, hash_in
from gridclient.platform.notices import notify
from gridclient.platform.ranges import file_answer
from gridclient.platform.service import worker_view
from gridclient.platform.tables import ledger
from gridclient.protocol import messages as m
from gridclient.protocol.pages import MEDIA_TYPE as PAGE
from gridclient.protocol.problems import ProblemType

BUNDLE = "application/zip"
_POLL_S = 30.0
MINIMUM_CLIENT = "0.1.0"  # raise it when an older client could no longer be understood


def sign_in(call: Call) -> m.Tokens:
    """Checks account and password, registers the device, and gives a pair of tokens."""
    body, database = cast(m.SignIn, call.body), call.platform.database
    with database.write() as connection:
        counted = directory.count_try(connection, body.account, call.now)
    try:
        directory.check_password(counted, body.password)
        with database.write() as connection:
            account = directory.admit(connection, counted, body.password)
            directory.register_device(connection, account, body.device, body.device_name, call.now, body.device_key)
            return _tokens(call, connection, tokens.issue(connection, account, body.device, call.now), account)
    except directory.SignInRefused as refused:
        raise _sign_in_problem(refused) from refused


def _tokens(call: Call, connection: Connection, pair: tokens.Pair, account: directory.Account) -> m.Tokens:
    return m.Tokens(
        access_token=pair.access, refresh_token=pair.refresh, expires_in_s=pair.expires_in_s,
        worker=worker_view(connection, account), platform=call.platform.id, platform_key=call.platform.public_key,
    )  # fmt: skip


def _sign_in_problem(refusal: directory.SignInRefused) -> Refused:
    match refusal:
        case directory.WrongPassword(left=left):
            return Refused(ProblemType.SIGN_IN_REFUSED, left=left)
        case directory.AccountLocked(until=until):
            return Refused(ProblemType.ACCOUNT_LOCKED, until=iso(until))
        case directory.DeviceIsRevoked():
            return Refused(ProblemType.DEVICE_REVOKED)
        case _:
            return Refused(ProblemType.SIGN_IN_REFUSED)


def refresh(call: Call) -> m.Tokens:
    """Exchanges a refresh token for a new pair."""
    with call.platform.database.write() as connection:
        outcome = _try_refresh(connection, call)
    if outcome is None:
        raise Refused(ProblemType.TOKEN_INVALID)
    return outcome


def _try_refresh(connection: Connection, call: Call) -> m.Tokens | None:
    body = cast(m.Refresh, call.body)
    try:
        pair, session = tokens.rotate(connection, body.refresh_token, body.device, call.now)
    except tokens.TokenRefused:
        return None  # commits: a token that is used twice ends its whole family
    except tokens.DeviceRevoked as revoked:
        raise device_revoked(call.platform, revoked) from revoked
    return _tokens(call, connection, pair, directory.find_account(connection, session.area, session.account))


def sign_out(call: Call) -> None:
    """Ends the caller's tokens on this device."""
    with call.platform.database.write() as connection:
        tokens.revoke_family(connection, call.caller.session)


def hello(call: Call) -> m.Hello:
    """Versions, epoch, time, limits and scope; notes what the device still has to upload."""
    count, oldest = _unsent(call)
    with call.platform.database.write() as connection:
        directory.see_device(connection, call.caller.account, call.caller.session.device, count, oldest, call.now)
    with call.platform.database.read() as connection:
        epoch = call.platform.epoch(connection)
        published = rulebook.views(connection, call.caller.scope)
        worker = worker_view(connection, call.caller.account)
        journal_days = call.platform.journal_days(connection)
        newest_client = call.platform.newest_client(connection)
        records = sum(state.count for state in feed.states(connection, call.caller.scope).values())
    return m.Hello(
        protocol=(m.PROTOCOL_VERSION, m.PROTOCOL_VERSION), schema=(m.SCHEMA_VERSION, m.SCHEMA_VERSION), epoch=epoch,
        server_time=iso(call.now), limits=call.platform.limits, scope=sorted(call.caller.scope), records=records,
        worker=worker, next_poll_s=poll_s(call.caller.session.device),
        minimum_client=MINIMUM_CLIENT, packs={pack.id: pack.version for pack in call.platform.packs.values()},
        published=published, journal_days=journal_days, newest_client=newest_client,
    )  # fmt: skip


def pack_bundle(call: Call) -> Response:
    """The bundle of a pack that was published, by its hash."""
    digest = hash_in(call.param("digest"))
    with call.platform.database.read() as connection:
        bundle = rulebook.bundle_of(connection, digest)
    if bundle is None:
        raise Refused(ProblemType.NOT_FOUND)
    return Response(bundle, media_type=BUNDLE)


def poll_s(device: str) -> float:
    """Seconds to the device's next hello, spread so that a shift's start is not everybody's at once."""
    return _POLL_S * (0.75 + 0.5 * crc32(device.encode()) / 2**32)


def _unsent(call: Call) -> tuple[int, str]:
    count = call.request.headers.get("Grid-Outbox-Count", "0")
    return (int(count) if count.isascii() and count.isdigit() and len(count) < 10 else 0,
            call.request.headers.get("Grid-Outbox-Oldest", "")[:32])  # fmt: skip


def pull(call: Call) -> Response:
    """One page of what follows the cursors, for the buckets in scope and no others."""
    body = cast(m.PullRequest, call.body)
    with call.platform.database.read() as connection:
        epoch = call.platform.epoch(connection)
        _same_epoch(body.epoch, epoch)
        lost = feed.is_ahead(connection, call.caller.scope, body.cursors)
    if lost and call.platform.change_epoch_once(epoch):
        raise Refused(ProblemType.EPOCH_CHANGED)
    with call.platform.database.read() as connection:
        size = min(body.max_bytes, call.platform.limits.page_bytes)
        page = b"".join(feed.page(connection, epoch, call.caller.scope, body.cursors, size))
    return Response(page, media_type=PAGE)


def snapshot(call: Call) -> Response:
    """A bucket's live records as a file that a cut download resumes (Range, If-Range)."""
    bucket = call.param("bucket")
    if bucket not in call.caller.scope:
        raise Refused(ProblemType.NOT_FOUND)
    path, etag = call.platform.snapshot(bucket)
    return file_answer(call, path, PAGE, etag)


def push_mutations(call: Call) -> m.PushReply:
    """Judges each mutation by itself and says what became of it."""
    body = cast(m.PushRequest, call.body)
    if body.device != call.caller.session.device:
        raise Refused(ProblemType.FORBIDDEN, "the token belongs to another device")
    if len(body.mutations) > call.platform.limits.push_mutations:
        raise Refused(ProblemType.TOO_LARGE, f"at most {call.platform.limits.push_mutations} mutations")
    with call.platform.database.read() as connection:
        epoch = call.platform.epoch(connection)
    _same_epoch(body.epoch, epoch)
    sender = call.caller.sender
    shelf = call.platform.packs
    results = push.apply(call.platform.database, body.mutations, sender, shelf, call.now)
    faults.reach("platform.pushed")
    call.platform.bell.ring(push.touched(body.mutations, results))
    return m.PushReply(epoch=epoch, server_time=iso(call.now), results=results)


def _same_epoch(theirs: str, ours: str) -> None:
    if theirs != ours:
        raise Refused(ProblemType.EPOCH_CHANGED, epoch=ours)


def outcomes(call: Call) -> m.Outcomes:
    """What became of the mutations of the caller's device after a given `dseq`, at most 1,000."""
    after = call.request.query_params.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Refused(ProblemType.BAD_REQUEST, "after: a dseq is expected")
    limit = 1000
    with call.platform.database.read() as connection:
        rows = connection.execute(
            sa.select(ledger)
            .where(ledger.c.device == call.caller.session.device, ledger.c.dseq > int(after))
            .where(ledger.c.worker == call.caller.account.worker_id)
            .order_by(ledger.c.dseq)
            .limit(limit + 1)
        ).all()
    found = [
        m.Outcome(mid=row.mid, dseq=row.dseq, status=row.status, received_at=row.received_at,
                  problem=push.read_result(row.result).problem)
        for row in rows[:limit]
    ]  # fmt: skip
    return m.Outcomes(outcomes=found, more=len(rows) > limit)


def unsent(call: Call) -> m.UnsentDevices:
    """Which devices of the supervisor's units still have work that was not uploaded, and how old it is."""
    with call.platform.database.read() as connection:
        devices = directory.devices_with_unsent(connection, call.caller.account)
    return m.UnsentDevices(devices=[
        m.UnsentDevice(worker=d.worker_name, device=d.device_name, count=d.outbox_count, oldest=d.outbox_oldest_at,
                       seen_at=iso(d.last_seen_at))
        for d in devices
    ])  # fmt: skip


_SIGNED, _PUBLIC = Access.SIGNED_IN, Access.PUBLIC
_SYNC = "/sync/v1"
_TOKEN = {"Authorization": "Bearer 31.k2Jf"}
_P = ProblemType

OPERATIONS: list[Operation] = [
    Operation("POST", "/auth/v1/sign-in", _PUBLIC, "Sign in", sign_in, m.SignIn, m.Tokens,
              example=examples.SIGN_IN, answer=examples.TOKENS,
              refuses=(_P.SIGN_IN_REFUSED, _P.ACCOUNT_LOCKED, _P.DEVICE_REVOKED)),
    Operation("POST", "/auth/v1/refresh", _PUBLIC, "Refresh tokens", refresh, m.Refresh, m.Tokens,
              example=examples.REFRESH, answer=examples.TOKENS, refuses=(_P.TOKEN_INVALID, _P.DEVICE_REVOKED)),
    Operation("POST", "/auth/v1/sign-out", _SIGNED, "Sign out", sign_out, sent=_TOKEN),
    Operation("GET", f"{_SYNC}/hello", _SIGNED, "Hello", hello, None, m.Hello, answer=examples.HELLO,
              when_revoked=True, sent={"Grid-Outbox-Count": "3", "Grid-Outbox-Oldest": "2026-11-24T01:05:00Z"}),
    Operation("GET", f"{_SYNC}/packs/{{digest}}", _SIGNED, "Pack", pack_bundle, media_type=BUNDLE,
              told={"Content-Type": BUNDLE}, refuses=(_P.BAD_REQUEST, _P.NOT_FOUND)),
    Operation("POST", f"{_SYNC}/pull", _SIGNED, "Pull", pull, m.PullRequest, media_type=PAGE,
              example=examples.PULL, answer=examples.PAGE, max_bytes=4 * 1024 * 1024, refuses=(_P.EPOCH_CHANGED,)),
    Operation("GET", f"{_SYNC}/buckets/{{bucket}}/snapshot", _SIGNED, "Snapshot", snapshot, media_type=PAGE,
              answer=examples.PAGE, sent={"Range": "bytes=1048576-", "If-Range": f'"{examples.EPOCH}-412"'},
              told={"ETag": f'"{examples.EPOCH}-412"'}, refuses=(_P.BAD_REQUEST, _P.NOT_FOUND, _P.RANGE)),
    Operation("POST", f"{_SYNC}/push", _SIGNED, "Push", push_mutations, m.PushRequest, m.PushReply,
              example=examples.PUSH, answer=examples.PUSHED, max_bytes=512 * 1024, when_revoked=True,
              refuses=(_P.FORBIDDEN, _P.EPOCH_CHANGED)),
    Operation("GET", f"{_SYNC}/notify", _SIGNED, "Wait for news", notify, None, m.Notice, answer=examples.NOTICE,
              asks={"heads": "61c8864680b583eb"}, refuses=(_P.BAD_REQUEST,)),
    Operation("GET", f"{_SYNC}/mutations", _SIGNED, "Outcomes", outcomes, None, m.Outcomes, answer=examples.OUTCOMES,
              asks={"after": "16"}, refuses=(_P.BAD_REQUEST,)),
    Operation("GET", f"{_SYNC}/unsent", Access.SUPERVISOR, "Unsent work", unsent, None, m.UnsentDevices,
              answer=examples.UNSENT),
    *BLOB_OPERATIONS,
]  # fmt: skip
