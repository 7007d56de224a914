"""Who may call what, and what of it they see: every operation for everybody, generated from the platform's own table.

An operation that is not in `RULES` fails, so that nobody adds a route without saying for whom it is.
"""

import base64
import hashlib
from collections.abc import Generator
from dataclasses import dataclass, field

import msgspec
import pytest
import requests

from gridclient.domain.record import care_bucket, grid_bucket, ident_bucket
from gridclient.platform import directory
from gridclient.platform.app import Operation
from gridclient.platform.operations import OPERATIONS
from gridclient.protocol import messages as m
from gridclient.protocol import problems
from gridclient.protocol.pages import PageReader
from gridclient.protocol.problems import ProblemType
from gridclient.store import blobs, work
from gridclient.sync.http import Http
from tests.system.district import CELL, OTHER_CELL, PACK, PASSWORD, District
from tests.system.packs import publish_again

PHOTO = b"a photo of a corridor"
SHA = hashlib.sha256(PHOTO).hexdigest()
UPLOAD = hashlib.sha256(b"an upload of Lin's first device").hexdigest()
TUS = {"Tus-Resumable": "1.0.0"}
NOBODY, GARBAGE, REVOKED = "nobody", "garbage", "revoked"
LIN, LIN_2, WU, ZHAO, ADMIN = "lin", "lin's other device", "wu", "zhao", "admin"
EVERYBODY = (LIN, LIN_2, WU, ZHAO, ADMIN)
STRANGERS = (NOBODY, GARBAGE, REVOKED)


@dataclass(frozen=True)
class Rule:
    """Who gets an answer to the request that the matrix makes, and what the others hear."""

    allowed: tuple[str, ...]
    refusal: ProblemType = ProblemType.FORBIDDEN
    is_public: bool = False
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


RULES: dict[str, Rule] = {
    "POST /auth/v1/sign-in": Rule(EVERYBODY, is_public=True),
    "POST /auth/v1/refresh": Rule(EVERYBODY, is_public=True),
    "POST /auth/v1/sign-out": Rule(EVERYBODY),
    "GET /sync/v1/hello": Rule(EVERYBODY),
    "POST /sync/v1/pull": Rule(EVERYBODY),
    "GET /sync/v1/packs/{digest}": Rule(EVERYBODY),
    "GET /sync/v1/buckets/{bucket}/snapshot": Rule((LIN, LIN_2), ProblemType.NOT_FOUND),  # of Lin's phones
    "POST /sync/v1/push": Rule((LIN,)),  # in the name of Lin's first device
    "GET /sync/v1/notify": Rule(EVERYBODY),
    "GET /sync/v1/mutations": Rule(EVERYBODY),
    "GET /sync/v1/unsent": Rule((ZHAO,)),
    "HEAD /blobs/sha256/{sha256}": Rule((LIN, LIN_2, ZHAO), ProblemType.NOT_FOUND),
    "PUT /blobs/sha256/{sha256}": Rule(EVERYBODY, body=PHOTO),
    "GET /blobs/sha256/{sha256}": Rule((LIN, LIN_2, ZHAO), ProblemType.NOT_FOUND),
    "OPTIONS /blobs/uploads": Rule(EVERYBODY, is_public=True, headers=TUS),
    "POST /blobs/uploads": Rule(EVERYBODY, headers={**TUS, "Upload-Length": "30"}),
    "HEAD /blobs/uploads/{sha256}": Rule((LIN,), ProblemType.NOT_FOUND, headers=TUS),
    "PATCH /blobs/uploads/{sha256}": Rule((LIN,), ProblemType.NOT_FOUND, headers={
        **TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}),
    "DELETE /blobs/uploads/{sha256}": Rule((LIN,), ProblemType.NOT_FOUND, headers=TUS),
}  # fmt: skip


