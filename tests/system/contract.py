"""Holds the running platform to its own OpenAPI document: `python -m tests.system.contract --examples N`.

Schemathesis makes requests that the document allows and requests that it forbids, and looks at every answer: no 5xx,
no status, header, body or media type that is not in the document, nothing let in without a token, and nothing let in
that the schemas forbid. Requests are steered to what is there (the caller's device, epoch, records and upload), or
nearly all of them would end at the door.
"""

# Schemathesis leaves its generic types open.
# pyright: reportUnknownMemberType=false, reportUnknownParameterType=false, reportMissingTypeArgument=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

import argparse
import hashlib
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import schemathesis
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from gridclient.domain.record import Kind, care_bucket, grid_bucket, ident_bucket, new_id
from gridclient.platform import directory, openapi, tokens
from gridclient.platform.database import Database
from gridclient.platform.operations import OPERATIONS
from tests.system.databases import postgresql_server
from tests.system.district import CELL, PACK, STREET, District

Json = dict[str, Any]
_NOTHING = hashlib.sha256(b"").hexdigest()
UPLOAD = hashlib.sha256(b"an upload that never ends").hexdigest()
# What the state of things refuses may be well formed all the same; 400, 412, 415 and 5xx may not.
_STATE = ["2xx", "401", "403", "404", "409", "413", "416", "422", "423", "460"]
_UPLOADS = "/blobs/uploads"


@schemathesis.serializer("application/offset+octet-stream")
def _piece(_context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@dataclass
class Told:
    """How many requests were made, and what was wrong, each kind of it once with a line that repeats it."""

    requests: int = 0
    failures: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])

    def hear(self, label: str, recorder: ScenarioRecorder) -> None:
        """Takes down what became of one operation's requests."""
        self.requests += len(recorder.interactions)
        for checks in recorder.checks.values():
            for check in checks:
                if check.failure_info is not None and check.status is Status.FAILURE:
                    failure = check.failure_info.failure
                    key = (label, type(failure).__name__, failure.title)
                    self.failures.setdefault(key, f"{failure}\n{check.failure_info.code_sample}")


