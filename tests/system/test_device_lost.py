"""A lost device wipes its profile by a signed order, after its work is safe if the order allows; nothing less does."""

import base64

import pytest

from gridclient.platform import directory
from gridclient.platform.app import Access
from gridclient.platform.operations import OPERATIONS
from gridclient.protocol import orders
from gridclient.protocol.orders import Wipe
from gridclient.protocol.sealing import Identity
from gridclient.sync import lost
from gridclient.sync.troubles import DeviceRevoked
from tests.system.district import Clock, District, Pc


def test_a_revoked_device_without_an_order_keeps_everything(district: District) -> None:
    lin = _with_unsent_work(district)
    _revoke(district, lin, "")

    fault = _refused(lin)

    assert not lost.must_wipe(lin.opened, fault)
    assert lin.unsent() == 1
    assert lin.find(district.resident) is not None


def test_an_order_may_let_the_work_be_uploaded_before_the_wipe(district: District, clock: Clock) -> None:
    lin = _with_unsent_work(district)
    clock.forward(hours=3)  # the access token is over; the exchange must work too
    _revoke(district, lin, "after_upload")

    fault = _refused(lin)
    saved = district.on_platform("ident:310115125001001", district.ident)

    assert lin.statuses() == ["applied"]
    assert saved is not None
    assert saved["phone"] == "13900007741"
    assert lost.must_wipe(lin.opened, fault)


def test_a_wiped_profile_leaves_no_file_and_no_key(district: District) -> None:
    lin = _with_unsent_work(district)
    _revoke(district, lin, "now")
    fault = _refused(lin)
    assert lost.must_wipe(lin.opened, fault)

    lost.wipe(lin.opened, None)

    assert not lin.opened.profile.folder.exists()


def test_an_order_of_another_platform_or_for_another_device_wipes_nothing(district: District) -> None:
    lin, chen = district.pc("lin"), district.pc("chen")
    genuine = district.platform.order_to(lin.opened.http.device)
    order = orders.Order(device=lin.opened.http.device, issued_at="2026-11-24T02:21:00Z")
    forged = orders.sign(order, Identity.fresh())
    altered = {**genuine, "order": genuine["order"].replace("wipe", "WIPE")}
    unsigned = {**genuine, "signature": base64.b64encode(bytes(64)).decode()}

    assert lost.must_wipe(lin.opened, DeviceRevoked(genuine))
    assert not lost.must_wipe(chen.opened, DeviceRevoked(genuine))
    for values in (forged, altered, unsigned, {}):
        assert not lost.must_wipe(lin.opened, DeviceRevoked(values))


def test_a_revoked_device_may_upload_and_read_nothing(district: District) -> None:
    allowed = {op.summary for op in OPERATIONS if op.when_revoked}

    assert allowed == {"Hello", "Push", "Is a blob there", "Store a blob", "Begin an upload", "How far an upload is",
                       "Go on with an upload"}  # fmt: skip
    assert all(op.access is Access.SIGNED_IN for op in OPERATIONS if op.when_revoked)


def _with_unsent_work(district: District) -> Pc:
    lin = district.pc("lin")
    lin.sync()
    lin.edit(district.ident, phone="13900007741")
    return lin


def _revoke(district: District, pc: Pc, wipe: Wipe) -> None:
    with district.platform.database.write() as connection:
        assert directory.revoke_device(connection, pc.opened.http.device, district.clock(), wipe)


def _refused(pc: Pc) -> DeviceRevoked:
    with pytest.raises(DeviceRevoked) as refused:
        pc.sync()
    return refused.value
