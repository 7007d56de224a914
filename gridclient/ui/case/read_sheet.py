"""A report as it was sent, to be read: all its steps, in words, with its photos."""

from PySide6.QtWidgets import QWidget

from gridclient.forms import Form
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case import session
from gridclient.ui.case.photos import thumbnail
from gridclient.ui.case.printouts import OpenReport
from gridclient.ui.desk import Desk
from gridclient.ui.forms import FormPage
from gridclient.ui.forms.illustrating import MediaFolders
from gridclient.ui.widgets import primary_button
from gridclient.ui.widgets.sheets import Sheet


class ReadSheet(Sheet):
    """Shows a form of the open report's case whose answers cannot be changed."""

    def __init__(
        self, desk: Desk, now: OpenReport, form: Form, title: str, when: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, when, parent)
        self.page = FormPage(form, "", controls=form.body, folders=MediaFolders.of_form(now.pack.form))
        self.page.set_read_only(True)
        self.page.setAccessibleName(title)
        self.body.addWidget(self.page, 1)
        self.buttons.addStretch(1)
        close = primary_button(tr("Close"))
        close.clicked.connect(self.accept)
        close.setDefault(True)
        self.buttons.addWidget(close)
        self.resize(theme.window_size(720, 640))
        self._gone = False
        self.finished.connect(self._closed)
        desk.start(self._show_photos(desk, now.case_id, form))

    def _closed(self) -> None:
        self._gone = True

    async def _show_photos(self, desk: Desk, case_id: str, form: Form) -> None:
        for ref, answer in session.answers_in(form, "").items():
            for sha256 in session.blobs_in([answer]):
                data = await desk.picture(case_id, sha256)
                image = await desk.run(lambda d=data: thumbnail(d))
                if self._gone:
                    return
                if image is not None:
                    self.page.set_attachment(ref, answer, image)
