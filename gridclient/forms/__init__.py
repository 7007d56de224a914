"""The form engine: ODK XForms and XLSForms, without a user interface."""

from gridclient.forms import functions
from gridclient.forms.audit import AuditLog, Event
from gridclient.forms.entities import Entity, with_entities
from gridclient.forms.errors import FormError, UnknownReference, XPathError
from gridclient.forms.form import Form
from gridclient.forms.loading import load
from gridclient.forms.outcomes import Choice, SetResult, Violation
from gridclient.forms.saving import Sealed
from gridclient.forms.xform import Control

__all__ = [
    "AuditLog",
    "Choice",
    "Control",
    "Entity",
    "Event",
    "Form",
    "FormError",
    "Sealed",
    "SetResult",
    "UnknownReference",
    "Violation",
    "XPathError",
    "functions",
    "load",
    "with_entities",
]
