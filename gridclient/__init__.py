"""GridClient: the offline-first case client for grid workers, and its reference platform."""

import atexit
import gc

__version__ = "0.1.0"

# msgspec 0.22 sometimes crashes when the collector takes its types with patterns apart at the end of a program
# (its issue 717); what is frozen is left to the operating system.
atexit.register(gc.freeze)
