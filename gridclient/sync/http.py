"""Talks to the platform over HTTP: tokens, media types, and every fault as one of the few kinds of `troubles`.

No answer of any kind deletes anything here. What is not a well-formed answer of the platform (a captive portal's
page, a cut reply, a proxy's error) is a network fault and is tried again later.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar

import msgspec
import requests
from urllib3.exceptions import ReadTimeoutError

from gridclient import faults
from gridclient.errors import GridError
from gridclient.protocol import messages as m
from gridclient.protocol import problems
from gridclient.protocol.problems import ProblemType
from gridclient.sync.lines import Lines
from gridclient.sync.troubles import (
    Answered,
    Busy,
    CertificateProblem,
    Cut,
    DeviceRevoked,
    Offline,
    Portal,
    SignInNeeded,
    TimedOut,
)

T = TypeVar("T")
CONNECT_S, STALL_S = 10, 30  # the second is the longest silence between bytes, not a limit of the whole
_CHUNK = 64 * 1024
_PATIENCE = 3  # cuts of a download without a byte between them


class TokenStore(Protocol):
    """Where tokens are kept: the encrypted cache, or memory before there is a cache."""

    def load(self) -> tuple[str, str]:
        """The access token and the refresh token; empty when there are none."""
        ...

    def save(self, access: str, refresh: str) -> None:
        """Keeps a new pair."""
        ...


@dataclass(slots=True)
class _Part:
    """What has come of a file so far."""

    path: str = ""
    etag: str = ""
    data: bytearray = field(default_factory=bytearray)


class Http:
    """One device's conversation with its platform; used by one thread at a time."""

    def __init__(
        self,
        address: str,
        device: str,
        store: TokenStore,
        *,
        verify: str | bool = True,
        exchange: "threading.Lock | None" = None,
    ) -> None:
        self.address = address.rstrip("/")
        # A refresh token is good once: two threads that used the same one would end the sign-in.
        self._exchange = exchange or threading.Lock()
        self.device = device
        self.server_time: datetime | None = None
        self.round_trip_s = 0.0
        self._store = store
        self._session = requests.Session()
        self._lines = Lines()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._lines)
        self._session.verify = verify
        self._session.trust_env = True  # the system's proxies and certificates
        self._session.auth = as_it_is
        self.received = 0  # bytes of answers so far
        self._part = _Part()  # of the last download that ended early

    def copy(self) -> "Http":
        """The same conversation for another thread."""
        verify = self._session.verify or False
        return Http(self.address, self.device, self._store, verify=verify, exchange=self._exchange)

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def sign_in(self, account: str, password: str, device_name: str, device_key: str) -> m.Tokens:
        """Signs in and keeps the tokens; raises `Answered` when the platform says no."""
        body = m.SignIn(
            account=account, password=password, device=self.device, device_name=device_name, device_key=device_key
        )
        tokens = self.decode(self._send("POST", "/auth/v1/sign-in", body), m.Tokens)
        self._store.save(tokens.access_token, tokens.refresh_token)
        return tokens

    def sign_out(self) -> None:
        """Ends this device's tokens on the platform."""
        self.request("POST", "/auth/v1/sign-out")
        self._store.save("", "")

    def get(self, path: str, gives: type[T], headers: Mapping[str, str] | None = None) -> T:
        """Reads a message."""
        return self.decode(self.request("GET", path, headers=headers), gives)

    def wait(self, path: str, gives: type[T]) -> T:
        """Reads a message that may be long in coming; `abort` ends the waiting from another thread."""
        with self.request("GET", path, stream=True) as response:
            try:
                return self.decode(response, gives)
            except (requests.RequestException, OSError) as error:
                raise Offline from error

    def abort(self) -> None:
        """Ends what is under way in another thread, whether or not the answer has begun."""
        self._lines.cut()

    def post(self, path: str, body: msgspec.Struct, gives: type[T]) -> T:
        """Sends a message and reads the answer."""
        return self.decode(self.request("POST", path, body), gives)

    def read_bytes(self, method: str, path: str, media_type: str, body: msgspec.Struct | None = None) -> bytes:
        """Reads an answer of another media type, whole."""
        response = self.request(method, path, body)
        if response.headers.get("Content-Type", "").partition(";")[0] != media_type:
            raise Portal
        return response.content

    def _resume(
        self, path: str, media_type: str, have: bytearray, etag: str, stopped: Callable[[], bool],
        arrived: Callable[[int], None],
    ) -> None:  # fmt: skip
        """Goes on with a download into `have`; what came before a fault stays there."""
        headers = {"Range": f"bytes={len(have)}-", "If-Range": f'"{etag}"'} if have and etag else {}
        response = self.request("GET", path, headers=headers, stream=True)
        with response:
            if response.headers.get("Content-Type", "").partition(";")[0] != media_type:
                raise Portal
            now = response.headers.get("ETag", "").strip('"')
            if response.status_code != 206:
                have.clear()
            expected = response.headers.get("Content-Length", "")
            whole = len(have) + int(expected) if expected.isascii() and expected.isdigit() else None
            try:
                for chunk in response.iter_content(_CHUNK):
                    if stopped():
                        raise Cut(now)
                    have += chunk
                    self.received += len(chunk)
                    arrived(self.received)
            except (requests.RequestException, OSError) as error:
                raise Cut(now) from error
            if whole is not None and len(have) != whole:
                raise Cut(now)

    def download(
        self, path: str, media_type: str, stopped: Callable[[], bool] = lambda: False,
        arrived: Callable[[int], None] = lambda received: None,
    ) -> bytes:  # fmt: skip
        """Reads a file whole, going on where a cut left it; gives up after cuts that brought nothing, or when stopped.

        What came of it is kept until another one ends early; `arrived` hears the bytes of all answers after each chunk.
        """
        part, cuts = self._part if self._part.path == path else _Part(path), 0
        while True:
            before = len(part.data)
            try:
                self._resume(path, media_type, part.data, part.etag, stopped, arrived)
            except Cut as cut:
                part.etag = cut.etag
                cuts = cuts + 1 if len(part.data) == before else 0
                if cuts >= _PATIENCE or stopped():
                    self._part = part
                    raise
            else:
                if part is self._part:
                    self._part = _Part()
                return bytes(part.data)

    # --- one request ---------------------------------------------------------------------------------------

    def request(
        self,
        method: str,
        path: str,
        body: msgspec.Struct | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        stream: bool = False,
    ) -> requests.Response:
        """One request as the signed-in worker; raises `Answered` for a refusal, and the faults above."""
        for attempt in (1, 2):
            access, refresh = self._store.load()
            if not refresh:
                raise SignInNeeded
            extra = {**(headers or {}), "Authorization": f"Bearer {access}"}
            try:
                return self._send(method, path, body, headers=extra, raw=raw, stream=stream)
            except Answered as answer:
                if answer.kind is ProblemType.DEVICE_REVOKED:
                    raise DeviceRevoked(answer.problem.values) from answer
                if answer.status != 401:
                    raise
                if attempt == 2:
                    raise SignInNeeded from answer
                with self._exchange:
                    if self._store.load()[1] == refresh:  # nobody else exchanged it meanwhile
                        self._refresh(refresh)
        raise SignInNeeded

    def _refresh(self, refresh: str) -> None:
        body = m.Refresh(refresh_token=refresh, device=self.device)
        try:
            tokens = self.decode(self._send("POST", "/auth/v1/refresh", body), m.Tokens)
        except Answered as answer:
            if answer.kind is ProblemType.DEVICE_REVOKED:
                raise DeviceRevoked(answer.problem.values) from answer
            if answer.status in (401, 403):
                raise SignInNeeded from answer
            raise
        faults.reach("tokens.exchanged")
        self._store.save(tokens.access_token, tokens.refresh_token)

    def _send(
        self,
        method: str,
        path: str,
        body: msgspec.Struct | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        stream: bool = False,
    ) -> requests.Response:
        sent = dict(headers or {})
        data = raw
        if body is not None:
            data = msgspec.json.encode(body)
            sent["Content-Type"] = "application/json"
        elif raw is not None:
            sent.setdefault("Content-Type", "application/octet-stream")
        try:
            response = self._session.request(
                method, self.address + path, data=data, headers=sent, timeout=(CONNECT_S, STALL_S),
                allow_redirects=False, stream=stream,
            )  # fmt: skip
            if not stream:
                self.received += len(response.content)
        except requests.exceptions.SSLError as error:
            raise CertificateProblem from error
        except requests.exceptions.Timeout as error:
            raise TimedOut from error
        except (requests.RequestException, OSError) as error:
            raise (TimedOut if _has_stalled(error) else Offline) from error
        self.round_trip_s = response.elapsed.total_seconds()
        if 200 <= response.status_code < 300:
            self._read_clock(response)
            return response
        with response:
            raise self._fault(method, response)

    def _fault(self, method: str, response: requests.Response) -> GridError:
        status = response.status_code
        told = response.headers.get("Retry-After", "")
        if status in (429, 503):
            return Busy(_retry_after(told))
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if media_type != problems.MEDIA_TYPE:  # a proxy's or a portal's page; its status says nothing about our data
            if status < 500:
                return Portal()
            return Busy(_retry_after(told)) if told else Offline()
        self._read_clock(response)
        if method == "HEAD":  # has no body
            kind = {401: ProblemType.TOKEN_INVALID, 404: ProblemType.NOT_FOUND}.get(status, ProblemType.INTERNAL)
            return Answered(status, problems.problem(kind))
        try:
            found = msgspec.json.decode(response.content, type=m.Problem)
            return Answered(status, found, self.server_time, _retry_after(told) if told else 0.0)
        except (msgspec.MsgspecError, requests.RequestException, OSError):
            return Offline()

    def decode(self, response: requests.Response, gives: type[T]) -> T:
        """An answer as a message; what is none is somebody else's answer (`Portal`)."""
        if response.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            raise Portal
        try:
            return msgspec.json.decode(response.content, type=gives)
        except msgspec.MsgspecError as error:
            raise Portal from error

    def _read_clock(self, response: requests.Response) -> None:
        if told := response.headers.get("Grid-Time"):
            with suppress(ValueError):  # a reply that was cut in the middle of its head
                self.server_time = datetime.fromisoformat(told)


def as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Signs in as the request says already; without it, an entry of ~/.netrc would take the token's place."""
    return request


def _has_stalled(error: Exception) -> bool:
    """Whether bytes stopped coming in the middle of an answer, which requests tells as a lost connection."""
    return any(isinstance(reason, ReadTimeoutError) for reason in error.args)


def _retry_after(value: str) -> float:
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # nothing, no date, or one without a zone
        return 60.0
