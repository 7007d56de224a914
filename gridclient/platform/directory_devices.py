"""Devices: a worker's profile on one PC, what it still has to upload, and whether it is still welcome."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from gridclient.platform.directory_accounts import SignInRefused
from gridclient.platform.directory_tables import Account, Moment, device, duty, insert, worker_account
from gridclient.platform.directory_units import duties, last_code
from gridclient.protocol.orders import Wipe

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", re.ASCII)


class DeviceIsRevoked(SignInRefused):
    """An administrator took this device off the list."""

    text = "This device was taken off the list. Ask your administrator."


@dataclass(frozen=True, slots=True)
class UnsentWork:
    """A device that still had something to upload when it was last seen."""

    worker_id: str
    worker_name: str
    device_id: str
    device_name: str
    outbox_count: int
    outbox_oldest_at: str
    last_seen_at: datetime


def register_device(
    connection: Connection, account: Account, device_id: str, name: str, now: datetime, key: str = ""
) -> None:
    """Enters the device on which the worker signs in; raises `DeviceIsRevoked`, for whichever worker it was."""
    revoked = sa.select(device.c.device_id).where(device.c.device_id == device_id, device.c.revoked_at.is_not(None))
    if connection.execute(revoked).first() is not None:
        raise DeviceIsRevoked
    shown = "".join(character for character in name if character.isprintable()).strip()[:100]
    fresh = insert(connection, device).values(
        area=account.area, device_id=device_id, worker_id=account.worker_id, name=shown,
        registered_at=now, last_seen_at=now, outbox_count=0, outbox_oldest_at="", key=key,
    )  # fmt: skip
    connection.execute(
        fresh.on_conflict_do_update(
            index_elements=["area", "device_id", "worker_id"],
            set_={name: fresh.excluded[name] for name in ("name", "last_seen_at", "key")},
        )
    )


def see_device(
    connection: Connection, account: Account, device_id: str, outbox_count: int, outbox_oldest_at: str, now: datetime
) -> None:
    """Notes that the device was there and what it still has to upload; a malformed time counts as none."""
    oldest = outbox_oldest_at if outbox_count > 0 and _MOMENT.match(outbox_oldest_at) else ""
    connection.execute(
        device.update()
        .where(device.c.area == account.area, device.c.device_id == device_id)
        .where(device.c.worker_id == account.worker_id)
        .values(last_seen_at=now, outbox_count=outbox_count, outbox_oldest_at=oldest)
    )


def revoke_device(connection: Connection, device_id: str, now: datetime, wipe: Wipe = "") -> bool:
    """Takes a device off the list for every worker who used it, to be wiped or not; False when nobody did."""
    revoked = device.update().where(device.c.device_id == device_id)
    since = sa.func.coalesce(device.c.revoked_at, sa.literal(now, Moment))
    return connection.execute(revoked.values(revoked_at=since, wipe=wipe)).rowcount > 0


def device_key(connection: Connection, device_id: str, worker_id: str) -> tuple[str, str, str] | None:
    """Area, account and public identity of a worker on a device that is on the list and sends bundles."""
    row = connection.execute(
        sa.select(device.c.area, worker_account.c.account, device.c.key)
        .join(
            worker_account,
            (worker_account.c.area == device.c.area) & (worker_account.c.worker_id == device.c.worker_id),
        )
        .where(device.c.device_id == device_id, device.c.worker_id == worker_id)
        .where(device.c.revoked_at.is_(None), device.c.key != "", worker_account.c.disabled.is_(False))
    ).one_or_none()
    return None if row is None else (row.area, row.account, row.key)


def list_devices(connection: Connection) -> list[sa.Row[tuple[object, ...]]]:
    """Every device with its worker's name, the one seen last first; for the administrator's list."""
    return list(
        connection.execute(
            sa.select(device, worker_account.c.name.label("worker_name"))
            .join(
                worker_account,
                (worker_account.c.area == device.c.area) & (worker_account.c.worker_id == device.c.worker_id),
            )
            .order_by(device.c.last_seen_at.desc())
        )
    )


def devices_with_unsent(connection: Connection, supervisor: Account) -> list[UnsentWork]:
    """Devices with unsent work of everybody with a duty under the supervisor's units, the oldest work first."""
    units = duties(connection, supervisor)
    if not units:
        return []
    on_duty = (
        sa.select(duty.c.unit_code)
        .where(duty.c.area == device.c.area, duty.c.worker_id == device.c.worker_id)
        .where(sa.or_(*(duty.c.unit_code.between(code, last_code(code)) for code in units)))
        .exists()
    )
    rows = connection.execute(
        sa.select(device, worker_account.c.name.label("worker_name"))
        .join(
            worker_account,
            (worker_account.c.area == device.c.area) & (worker_account.c.worker_id == device.c.worker_id),
        )
        .where(device.c.outbox_count > 0, on_duty)
        .order_by(device.c.outbox_oldest_at, device.c.device_id, device.c.worker_id)
    )
    return [
        UnsentWork(row.worker_id, row.worker_name, row.device_id, row.name,
                   row.outbox_count, row.outbox_oldest_at, row.last_seen_at)
        for row in rows
    ]  # fmt: skip
