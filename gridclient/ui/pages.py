"""The names of the window's pages, by which the parts of the program speak of them."""

from typing import Final

QUEUE: Final = "queue"
VISITS: Final = "visits"
INSPECTIONS: Final = "inspections"
RESIDENTS: Final = "residents"
REVIEW: Final = "review"
CONFLICTS: Final = "conflicts"
UPLOADS: Final = "uploads"
SETTINGS: Final = "settings"
HELP: Final = "help"
REPORT: Final = "report"
DAY: Final = "day"
IMPORT: Final = "import"
DOUBLES: Final = "doubles"
BOARD: Final = "board"

EVERYBODYS = (QUEUE, VISITS, INSPECTIONS, RESIDENTS, CONFLICTS, UPLOADS, SETTINGS, HELP)
