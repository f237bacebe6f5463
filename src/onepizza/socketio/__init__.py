"""A Socket.IO server (Engine.IO 4, Socket.IO 5) for uvicorn. Step 0; knows nothing of the rest of onepizza.

This is the package's public API, the one place in onepizza where names are re-exported: the package could be a
distribution of its own.
"""

from onepizza.socketio.clients import ConnectionRefused
from onepizza.socketio.engine import Engine
from onepizza.socketio.handshake import Handshake
from onepizza.socketio.server import Server
from onepizza.socketio.session import Session
from onepizza.socketio.sockets import Socket

__all__ = ["ConnectionRefused", "Engine", "Handshake", "Server", "Session", "Socket"]
