"""The function library: XPath 1.0 core, ODK XForms (section "XPath functions"), JavaRosa's additions.

Functions take the context and their arguments as closures, so that `if` and `coalesce` evaluate only what they need.
"""

from gridclient.forms.functions import booleans, dates, geo, nodes, numbers, selects, signed, strings

__all__ = ["booleans", "dates", "geo", "nodes", "numbers", "selects", "signed", "strings"]
