"""Where each value that fills a form comes from, and what programs propose, in words. No widgets."""

from collections.abc import Mapping
from datetime import date, datetime, time

from gridclient.domain.record import Fields
from gridclient.domain.zone import ZONE
from gridclient.forms import Form
from gridclient.text import pick, tr
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.case.session import CaseFile, in_words, known_in
from gridclient.ui.fields import kind_text
from gridclient.ui.forms.source import Source
from gridclient.ui.when import day_text, local
from gridclient.workflow import Known, Pack, answers_of
from gridclient.workflow.advice import advice_of
from gridclient.workflow.knowing import DERIVED


def told_beside(
    now: OpenReport, packs: Mapping[str, Pack], names: Mapping[str, str], at: datetime
) -> dict[str, Source]:
    """What stands beside the answers of the open step, by reference; nothing once somebody has finished it."""
    case, group = now.file.case.fields, now.step.group + "/"
    if case.get(f"done.{now.step.id}"):
        return {}
    known = {ref: each for ref, each in known_in(now.pack, now.file).items() if ref.startswith(group)}
    return sources(now.pack, known, packs, names, at) | proposals(now.form, case)


def withheld(now: OpenReport) -> dict[str, Source]:
    """What a reviewer is told at the answers that only grid workers may read, once the open step is finished."""
    if not now.file.case.fields.get(f"done.{now.step.id}"):
        return {}
    said = Source("", tr("Only grid workers may read this answer"), is_withheld=True)
    return {ref: said for ref in now.pack.confidential if not answers_of(now.file.case.fields).get(ref)}


def sources(pack: Pack, known: Mapping[str, Known], packs: Mapping[str, Pack], names: Mapping[str, str],
            now: datetime) -> dict[str, Source]:  # fmt: skip
    """The source of each known value, by reference of its question; `names` are workers by id."""
    return {
        ref: Source(each.value, source_text(each, packs, names, now), each.is_expired, ref in pack.updates)
        for ref, each in known.items()
    }


def from_files(pack: Pack, file: CaseFile, packs: Mapping[str, Pack], names: Mapping[str, str],
               now: datetime) -> dict[str, Source]:  # fmt: skip
    """What the files of the person or place say now about what a case asks, by reference."""
    filed = {ref: each for ref, each in known_in(pack, file).items() if not each.source.startswith("last/")}
    return sources(pack, filed, packs, names, now)


def proposals(form: Form, case: Fields) -> dict[str, Source]:
    """What programs proposed for a case, by reference; nothing of it is an answer until a person takes it."""
    there = set(form.refs())
    return {
        each.at: Source(each.value, tr(
            "{by} proposes “{value}” ({percent} %): {reason}", by=each.by, value=in_words(form, each.at, each.value),
            percent=round(each.confidence * 100), reason=each.reason,
        ), is_proposal=True)
        for each in advice_of(case) if each.at in there
    }  # fmt: skip


def source_text(known: Known, packs: Mapping[str, Pack], names: Mapping[str, str], now: datetime) -> str:
    """From where a value is."""
    today = now.astimezone(ZONE)
    when = day_text(local(known.at), today) if known.at else ""
    by = names.get(known.by, known.by) or "—"
    if known.source.startswith("last/"):
        pack_id = known.source.split("/")[1]
        form = pick(packs[pack_id].title) if pack_id in packs else pack_id
        return tr("{source}, {when}, {name}", source=form, when=when or "—", name=by)
    file = kind_text(known.source.partition(".")[0])
    if known.source in DERIVED:
        return tr("Follows from: {source}", source=file)
    if not when:
        return tr("{source}, not confirmed yet", source=file)
    if not known.until:
        return tr("{source}, confirmed {when} by {name}", source=file, when=when, name=by)
    until = day_text(datetime.combine(date.fromisoformat(known.until), time(), ZONE), today)
    return tr("{source}, confirmed {when} by {name}, holds until {until}", source=file, when=when, name=by, until=until)
