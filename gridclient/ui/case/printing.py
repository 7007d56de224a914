"""Papers on paper: laid out as pages with the office's head and page numbers, as a PDF or at a printer.

A PDF is made in memory and goes only where the worker says, never through a temporary file.
"""

import shutil
from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QProcess, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from gridclient.errors import GridError
from gridclient.text import tr
from gridclient.ui import theme
from gridclient.ui.case.paper import Line, Paper

_DPI = 300
_MARGINS_MM = QMarginsF(20, 14, 20, 14)
_HEAD_MM, _FOOT_MM = 14.0, 10.0
_PICTURE_PX = 230
_SPOOLER = "lp"  # of CUPS; it reads from its standard input, while Qt would write a temporary file


# Paper is white, whatever the screen wears.
_INK, _EDGE, _GROUND = (theme.LIGHT.named(role).name() for role in ("text_2", "border_strong", "canvas"))


class PrinterFailed(GridError):
    """The system's printing did not take the pages."""

    text = "The printer {name} did not take the pages. Check it, or save a PDF."


def pdf_of(paper: Paper, pictures: Mapping[str, QImage]) -> bytes:
    """The paper as a PDF on A4."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait,
                                     _MARGINS_MM, QPageLayout.Unit.Millimeter))  # fmt: skip
    writer.setTitle(paper.title)
    writer.setCreator("GridClient")
    painter = QPainter(writer)
    _paint_all(painter, writer, paper, pictures)
    painter.end()
    buffer.close()
    return bytes(data.data())


def page_picture(paper: Paper, pictures: Mapping[str, QImage], dots_per_inch: int) -> tuple[QImage, int]:
    """The first page as a picture, and how many pages there are."""
    inches = QPageSize.size(QPageSize.PageSizeId.A4, QPageSize.Unit.Inch)
    whole = QImage((inches * dots_per_inch).toSize(), QImage.Format.Format_RGB32)
    whole.fill(Qt.GlobalColor.white)
    left, top = (round(mm / 25.4 * dots_per_inch) for mm in (_MARGINS_MM.left(), _MARGINS_MM.top()))
    inner = QImage(whole.width() - 2 * left, whole.height() - 2 * top, whole.format())
    inner.fill(Qt.GlobalColor.white)
    for image in (whole, inner):
        image.setDotsPerMeterX(round(dots_per_inch / 0.0254))
        image.setDotsPerMeterY(round(dots_per_inch / 0.0254))
    pages = _Pages(paper, pictures, inner)
    painter = QPainter(inner)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    pages.paint(painter, 0)
    painter.end()
    painter = QPainter(whole)
    painter.drawImage(left, top, inner)
    painter.end()
    return whole, pages.count


def printers() -> list[str]:
    """The printers of this PC, the usual one first."""
    usual = QPrinterInfo.defaultPrinterName()
    return sorted(QPrinterInfo.availablePrinterNames(), key=lambda name: (name != usual, name))


def print_paper(paper: Paper, pictures: Mapping[str, QImage], printer_name: str) -> None:
    """Sends the paper to a printer; raises `PrinterFailed`. What the job is called names nobody."""
    spooler = shutil.which(_SPOOLER)
    if spooler is None:
        _print_by_system(paper, pictures, printer_name)
        return
    process = QProcess()
    process.start(spooler, ["-d", printer_name, "-t", paper.number or "GridClient", "-"])
    process.write(pdf_of(paper, pictures))
    process.closeWriteChannel()
    if not process.waitForFinished(30_000) or process.exitCode():
        process.kill()
        process.waitForFinished(1000)
        raise PrinterFailed(name=printer_name)


def _print_by_system(paper: Paper, pictures: Mapping[str, QImage], printer_name: str) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(printer_name)
    printer.setDocName(paper.number or "GridClient")
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageMargins(_MARGINS_MM, QPageLayout.Unit.Millimeter)
    painter = QPainter()
    if not painter.begin(printer):
        raise PrinterFailed(name=printer_name)
    _paint_all(painter, printer, paper, pictures)
    if not painter.end():
        raise PrinterFailed(name=printer_name)


def document_of(paper: Paper, pictures: Mapping[str, QImage]) -> QTextDocument:
    """The content of a paper, without what stands on every page."""
    document = QTextDocument()
    document.setDefaultFont(_font(10.5))
    document.setDocumentMargin(0)
    for sha256, image in pictures.items():
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(f"photo:{sha256}"), image)
    document.setHtml(_html(paper, pictures))
    return document


def _html(paper: Paper, pictures: Mapping[str, QImage]) -> str:
    made = [f'<p align="center" style="font-size:17pt;font-weight:600;margin:6px 0 2px 0">{escape(paper.title)}</p>']
    if paper.number:
        number = escape(tr("No. {number}", number=paper.number))
        made.append(f'<p align="center" style="font-size:9pt;color:{_INK};margin:0 0 10px 0">{number}</p>')
    cells = "".join(
        f'<tr><td width="18%" style="color:{_INK}">{escape(name)}</td><td>{escape(value)}</td></tr>'
        for name, value in paper.facts
    )
    made.append(f'<table width="100%" cellpadding="3" cellspacing="0">{cells}</table>')
    made += [f'<p style="margin:8px 0 0 0">{escape(text)}</p>' for text in paper.opening]
    for section in paper.sections:
        made.append(f'<p style="font-size:12pt;font-weight:600;margin:14px 0 4px 0">{escape(section.title)}</p>')
        rows = "".join(_row(line, pictures) for line in section.lines)
        made.append(f'<table width="100%" border="1" style="border-collapse:collapse;border-color:{_EDGE}" '
                    f'cellpadding="5" cellspacing="0">{rows}</table>')  # fmt: skip
    made += [f'<p style="margin:10px 0 0 0;font-size:9.5pt">{escape(text)}</p>' for text in paper.closing]
    signed = "".join(f'<td style="padding-top:34px">{escape(name)}　______________</td>' for name in paper.signatures)
    made.append(f'<table width="100%" style="margin-top:18px"><tr>{signed}</tr></table>')
    return "".join(made)


def _row(line: Line, pictures: Mapping[str, QImage]) -> str:
    if line.is_result:
        return f'<tr><td colspan="2">{escape(line.question)}</td></tr>'
    if line.is_heading:
        return f'<tr><td colspan="2" bgcolor="{_GROUND}" style="font-weight:600">{escape(line.question)}</td></tr>'
    shown = "".join(
        f'<img src="photo:{sha256}" width="{_PICTURE_PX}"/> ' if sha256 in pictures else escape(tr("Picture"))
        for sha256 in line.pictures
    )
    answer = shown or escape(line.answer).replace("\n", "<br/>")
    return f'<tr><td width="42%">{escape(line.question)}</td><td>{answer}</td></tr>'


class _Pages:
    """A paper laid out for a device; every page has the office above it and its number beneath."""

    def __init__(self, paper: Paper, pictures: Mapping[str, QImage], device: QPaintDevice) -> None:
        self._paper = paper
        self._mm = device.logicalDpiY() / 25.4
        self._width, self._height = float(device.width()), float(device.height())
        self._room = self._height - (_HEAD_MM + _FOOT_MM) * self._mm
        self._document = document_of(paper, pictures)
        self._document.documentLayout().setPaintDevice(device)
        self._document.setPageSize(QSizeF(self._width, self._room))
        self.count = self._document.pageCount()

    def paint(self, painter: QPainter, page: int) -> None:
        """Paints one page, counted from 0."""
        self._paint_edges(painter, page + 1)
        part = QRectF(0, page * self._room, self._width, self._room)
        painter.save()
        painter.translate(0, _HEAD_MM * self._mm - part.top())
        painter.setClipRect(part)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = part
        context.palette = QPalette(Qt.GlobalColor.black, Qt.GlobalColor.white)  # paper is white in dark colours too
        self._document.documentLayout().draw(painter, context)
        painter.restore()

    def _paint_edges(self, painter: QPainter, number: int) -> None:
        mm, width = self._mm, self._width
        painter.setPen(Qt.GlobalColor.black)
        painter.setFont(_font(11, bold=True))
        middle, start = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(0, 0, width, 8 * mm), Qt.AlignmentFlag.AlignHCenter | middle, self._paper.office)
        painter.drawLine(QPointF(0, 9 * mm), QPointF(width, 9 * mm))
        painter.setFont(_font(8.5))
        foot = QRectF(0, self._height - 6 * mm, width, 6 * mm)
        painter.drawText(foot, start | middle, self._paper.number)
        said = tr("Page {n} of {all}", n=number, all=self.count)
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | middle, said)


def _paint_all(painter: QPainter, device: QPdfWriter | QPrinter, paper: Paper, pictures: Mapping[str, QImage]) -> None:
    pages = _Pages(paper, pictures, device)
    for page in range(pages.count):
        if page:
            device.newPage()
        pages.paint(painter, page)


def _font(points: float, bold: bool = False) -> QFont:
    font = theme.font(bold=bold)
    font.setPointSizeF(points)
    return font
