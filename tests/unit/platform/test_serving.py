"""Where the platform listens, what it refuses, and how it stops."""

import datetime
import ipaddress
import logging
import os
import signal
import socket
import threading
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gridclient.platform.serving import AddressRefused, CertificateRefused, Listen, PlainRefused, Running, serve


def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


APP = Starlette(routes=[Route("/hello", hello)])


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Listen:
    """A self-signed certificate for the loopback address, with its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "platform test")])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    listen = Listen(certificate=folder / "platform.crt", key=folder / "platform.key")
    assert listen.certificate is not None
    assert listen.key is not None
    listen.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    listen.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )  # fmt: skip
    )
    return listen


def get(url: str, trusted: Path | None = None) -> str:
    return requests.get(f"{url}/hello", timeout=10, verify=str(trusted) if trusted else True).text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_without_tls_it_serves_the_loopback_on_a_free_port(host: str) -> None:
    with Running(APP, Listen(host)) as running:
        assert running.url.startswith(f"http://{host}:")
        assert get(running.url) == "hello"


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_without_tls_it_refuses_to_listen_on_a_network(host: str) -> None:
    with pytest.raises(PlainRefused, match="explicitly"):
        Running(APP, Listen(host))
    with pytest.raises(PlainRefused):
        serve(APP, Listen(host))


def test_told_explicitly_it_listens_on_a_network_without_tls() -> None:
    with Running(APP, Listen("0.0.0.0", allow_plain=True)) as running:
        assert get(running.url.replace("0.0.0.0", "127.0.0.1")) == "hello"


def test_with_a_certificate_it_speaks_tls_on_every_address(certificate: Listen) -> None:
    listen = Listen("0.0.0.0", certificate=certificate.certificate, key=certificate.key)
    with Running(APP, listen) as running:
        url = running.url.replace("0.0.0.0", "127.0.0.1")
        assert url.startswith("https://")
        assert get(url, certificate.certificate) == "hello"
        with pytest.raises(requests.exceptions.SSLError):
            get(url)


def test_a_certificate_that_is_not_there_or_not_its_keys_is_refused_and_frees_the_port(
    certificate: Listen, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for wrong in (
        Listen(port=port, certificate=tmp_path / "absent.crt", key=certificate.key),
        Listen(port=port, certificate=certificate.certificate, key=certificate.certificate),
        Listen(port=port, certificate=certificate.key, key=certificate.key),
    ):
        with pytest.raises(CertificateRefused):
            Running(APP, wrong)
    with Running(APP, Listen(port=port)) as running:
        assert get(running.url) == "hello"


def test_a_port_that_is_taken_and_a_host_that_is_not_here_are_refused() -> None:
    with Running(APP) as running, pytest.raises(AddressRefused, match="port"):
        Running(APP, Listen(port=int(running.url.rpartition(":")[2])))
    for listen in (Listen("192.0.2.1", allow_plain=True), Listen(""), Listen(port=70000), Listen(port=-1)):
        with pytest.raises(AddressRefused):
            Running(APP, listen)


def test_after_stop_nothing_listens_and_the_port_can_be_used_again() -> None:
    running = Running(APP)
    running.stop()
    running.stop()
    with pytest.raises(requests.ConnectionError):
        get(running.url)
    with Running(APP, Listen(port=int(running.url.rpartition(":")[2]))) as again:
        assert get(again.url) == "hello"


def test_a_request_under_way_is_finished_before_it_stops() -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(_request: Request) -> PlainTextResponse:
        entered.set()
        release.wait(5)
        return PlainTextResponse("finished")

    running, answers = Running(Starlette(routes=[Route("/hello", slow)])), list[str]()
    asking = threading.Thread(target=lambda: answers.append(get(running.url)))
    asking.start()
    assert entered.wait(5)
    stopping = threading.Thread(target=running.stop)
    stopping.start()
    release.set()
    for thread in (asking, stopping):
        thread.join(10)
    assert answers == ["finished"]


def test_nothing_about_a_request_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Running(APP) as running:
        requests.get(f"{running.url}/hello?name=secret-name", timeout=10)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("urllib3")]
    assert not [message for message in ours if "secret-name" in message or "127.0.0.1" in message]


def test_of_a_bug_only_its_kind_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    def fail(request: Request) -> PlainTextResponse:
        raise RuntimeError("secret-name")

    with Running(Starlette(routes=[Route("/hello", fail)])) as running:
        assert requests.get(f"{running.url}/hello", timeout=10).status_code == 500
    assert "RuntimeError" in caplog.text
    assert "secret-name" not in caplog.text + "".join(capfd.readouterr())


def test_it_serves_in_the_foreground_until_it_is_interrupted() -> None:
    heard: list[str] = []

    def ask_then_interrupt(url: str) -> None:
        def ask() -> None:
            heard.append(get(url))
            os.kill(os.getpid(), signal.SIGINT)

        asking.append(threading.Thread(target=ask))
        asking[0].start()

    asking: list[threading.Thread] = []
    serve(APP, Listen(), ask_then_interrupt)
    asking[0].join(10)
    assert heard == ["hello"]