@dataclass
class Callers:
    """Lin and her supervisor with a device each, and what there is to ask for."""

    district: District
    device: str = field(default_factory=new_id)
    access: dict[str, str] = field(default_factory=lambda: {"lin": "", "zhao": ""})

    def token(self, path: str) -> str:
        """A token that is good for this path, and for a piece of an upload the upload."""
        name = "zhao" if path.endswith("/unsent") else "lin"
        platform = self.district.platform
        try:
            caller = platform.caller(self.access[name])
        except tokens.TokenRefused:
            with platform.database.write() as connection:
                account = directory.named_account(connection, name)
                device = self.device if name == "lin" else "0" + self.device[1:]
                directory.register_device(connection, account, device, "door", platform.clock(), "")
                self.access[name] = tokens.issue(connection, account, device, platform.clock()).access
            caller = platform.caller(self.access[name])
        if path.startswith(_UPLOADS + "/"):
            platform.uploads.begin(caller.session.device, UPLOAD, 900_000)
        return self.access[name]

    def steer(self, path: str, body: Any) -> Any:
        """A message that names what is there wherever it names something; what is ill-formed stays so."""
        if not isinstance(body, dict) or not path.startswith("/sync/"):
            return body
        message = cast(Json, body)
        with self.district.platform.database.read() as connection:
            self._replace(message, "epoch", self.district.platform.epoch(connection))
        self._replace(message, "device", self.device)
        if "max_bytes" in message:
            message["max_bytes"] = _whole(message["max_bytes"])
        if isinstance(cursors := message.get("cursors"), dict):
            there = dict.fromkeys((grid_bucket(CELL), f"ref:{STREET}"), 0) if _is_odd(cursors) else {}
            message["cursors"] = {name: _whole(value) for name, value in {**cast(Json, cursors), **there}.items()}
        if isinstance(mutations := message.get("mutations"), list):
            message["mutations"] = [self._mutation(each) for each in cast("list[Any]", mutations)]
        return message

    def steer_path(self, path: str, named: Json) -> Json:
        """Half of the addresses name what is there; what is ill-formed stays so."""
        [(name, value)] = named.items()
        there = {"bucket": grid_bucket(CELL), "sha256": UPLOAD if path.startswith(_UPLOADS) else _NOTHING}
        is_right = isinstance(value, str) and (":" in value if name == "bucket" else len(value) == 64)
        return {name: there.get(name, value)} if is_right and _is_odd(value) else named

    def _replace(self, message: Json, name: str, value: str) -> None:
        found = message.get(name)
        if isinstance(found, str) and len(found) <= 200 and (name == "epoch" or len(found) == len(value)):
            message[name] = value

    def _mutation(self, made: Any) -> Any:
        """About a record that is there; half of them set a field that it has, and take a step that its pack knows."""
        if not isinstance(made, dict) or "bucket" not in made:
            return made
        here, mutation, number = self.district, cast(Json, made), _sum(made)
        kind, bucket, record, name = [
            (Kind.CASE, grid_bucket(CELL), here.case, "answers.contact"),
            (Kind.RESIDENT, grid_bucket(CELL), here.resident, "living"),
            (Kind.IDENT, ident_bucket(CELL), here.ident, "contact_name"),
            (Kind.CARE, care_bucket(CELL), here.care, "conditions"),
        ][number % 4]
        numbers = {key: _whole(mutation[key]) for key in ("dseq", "schema") if key in mutation}
        steered: Json = {**mutation, **numbers, "bucket": bucket, "kind": kind.value, "record": record}
        values = cast(Json, mutation.get("set", {}))
        if _is_odd(mutation):
            steered["base"], steered["set"] = {}, dict.fromkeys([name], next(iter(values.values()), None))
            steps = [step.name for step in here.platform.packs[PACK].transitions]
            steered["transition"] = steps[number // 100 % len(steps)]
        return steered


def _sum(value: object) -> int:
    return crc32(repr(value).encode("utf-8", "surrogatepass"))


def _whole(value: Any) -> Any:
    """JSON Schema takes 1.0 for a whole number, which no program writes and the platform does not read."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_odd(value: object) -> bool:
    return _sum(value) // 7 % 2 == 1


def tell(district: District, examples: int, seed: int) -> Told:
    """Asks every operation, in every way that the document knows and with as many random requests."""
    callers, told = Callers(district), Told()
    document = openapi.document(OPERATIONS)
    _ask(document, _config(examples, seed), callers, told)
    # The platform takes anything for a mutation and answers it; that it survives whole ones is seen with them alone.
    push = document["components"]["schemas"]["PushRequest"]["properties"]["mutations"]
    push["items"] = {"$ref": "#/components/schemas/Mutation"}
    whole = _config(examples * 3, seed, mode="positive")
    _ask({**document, "paths": {path: document["paths"][path] for path in ["/sync/v1/push"]}}, whole, callers, told)
    return told


def _ask(document: Json, config: schemathesis.Config, callers: Callers, told: Told) -> None:
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=callers.district.running.url)

    @schema.auth()
    class _Token:  # pyright: ignore[reportUnusedClass] - the decorator keeps it
        def get(self, case: schemathesis.Case, _context: schemathesis.AuthContext) -> str:
            return callers.token(case.operation.path)

        def set(self, case: schemathesis.Case, data: str, _context: schemathesis.AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    @schema.hook
    def map_body(context: schemathesis.HookContext, body: Any) -> Any:  # pyright: ignore[reportUnusedFunction]
        return body if context.operation is None else callers.steer(context.operation.path, body)

    @schema.hook
    def map_path_parameters(  # pyright: ignore[reportUnusedFunction]
        context: schemathesis.HookContext, path_parameters: Json | None
    ) -> Json | None:
        if context.operation is None or not path_parameters:
            return path_parameters
        return callers.steer_path(context.operation.path, path_parameters)

    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            told.hear(event.label or "", event.recorder)
        elif isinstance(event, events.NonFatalError):
            told.failures[event.label, "error", type(event.value).__name__] = str(event.value)
        elif isinstance(event, events.FatalError):
            raise event.exception


def _config(examples: int, seed: int, mode: str = "all") -> schemathesis.Config:
    checks = {"positive_data_acceptance": {"expected-statuses": _STATE},
              "negative_data_rejection": {"expected-statuses": ["4xx"]},
              "missing_required_header": {"expected-statuses": ["4xx"]}}  # fmt: skip
    # Base64 of 64 hexadecimal digits is beyond a pattern, and a checksum's pattern is not always kept to.
    uploads = {"include-path-regex": f"^{_UPLOADS}",
               "checks": {"positive_data_acceptance": {"expected-statuses": [*_STATE, "400"]}}}  # fmt: skip
    return schemathesis.Config.from_dict({
        "seed": seed, "workers": 1, "checks": checks, "operations": [uploads],
        "generation": {"mode": mode, "deterministic": True, "max-examples": examples},
        # What one answer teaches would change the requests after it.
        "phases": {"stateful": {"enabled": False}, "fuzzing": {
            "error-feedback": {"enabled": False}, "extra-data-sources": {"responses": False},
        }},
    })  # fmt: skip


def main() -> int:
    """Asks on one database or the other; exit code 1 when an answer is not what the document says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="random requests for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="the platform's records on a PostgreSQL server")
    args = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(postgresql_server()) if args.postgresql else None
        if url:
            Database(url).create()
        district = District.start(folder, url)
        stack.callback(district.stop)
        told = tell(district, args.examples, args.seed)
    for (operation, kind, _), how in told.failures.items():
        print(f"{operation}: {kind}\n{how}\n")
    print(f"{told.requests} requests to {len(OPERATIONS)} operations, {len(told.failures)} failures")
    return 1 if told.failures else 0


if __name__ == "__main__":
    sys.exit(main())
