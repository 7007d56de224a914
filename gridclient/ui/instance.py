"""One window for each profile folder: a second start brings the first window to the front and ends."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 500


def _name(root: Path) -> str:
    return "gridclient-" + hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]


class FirstInstance(QObject):
    """Held by the first start; says when another one asked for the window."""

    asked = Signal()

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        name = _name(root)
        QLocalServer.removeServer(name)  # what a killed process left behind
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        self._server.listen(name)

    def _connected(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.disconnected.connect(socket.deleteLater)
        socket.disconnectFromServer()
        self.asked.emit()

    def close(self) -> None:
        """Lets another start be the first."""
        self._server.close()


def call_first(root: Path) -> bool:
    """Asks a window that is open already to come to the front; False when there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(root))
    found = socket.waitForConnected(_PATIENCE_MS)
    if found:
        socket.waitForDisconnected(_PATIENCE_MS)
    return found
