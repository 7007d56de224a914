"""Qt widgets; everything a worker sees.

PySide looks into the source of each module that is imported after it, for another spelling of Qt's names that nothing
here uses, and the sources stay in memory: 24 MB, and a tenth of a second of every start. It is told not to look.
"""

import linecache
import sys
from importlib import import_module
from types import ModuleType


def _uses_other_names(module: ModuleType) -> bool:
    return False


import_module("PySide6.QtCore")  # brings the hook
if (_hook := sys.modules.get("shibokensupport.feature")) is not None:
    vars(_hook)["_mod_uses_pyside"] = _uses_other_names
linecache.clearcache()  # of what was imported between Qt and this
