"""`python -m gridclient` is the command `gridclient`."""

import sys

from gridclient.cli.main import main

sys.exit(main())