@dataclass
class Doors:
    """The platform and a token for each caller."""

    district: District
    tokens: dict[str, str]
    device: str
    epoch: str
    pack: str  # the hash of a bundle that was published

    def ask(self, op: Operation, caller: str) -> requests.Response:
        """The operation's request, always the same, as this caller."""
        rule = RULES[name_of(op)]
        sha256 = UPLOAD if "uploads" in op.path else SHA
        path = op.path.format(bucket=ident_bucket(CELL), digest=self.pack, sha256=sha256)
        headers = dict(rule.headers)
        if caller != NOBODY:
            headers["Authorization"] = f"Bearer {self.tokens[caller]}"
        if name_of(op) == "POST /blobs/uploads":
            headers["Upload-Metadata"] = f"sha256 {base64.b64encode(UPLOAD.encode()).decode()}"
        body = rule.body
        if op.takes is not None:
            headers["Content-Type"] = "application/json"
            body = msgspec.json.encode(self._message(op))
        if op.path.endswith("/notify"):
            path += "?heads=" + "0" * 16
        return requests.request(op.method, self.district.running.url + path, headers=headers, data=body, timeout=20)

    def _message(self, op: Operation) -> object:
        if op.takes is m.PullRequest:  # asks for what is Lin's, whoever asks
            return m.PullRequest(epoch=self.epoch, cursors={ident_bucket(CELL): 0, care_bucket(OTHER_CELL): 0})
        if op.takes is m.PushRequest:
            return m.PushRequest(epoch=self.epoch, device=self.device, mutations=[])
        return op.example


def name_of(op: Operation) -> str:
    """An operation as the table of rules names it."""
    return f"{op.method} {op.path}"


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Generator[Doors]:
    """Everybody is signed in; Lin took a photo and began an upload; one device was taken off the list."""
    district = District.start(tmp_path_factory.mktemp("doors"))
    with district.platform.database.write() as connection:
        admin = directory.create_account(
            connection, "admin", PASSWORD, worker_id="w-admin", name="管理员", role="administrator"
        )
        directory.assign_duty(connection, admin, "310115125")
    pcs = {
        LIN: district.pc("lin"), LIN_2: district.pc("lin", "lin-2"), WU: district.pc("wu"), ZHAO: district.pc("zhao"),
        ADMIN: district.pc("admin"), REVOKED: district.pc("chen"),
    }  # fmt: skip
    lin = pcs[LIN]
    lin.sync()
    _photograph(district)
    lin.sync()
    _begin(lin.opened.http)
    with district.platform.database.write() as connection:
        directory.revoke_device(connection, pcs[REVOKED].opened.http.device, district.clock.now, "")
    with district.platform.database.read() as connection:
        epoch = district.platform.epoch(connection)
    tokens = {name: pc.opened.cache.setting("access_token") or "" for name, pc in pcs.items()}
    tokens[GARBAGE] = "p00." + "0" * 32 + "." + "x" * 43
    pack = publish_again(district.platform, PACK, "2026.12.1")
    yield Doors(district, tokens, lin.opened.http.device, epoch, pack.digest)
    district.stop()


def _photograph(district: District) -> None:
    lin = district.pcs[0]
    sha256, _ = blobs.attach(lin.opened.cache, district.case, PHOTO, "image/jpeg")
    pack = district.platform.packs[PACK]
    with lin.opened.cache.write() as tx:
        work.complete_step(tx, pack, district.case, "contact", {"/data/contact/note": sha256}, lin.actor, (sha256,))


def _begin(http: Http) -> None:
    name = base64.b64encode(UPLOAD.encode()).decode()
    http.request("POST", "/blobs/uploads", headers={**TUS, "Upload-Length": "30", "Upload-Metadata": f"sha256 {name}"})


def test_every_operation_has_a_rule_and_every_rule_an_operation() -> None:
    assert {name_of(op) for op in OPERATIONS} == RULES.keys()


# What changes something for everybody comes last, so that the others find it before.
_LAST = (
    "PUT /blobs/sha256/{sha256}",
    "DELETE /blobs/uploads/{sha256}",
    "POST /blobs/uploads",
    "POST /auth/v1/sign-out",
)


def _order(op: Operation) -> int:
    return _LAST.index(name_of(op)) + 1 if name_of(op) in _LAST else 0


