"""The directory: who may sign in, with which device, and for which units.

The door to four modules: `directory_accounts`, `directory_devices`, `directory_units` and their tables. What
somebody may read follows from it in `scope`; how they prove who they are after the sign-in, in `tokens`.
"""

from gridclient.platform.directory_accounts import (
    FAILURES_ALLOWED,
    LOCKED_FOR,
    AccountDisabled,
    AccountExists,
    AccountLocked,
    AccountRefused,
    AccountUnknown,
    PasswordRefused,
    SignInRefused,
    WrongPassword,
    authenticate,
    create_account,
    find_account,
    list_accounts,
    named_account,
    purge_failures,
    set_disabled,
    set_password,
)
from gridclient.platform.directory_devices import (
    DeviceIsRevoked,
    UnsentWork,
    devices_with_unsent,
    list_devices,
    register_device,
    revoke_device,
    see_device,
)
from gridclient.platform.directory_tables import Account, Level, Role
from gridclient.platform.directory_units import (
    Unit,
    UnitRefused,
    UnitUnknown,
    add_units,
    assign_duty,
    duties,
    remove_duty,
)

__all__ = [
    "FAILURES_ALLOWED",
    "LOCKED_FOR",
    "Account",
    "AccountDisabled",
    "AccountExists",
    "AccountLocked",
    "AccountRefused",
    "AccountUnknown",
    "DeviceIsRevoked",
    "Level",
    "PasswordRefused",
    "Role",
    "SignInRefused",
    "Unit",
    "UnitRefused",
    "UnitUnknown",
    "UnsentWork",
    "WrongPassword",
    "add_units",
    "assign_duty",
    "authenticate",
    "create_account",
    "devices_with_unsent",
    "duties",
    "find_account",
    "list_accounts",
    "list_devices",
    "named_account",
    "purge_failures",
    "register_device",
    "remove_duty",
    "revoke_device",
    "see_device",
    "set_disabled",
    "set_password",
]
