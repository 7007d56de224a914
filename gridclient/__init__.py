"""GridClient: the offline-first case client for grid workers, and its reference platform."""

__version__ = "0.1.0"
