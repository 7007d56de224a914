"""The long poll: a colleague's edit is heard at once, silence is no fault, and both sides can end the waiting."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gridclient.errors import GridError
from gridclient.protocol.messages import Notice
from gridclient.sync.cycle import CacheTokens
from gridclient.sync.http import STALL_S, Http
from gridclient.sync.listening import Listener
from gridclient.sync.thread import Ended, Event, SyncThread
from tests.system.district import District

PATIENCE_S = 20.0


def test_a_known_change_is_answered_at_once(district: District) -> None:
    lin = district.pc("lin")

    assert _ask(lin.opened.http, "0" * 16).changed


def test_an_edit_of_a_colleague_wakes_the_sync_thread_and_arrives(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    chen.sync()
    arrived, idle = threading.Event(), threading.Event()

    def hear(event: Event) -> None:
        if isinstance(event, Ended):
            idle.set()
            if lin.fields(district.ident)["phone"] == "13800006128":
                arrived.set()

    thread = SyncThread(lin.opened.cache, lin.opened.http, hear)
    thread.start()
    try:
        assert idle.wait(PATIENCE_S)
        chen.edit(district.ident, phone="13800006128")
        chen.sync()
        assert arrived.wait(PATIENCE_S)
    finally:
        thread.stop()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_the_platform_that_goes_down_lets_nobody_wait(district: District) -> None:
    lin = district.pc("lin")
    heads = lin.sync().heads

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(_ask, lin.opened.http.copy(), heads)
        _until_somebody_waits(district)
        district.platform.bell.end_waits()

        assert not waiting.result(PATIENCE_S).changed


def test_a_client_can_end_its_own_waiting(district: District) -> None:
    lin = district.pc("lin")
    heads = lin.sync().heads
    http = lin.opened.http.copy()

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(_ask, http, heads)
        while not waiting.done():
            http.abort()
            threading.Event().wait(0.01)

        with pytest.raises(GridError):
            waiting.result(PATIENCE_S)


def test_a_listener_stops_at_once_behind_a_proxy_that_keeps_the_answer_back(district: District) -> None:
    lin = district.pc("lin")
    lin.sync()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        http = Http(
            f"http://127.0.0.1:{silent.getsockname()[1]}", lin.opened.http.device, CacheTokens(lin.opened.cache)
        )
        listener = Listener(http, lambda: None)
        listener.start()
        listener.listen("0" * 16)
        line, _ = silent.accept()
        with line:
            assert line.recv(1) == b"G"
            began = time.monotonic()

            listener.stop()

            assert time.monotonic() - began < STALL_S / 3


def _ask(http: Http, heads: str) -> Notice:
    return http.wait(f"/sync/v1/notify?heads={heads}", Notice)


def _until_somebody_waits(district: District) -> None:
    pause = threading.Event()
    while not district.platform.bell.waiters:
        pause.wait(0.01)
