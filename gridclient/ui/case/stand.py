"""How an open case stands, in words: why a step is locked, what the rail and the banner say. No widgets."""

from collections.abc import Mapping
from dataclasses import dataclass

from gridclient.store import work
from gridclient.text import pick, tr
from gridclient.ui.case.session import CaseFile, is_correcting
from gridclient.ui.when import clock_text
from gridclient.ui.widgets import StepLook
from gridclient.workflow import Pack, Step, can_be_sent, explain, is_done, own_steps


@dataclass(frozen=True, slots=True)
class Word:
    """What a banner says."""

    kind: str
    title: str
    text: str = ""
    icon: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """A case at one of its steps, as somebody in a role sees it."""

    pack: Pack
    file: CaseFile
    step: Step
    role: str
    is_sealed: bool = False  # what is sent can only be read with the form's key

    @property
    def is_editable(self) -> bool:
        """Whether the answers can be changed: the case is being worked on, or what was sent is being corrected."""
        return is_correcting(self.file) or not self.why_locked(self.step)

    @property
    def ends_state(self) -> bool:
        """Whether nothing is left to fill in before the case is sent or a move is taken."""
        own = own_steps(self.pack, self.file.case.fields)
        return bool(own) and self.step is own[-1]

    def why_locked(self, step: Step) -> str:
        """Why a step cannot be filled in; empty when it can."""
        return explain(self.pack, self.file.case.fields, self.role, step)

    def primary_text(self) -> str:
        """What the primary button does; empty when there is nothing to do."""
        if not self.is_editable:
            return ""
        if is_correcting(self.file):
            return tr("Send the correction") if self.step is self.pack.steps[-1] else tr("Next step")
        if not self.ends_state:
            return tr("Save and continue")
        return tr("Submit for review") if can_be_sent(self.pack, self.file.case.fields) else tr("Finish the step")

    def looks(self) -> list[StepLook]:
        """How each step stands."""
        return [self._look(step) for step in self.pack.steps]

    def _look(self, step: Step) -> StepLook:
        case = self.file.case.fields
        done = case.get(f"done.{step.id}")
        if any(ref.startswith(step.group + "/") for ref in work.comments_of(case)):
            return StepLook(step.id, pick(step.title), tr("Comment"), "comment")
        if step is self.step:
            return StepLook(step.id, pick(step.title), tr("Being filled in"), "current")
        if is_done(self.pack, case, step.id) and isinstance(done, dict):
            return StepLook(step.id, pick(step.title), tr("Done {at}", at=clock_text(str(done["at"]))), "done")
        return StepLook(step.id, pick(step.title), tr("Locked") if self.why_locked(step) else "")

    def word(self, names: Mapping[str, str]) -> Word | None:
        """What has to be known before the first answer; None when it is a case like any other."""
        case = self.file.case
        comments = work.comments_of(case.fields)
        if case.text("state") == "returned" and comments:
            by = names.get(next(iter(comments.values()))["by"], "")
            return Word(
                "warn", tr("{name} returned this case with {n} comments.", name=by, n=len(comments)),
                tr("Each comment stands at its question. Correct the answers, then submit again."),
            )  # fmt: skip
        if is_correcting(self.file):
            said = tr("The supervisor sees what was sent until you send the correction.")
            return Word("warn", tr("You are correcting what was sent."), said)
        if case.text("state") in self.pack.evidence_in:
            said = tr("Printed reports, the photos as they were taken, and a list of hashes, in one file.")
            return Word("info", tr("The evidence goes along."), said, action=tr("Save the evidence…"))
        if case.text("state") == "review" and self.is_sealed:
            return Word("info", tr("This report was sent encrypted; only who holds the key can read it."), icon="lock")
        if case.text("state") == "review":
            return Word("info", tr("This case is being reviewed; its answers can be read."))
        why = self.why_locked(self.step)
        return Word("info", why, icon="lock") if why else None
