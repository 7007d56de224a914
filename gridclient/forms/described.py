"""What a form says of itself, whatever is answered."""

from gridclient.forms.audit import Settings as AuditSettings
from gridclient.forms.definition import Control, Definition


class Described:
    """The parts of a form's definition that may be asked for."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self.languages = list(definition.languages)

    @property
    def title(self) -> str:
        """The form's title."""
        return self._definition.title

    @property
    def form_id(self) -> str:
        """The form's id."""
        return self._definition.form_id

    @property
    def version(self) -> str:
        """The form's version."""
        return self._definition.version

    @property
    def questions(self) -> int:
        """How many body controls there are."""
        return self._definition.questions

    @property
    def style(self) -> str:
        """How the form wants to be shown: `pages` for page by page, else empty (XLSForm: `style` of the settings)."""
        return self._definition.style

    @property
    def body(self) -> tuple[Control, ...]:
        """The controls as they are written."""
        return self._definition.body

    @property
    def styles(self) -> frozenset[str]:
        """How the form wants to be shown (`class` of its body), such as `pages` or `theme-grid`."""
        return self._definition.styles

    @property
    def submission_url(self) -> str:
        """Where the form wants its submissions sent; empty where it does not say."""
        return self._definition.submission.get("action", "")

    @property
    def is_encrypted(self) -> bool:
        """Whether a submission leaves this PC only encrypted for the holder of the form's key."""
        return bool(self._definition.submission.get("base64RsaPublicKey", "").strip())

    @property
    def audit(self) -> AuditSettings | None:
        """What the form wants in a log of how it is filled in, None where it wants none."""
        return self._definition.audit
