"""What a start leaves in memory that nobody needs."""

import subprocess
import sys

_ASKED = """
import linecache
import gridclient.ui.workbench
print([name for name in linecache.cache if "gridclient" in name])
"""


def test_no_source_of_the_program_stays_in_memory() -> None:
    told = subprocess.run([sys.executable, "-c", _ASKED], capture_output=True, text=True, check=True).stdout

    assert told.strip() == "[]"
