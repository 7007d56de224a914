"""The language in which a form speaks."""

from gridclient.forms import Form
from gridclient.text import language


def choose_language(form: Form) -> None:
    """Shows a form in the window's language, where the form has it."""
    wanted = "(zh" if language() == "zh_CN" else "(en"
    for name in form.languages:
        if wanted in name.lower():
            form.set_language(name)
