"""Grid-Sync 1: every message that client and platform exchange.

The shapes are the contract: both sides encode and decode with these Structs and nothing else, and the
OpenAPI document is generated from them. Field names on the feed's rows are short because a first sync
carries a hundred thousand of them. See `docs/protocol.md` for the conversation around the messages.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

PROTOCOL_VERSION = 1
SCHEMA_VERSION = 1  # of the fields that mutations carry; the platform up-casts older ones
JOURNAL_DAYS = 35  # unless the platform says otherwise

Hash = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z", description="SHA-256, 64 hexadecimal digits")]
BucketName = Annotated[str, Meta(pattern=r"\A(grid|care|ident|ref|user):[0-9A-Za-z._-]{1,64}\Z")]
Uuid = Annotated[str, Meta(pattern=r"\A[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
Short = Annotated[str, Meta(max_length=200, pattern=r"\A[^\x00]*\Z")]  # PostgreSQL keeps no NUL in a text

Op = Literal["create", "patch", "append", "transition", "delete"]
Status = Literal["applied", "conflict", "review", "wait", "rejected"]


class SignIn(Struct, forbid_unknown_fields=True, kw_only=True):
    """A worker signs in on a device; the first sign-in registers the device."""

    account: Short
    password: Annotated[str, Meta(min_length=1, max_length=1000)]
    device: Uuid
    device_name: Short
    device_key: Short = ""  # the device's public identity, Base64: for bundles


class Refresh(Struct, forbid_unknown_fields=True, kw_only=True):
    """Exchanges a refresh token, which is good once, for a new pair."""

    refresh_token: Short
    device: Uuid


class WorkerView(Struct, kw_only=True):
    """Who is signed in, as the client shows it."""

    id: str
    account: str
    name: str
    role: Literal["worker", "supervisor", "administrator"]
    number: str = ""  # by which the worker is known outside; older platforms do not tell it


class Tokens(Struct, kw_only=True):
    """A short access token and the refresh token that follows it."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    worker: WorkerView
    platform: str  # its id, the first part of every epoch
    platform_key: str  # its public identity, Base64: for orders and bundles


class Limits(Struct, kw_only=True):
    """What one request may carry."""

    push_mutations: int = 100
    push_bytes: int = 512 * 1024
    page_bytes: int = 16 * 1024 * 1024
    blob_bytes: int = 20 * 1024 * 1024


class PackView(Struct, kw_only=True):
    """A version of a pack that was published to the platform; `area` is the beginning of the codes where it counts."""

    id: str
    version: str
    area: str
    digest: Hash  # SHA-256 of its bundle
    in_force: bool  # new cases begin with it; another one is there because cases run on it


class Hello(Struct, kw_only=True):
    """What the platform speaks, what time it is there, and what this worker may read."""

    protocol: tuple[int, int]
    schema: tuple[int, int]
    epoch: str
    server_time: str
    limits: Limits
    scope: list[str]
    records: int  # live records in scope, for the progress of a first sync
    worker: WorkerView
    packs: dict[str, str]
    published: list[PackView] = []
    next_poll_s: float
    minimum_client: str
    newest_client: str = ""  # the version that workers are asked to install; empty where none was named
    journal_days: int = JOURNAL_DAYS  # clients keep answered mutations as long: no backup that is restored is older


class PullRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """Asks for what follows these cursors; a bucket without a cursor starts at 0."""

    epoch: Short
    cursors: dict[BucketName, Annotated[int, Meta(ge=0)]]
    max_bytes: Annotated[int, Meta(ge=1)] = 16 * 1024 * 1024


class BucketState(Struct, kw_only=True):
    """A bucket as it stands in the transaction that read the page: head, live rows, checksum over them."""

    head: int
    count: int
    checksum: str


class PageHeader(Struct, kw_only=True):
    """First line of a page: the whole scope, and the buckets that start over (mark and sweep)."""

    epoch: str
    scope: dict[str, BucketState]
    reset: list[str] = []


