"""The synthetic street: invented people, homes, shops and cases, the same for the same seed."""

from gridclient.demo.people import Org, Unit, Worker, org
from gridclient.demo.street import generate

__all__ = ["Org", "Unit", "Worker", "generate", "org"]
