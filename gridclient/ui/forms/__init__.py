"""A form's questions as widgets."""

from gridclient.ui.forms.around import Comment
from gridclient.ui.forms.page import FormPage

__all__ = ["Comment", "FormPage"]