class Row(Struct, gc=False, omit_defaults=True):
    """One entry of a bucket's feed: `b`ucket, `s`equence, `id`, `v`ersion, `k`ind and `r`ecord, or e`x`it."""

    b: str
    s: int
    id: str
    v: int
    k: str
    r: Raw = Raw(b"null")
    x: bool = False


class PageEnd(Struct, kw_only=True):
    """How many rows a page has, what each bucket's cursor becomes with them, and whether more follows."""

    n: int
    cursors: dict[str, int]
    more: bool


class PageTrailer(Struct, kw_only=True):
    """Last line of a page, without a newline; `sha256` is over all bytes before it and those of `end`.

    A page that lacks it, or does not match it, was cut or altered and applies nothing.
    """

    end: Raw
    sha256: Hash


class Notice(Struct, kw_only=True):
    """The answer of a long poll: whether to pull."""

    changed: bool


class Mutation(Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """One edit as its author made it: what was seen (`base`), what was set, and what must come before."""

    mid: Uuid
    dseq: Annotated[int, Meta(ge=1, le=2**63 - 1)]
    op: Op
    bucket: BucketName
    record: Uuid
    kind: Short
    base: Mapping[str, object] = {}
    set: Mapping[str, object] = {}
    transition: Short = ""
    deps: list[Uuid] = []
    blobs: list[Hash] = []
    schema: Annotated[int, Meta(ge=1)] = 1  # the author's `SCHEMA_VERSION`; absent means 1 for ever
    authored_at: Short
    clock_offset_s: float = 0.0
    pack_version: Short = ""  # of a case's transition: the version of its pack that the author's program used


# Each is decoded by itself, so that one that cannot be read is refused alone.
_AnyMutation = Annotated[Raw, Meta(extra_json_schema={"anyOf": [{"$ref": "#/components/schemas/Mutation"}, {}]})]


class PushRequest(Struct, forbid_unknown_fields=True, kw_only=True):
    """Mutations in the order of their device; each is judged by itself."""

    epoch: Short
    device: Uuid
    mutations: list[_AnyMutation]


class RecordView(Struct, kw_only=True):
    """A record as the platform holds it after a mutation; `record` is null when it is gone."""

    bucket: str
    id: str
    kind: str
    ver: int
    record: Raw


class Problem(Struct, kw_only=True, omit_defaults=True):
    """Problem details (RFC 9457); `type` is stable, `mid` names the mutation it is about."""

    type: str
    title: str
    status: int = 200
    detail: str = ""
    instance: str = ""
    mid: str = ""
    values: dict[str, str] = {}


class Result(Struct, kw_only=True, omit_defaults=True):
    """What became of one mutation; the same for every repeat of it."""

    mid: str
    status: Status
    records: list[RecordView] = []
    problem: Problem | None = None
    conflict: str = ""
    fields: list[str] = []


class PushReply(Struct, kw_only=True):
    """One result per mutation, in the order they were sent."""

    epoch: str
    server_time: str
    results: list[Result]


class Outcome(Struct, kw_only=True):
    """A recorded outcome, for a device that asks what became of its mutations."""

    mid: str
    dseq: int
    status: Status
    problem: Problem | None = None
    received_at: str


class Outcomes(Struct, kw_only=True):
    """The outcomes of one device in the order of `dseq`."""

    outcomes: list[Outcome]
    more: bool


class BlobStored(Struct, kw_only=True):
    """The platform holds the blob with this hash."""

    sha256: Hash
    size: int


class UnsentDevice(Struct, kw_only=True):
    """A device that reported work which it could not upload yet."""

    worker: str
    device: str
    count: int
    oldest: str
    seen_at: str


class UnsentDevices(Struct, kw_only=True):
    """Devices with unsent work, the oldest work first."""

    devices: list[UnsentDevice]
