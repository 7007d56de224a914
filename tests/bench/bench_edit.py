"""One worker's edits on a cache with more than ten thousand records, each until it is on the disk."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from gridclient.cli.demo import PASSWORD, PIN, make_street
from gridclient.demo.people import STREET
from gridclient.platform import directory
from gridclient.store import drafts, work
from gridclient.store.cache import Cache, Changes, Transaction
from gridclient.store.lists import Ask, QueueRow, first_page
from gridclient.store.work import Actor
from gridclient.sync.cycle import Cycle
from gridclient.sync.sign_in import Credentials, Opened, sign_in
from gridclient.workflow import Pack
from tests.bench import floors
from tests.bench.cases import TODAY
from tests.bench.rows import Options, Row
from tests.bench.world import serving

_PACK = "elderly-visit"
_ACCOUNT = "bench"


def rows(options: Options) -> Iterator[Row]:
    """Save and continue, and a draft, beside a bare transaction of one row in an encrypted file."""
    residents, cases, n = (300, 200, 20) if options.quick else (4000, 2000, 200)
    with TemporaryDirectory(dir=options.scratch) as folder:
        opened, pack = _open(Path(folder), residents, cases)
        actor = Actor(opened.worker_id, opened.facts.role)
        with opened.cache.read() as connection:
            visits = first_page(connection, Ask(pack=_PACK), n)
        answers = _answers(pack)
        form = b"x" * 8192  # about what a visit's form keeps
        steps, spent, saved, floor = list[float](), list[float](), list[float](), list[float]()
        with floors.one_row(Path(folder) / "floor.db") as bare:
            for number, visit in enumerate(visits):
                step = pack.steps[number % len(pack.steps)].id
                began_cpu = process_time()
                steps.append(_timed(opened.cache, _complete(pack, visit, step, answers[step], actor)))
                spent.append(process_time() - began_cpu)
                saved.append(_timed(opened.cache, _draft(visit, step, form)))
                floor.append(bare(form[:1024]))
        opened.close()
    yield Row("save_and_continue", 1000 * median(steps), "ms", 1000 * median(floor))
    yield Row("save_and_continue_cpu", 1000 * median(spent), "ms")
    yield Row("save_and_continue_p95", 1000 * sorted(steps)[len(steps) * 95 // 100], "ms")
    yield Row("draft_save", 1000 * median(saved), "ms", 1000 * median(floor))


def _open(folder: Path, residents: int, cases: int) -> tuple[Opened, Pack]:
    """A PC that has the whole synthetic street."""
    platform = make_street(folder / "platform", residents, cases, 1, TODAY.date())
    with platform.database.write() as connection:
        account = directory.create_account(
            connection, _ACCOUNT, PASSWORD, worker_id="w-bench", name="Bench", role="worker"
        )
        directory.assign_duty(connection, account, STREET)
    platform.database.close()
    with serving(folder / "platform") as url:
        opened = sign_in(folder / "pc", Credentials(url, _ACCOUNT, PASSWORD, "bench", PIN), None)
        assert Cycle(opened.cache, opened.http).run().in_step
    return opened, platform.packs[_PACK]


def _answers(pack: Pack) -> dict[str, dict[str, str]]:
    """Some answers for each step; those of the door change the resident's files."""
    found = {step.id: {f"{step.group}/q{n}": f"回答 {n}：一切正常" for n in range(8)} for step in pack.steps}
    for ref in pack.updates:
        step = next(step for step in pack.steps if ref.startswith(step.group + "/"))
        found[step.id][ref] = "13800001234"
    return found


def _complete(
    pack: Pack, visit: QueueRow, step: str, answers: Mapping[str, str], actor: Actor
) -> Callable[[Transaction], Changes]:
    return lambda tx: work.complete_step(tx, pack, visit.id, step, answers, actor)


def _draft(visit: QueueRow, step: str, form: bytes) -> Callable[[Transaction], Changes]:
    return lambda tx: drafts.save_draft(tx, visit.id, step, form)


def _timed(cache: Cache, edit: Callable[[Transaction], Changes]) -> float:
    began = perf_counter()
    with cache.write() as tx:
        edit(tx)
    return perf_counter() - began
