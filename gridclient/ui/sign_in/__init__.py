"""Getting in: signing in, unlocking without the network, and the first download."""

from gridclient.ui.sign_in.first_sync import FirstSyncPage
from gridclient.ui.sign_in.page import SignInPage
from gridclient.ui.sign_in.values import (
    DataSet,
    DataSetState,
    ErrorField,
    FirstSyncProgress,
    ProfileCard,
    SignInRequest,
    UnlockRequest,
)

__all__ = [
    "DataSet",
    "DataSetState",
    "ErrorField",
    "FirstSyncPage",
    "FirstSyncProgress",
    "ProfileCard",
    "SignInPage",
    "SignInRequest",
    "UnlockRequest",
]
