"""One example of every message, shown in the OpenAPI document and in `docs/protocol.md`; tests decode them all.

The people in them are invented.
"""

from typing import Any

Example = dict[str, Any]

_DEVICE = "01937c7e-2f10-7c3a-9b1e-5f4c8a2d6e01"
_RECORD = "01937c7e-2f10-7c3a-9b1e-5f4c8a2d6e02"
_MID = "01937c7e-2f10-7c3a-9b1e-5f4c8a2d6e03"
_CONFLICT = "01937c7e-2f10-7c3a-9b1e-5f4c8a2d6e04"
EPOCH = "01937c7e-0000-7000-8000-000000000000.1.1"
_BUCKET = "ident:310115125001001"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_WORKER: Example = {"id": "w-lin", "account": "lin", "name": "林晓燕", "role": "worker", "number": "PD-0417"}

SIGN_IN: Example = {"account": "lin", "password": "correct horse", "device": _DEVICE, "device_name": "香楠居委 2 号机"}
REFRESH: Example = {"refresh_token": "31.x9Qd", "device": _DEVICE}
TOKENS: Example = {"access_token": "31.k2Jf", "refresh_token": "31.x9Qd", "expires_in_s": 900, "worker": _WORKER,
                   "platform": "01937c7e-0000-7000-8000-000000000000",
                   "platform_key": "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2imbBXfF"}  # fmt: skip
HELLO: Example = {
    "protocol": [1, 1],
    "schema": [1, 1],
    "epoch": EPOCH,
    "server_time": "2026-11-24T02:21:00Z",
    "limits": {"push_mutations": 100, "push_bytes": 524288, "page_bytes": 16777216, "blob_bytes": 20971520},
    "scope": ["care:310115125001001", "grid:310115125001001", _BUCKET, "ref:310115125", "user:w-lin"],
    "records": 2891,
    "worker": _WORKER,
    "packs": {"elderly-visit": "2026.11.1"},
    "published": [
        {"id": "elderly-visit", "version": "2026.12.1", "area": "310115125", "digest": SHA, "in_force": True}
    ],
    "next_poll_s": 30.0,
    "minimum_client": "0.1.0",
    "newest_client": "0.2.0",
    "journal_days": 35,
}
PULL: Example = {"epoch": EPOCH, "cursors": {_BUCKET: 411}, "max_bytes": 16777216}
PAGE = (
    '{"epoch":"' + EPOCH + '","scope":{"' + _BUCKET + '":{"head":412,"count":380,"checksum":"61c8864680b583eb"}},'
    '"reset":[]}\n'
    '{"b":"' + _BUCKET + '","s":412,"id":"' + _RECORD + '","v":3,"k":"ident","r":{"phone":"13800006128"}}\n'
    '{"end":{"n":1,"cursors":{"' + _BUCKET + '":412},"more":false},"sha256":"' + SHA + '"}'
)
PUSH: Example = {
    "epoch": EPOCH,
    "device": _DEVICE,
    "mutations": [
        {
            "mid": _MID,
            "dseq": 17,
            "op": "patch",
            "bucket": _BUCKET,
            "record": _RECORD,
            "kind": "ident",
            "base": {"phone": "13800006120"},
            "set": {"phone": "13900007741"},
            "authored_at": "2026-11-24T01:05:00Z",
            "clock_offset_s": 2.0,
        }
    ],
}
PUSHED: Example = {
    "epoch": EPOCH,
    "server_time": "2026-11-24T02:21:01Z",
    "results": [
        {
            "mid": _MID,
            "status": "conflict",
            "records": [
                {"bucket": _BUCKET, "id": _RECORD, "kind": "ident", "ver": 3, "record": {"phone": "13800006128"}}
            ],
            "problem": {
                "type": "urn:gridsync:problem:conflict",
                "title": "Somebody changed the same field; choose between the values.",
                "mid": _MID,
            },
            "conflict": _CONFLICT,
            "fields": ["phone"],
        }
    ],
}
NOTICE: Example = {"changed": True}
OUTCOMES: Example = {
    "outcomes": [{"mid": _MID, "dseq": 17, "status": "conflict", "received_at": "2026-11-24T02:21:01Z"}],
    "more": False,
}
UNSENT: Example = {
    "devices": [
        {
            "worker": "林晓燕",
            "device": "香楠居委 2 号机",
            "count": 3,
            "oldest": "2026-11-24T01:05:00Z",
            "seen_at": "2026-11-24T01:41:00Z",
        }
    ]
}
BLOB: Example = {"sha256": SHA, "size": 183204}
