"""What can be wrong with a form or an expression, in words that name the place."""


class FormError(Exception):
    """A form that cannot be run, or something that the form does not allow."""


class XPathError(FormError):
    """An expression that cannot be read or evaluated."""


class UnknownReference(KeyError):
    """There is no such node in the form's instance now."""
