"""A form's questions as widgets."""

from gridclient.ui.forms.page import FormPage
from gridclient.ui.forms.question import Comment

__all__ = ["Comment", "FormPage"]
