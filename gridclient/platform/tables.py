"""The platform's tables, the same on SQLite, PostgreSQL and Citus.

Rules that keep a city possible: the bucket (or area) is part of every primary key, unique constraint and
foreign key; no sequence orders anything (a bucket's `head` does); nothing happens in triggers.

A bucket's feed is its `record` rows by `seq`: each record keeps only its latest entry, and an entry without
a payload is the record's exit (deleted, or moved to another bucket).
"""

import sqlalchemy as sa

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

bucket = sa.Table(
    "bucket",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("head", sa.BigInteger, nullable=False),
    sa.Column("live", sa.BigInteger, nullable=False),
    sa.Column("checksum", sa.BigInteger, nullable=False),  # signed; modulo 2**64
    sa.Column("pruned", sa.BigInteger, nullable=False),  # exits up to this seq may be forgotten
)

record = sa.Table(
    "record",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("ver", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary),  # canonical JSON of the fields; null: the record left this bucket
    sa.Column("moved_to", sa.Text),
    sa.Column("left_at", sa.Text),  # of an exit, by the platform's clock
    sa.UniqueConstraint("bucket", "seq", name="record_feed"),
)

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("mid", sa.Text, primary_key=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("dseq", sa.BigInteger, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("result", sa.LargeBinary, nullable=False),  # Result without the record, as first answered
    sa.Column("body", sa.LargeBinary, nullable=False),  # the mutation as it came
    sa.Column("received_at", sa.Text, nullable=False),
    sa.Index("ledger_mid", "mid"),
    sa.Index("ledger_device", "device", "dseq"),
)

ledger_mark = sa.Table(
    "ledger_mark",
    metadata,
    sa.Column("area", sa.Text, primary_key=True),  # by a hash of the device
    sa.Column("device", sa.Text, primary_key=True),
    sa.Column("dseq", sa.BigInteger, nullable=False),  # up to here applied mutations have no row any more
    sa.Column("mid", sa.Text, nullable=False),  # the latest of those
    sa.Column("gaps", sa.LargeBinary, nullable=False),  # numbers up to there that never came, as JSON ranges
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, primary_key=True),
    sa.Column("ver", sa.BigInteger, primary_key=True),
    sa.Column("mid", sa.Text, nullable=False),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("op", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),  # the platform's clock
    sa.Column("authored_at", sa.Text, nullable=False),  # the author's clock
    sa.Column("changes", sa.LargeBinary, nullable=False),  # {field: [old, new]}
)

blob_use = sa.Table(
    "blob_use",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, primary_key=True),
    sa.Column("worker", sa.Text, primary_key=True),  # who named the hash there
    sa.Column("was_readable", sa.Boolean, nullable=False),  # for that worker, at that moment
)

blob_source = sa.Table(
    "blob_source",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),  # `user:<worker>` of whoever sent the bytes
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("sent_at", sa.Text, nullable=False),
)