@pytest.mark.parametrize("op", sorted(OPERATIONS, key=_order), ids=name_of)
def test_only_whom_the_rule_names_gets_an_answer(doors: Doors, op: Operation) -> None:
    rule = RULES[name_of(op)]
    heard: dict[str, ProblemType | None] = {}

    for caller in (*STRANGERS, *[who for who in EVERYBODY if who not in rule.allowed], *rule.allowed):
        heard[caller] = _refusal(op, doors.ask(op, caller))

    expected: dict[str, ProblemType | None] = dict.fromkeys(EVERYBODY, rule.refusal)
    expected |= dict.fromkeys(rule.allowed, None)
    if rule.is_public:
        expected |= dict.fromkeys(STRANGERS, None)
    else:
        expected |= {NOBODY: ProblemType.TOKEN_INVALID, GARBAGE: ProblemType.TOKEN_INVALID,
                     REVOKED: ProblemType.DEVICE_REVOKED}  # fmt: skip
    if op.method == "HEAD":  # an answer without a body says its status only
        status = {kind: problems.problem(kind).status for kind in ProblemType}
        assert {who: kind and status[kind] for who, kind in expected.items()} == {
            who: kind and status[kind] for who, kind in heard.items()
        }
    else:
        assert heard == expected


_KEPT_OUT = frozenset({ProblemType.TOKEN_INVALID, ProblemType.DEVICE_REVOKED, ProblemType.FORBIDDEN,
                       ProblemType.NOT_FOUND})  # fmt: skip
_BY_STATUS = {401: ProblemType.TOKEN_INVALID, 403: ProblemType.DEVICE_REVOKED, 404: ProblemType.NOT_FOUND}


def _refusal(op: Operation, response: requests.Response) -> ProblemType | None:
    """How somebody was kept out; None when it was let in, whatever became of the request there."""
    assert response.status_code < 500, name_of(op)
    if response.status_code < 400:
        return None
    if op.method == "HEAD":
        return _BY_STATUS[response.status_code]
    kind = problems.kind_of(msgspec.json.decode(response.content, type=m.Problem))
    in_public = RULES[name_of(op)].is_public and kind in (ProblemType.SIGN_IN_REFUSED, ProblemType.TOKEN_INVALID)
    return kind if kind in _KEPT_OUT and not in_public else None


@pytest.mark.parametrize(
    ("caller", "sees"),
    [
        (LIN, {grid_bucket(CELL), care_bucket(CELL), ident_bucket(CELL), "ref:310115125", "user:w-lin"}),
        (WU, {grid_bucket(OTHER_CELL), care_bucket(OTHER_CELL), ident_bucket(OTHER_CELL), "ref:310115125",
              "user:w-wu"}),
        (ZHAO, {grid_bucket(CELL), care_bucket(CELL), grid_bucket(OTHER_CELL), care_bucket(OTHER_CELL),
                "ref:310115125", "user:w-zhao"}),
        (ADMIN, {"ref:310115125", "user:w-admin"}),
    ],
)  # fmt: skip
def test_a_pull_brings_the_callers_scope_whatever_it_asks_for(doors: Doors, caller: str, sees: set[str]) -> None:
    [op] = [op for op in OPERATIONS if op.takes is m.PullRequest]
    page = PageReader(_fresh(doors, caller, op).content)
    rows = [row for batch in page.batches() for row in batch]

    assert set(page.header.scope) == sees
    assert {row.b for row in rows} <= sees


def _fresh(doors: Doors, caller: str, op: Operation) -> requests.Response:
    """Asks with a sign-in of its own, because the matrix has ended the others."""
    account = {LIN: "lin", WU: "wu", ZHAO: "zhao", ADMIN: "admin"}[caller]
    pc = doors.district.pc(account, f"pull-{account}")
    doors.tokens[caller] = pc.opened.cache.setting("access_token") or ""
    return doors.ask(op, caller)


def test_outcomes_are_only_those_of_the_own_device(doors: Doors) -> None:
    lin, other = doors.district.pcs[0], doors.district.pc("lin", "third")
    with doors.district.platform.database.read() as connection:
        known = connection.exec_driver_sql("SELECT count(*) FROM ledger").scalar_one()

    found = other.opened.http.get("/sync/v1/mutations?after=0", m.Outcomes)

    assert known > 0
    assert len(lin.outcomes()) > 0
    assert found.outcomes == []
