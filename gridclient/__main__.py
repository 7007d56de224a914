"""`python -m gridclient` is the command `gridclient`."""

import sys

from gridclient.cli.main import program

sys.exit(program())
