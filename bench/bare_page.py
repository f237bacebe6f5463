"""The least that makes a call of two: a page with one RTCPeerConnection, and a WebSocket that passes everything on.

What the product's page is measured against: whatever the browser, the machine and the network cost, it costs here too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

#: Asks for the devices and opens the socket at once; whoever comes second calls.
_PAGE = """<!doctype html><html lang="en"><title>bare</title>
<video id="theirs" autoplay playsinline muted></video><video id="mine" autoplay playsinline muted></video>
<script type="module">
const socket = new WebSocket(location.href.replace("http", "ws"));
const tell = (message) => socket.send(JSON.stringify(message));
const isStrong = navigator.hardwareConcurrency > 4;
const devices = navigator.mediaDevices.getUserMedia({
  audio: true,
  video: { width: isStrong ? 1280 : 640, height: isStrong ? 720 : 360, frameRate: isStrong ? 30 : 24 },
});
devices.then((stream) => { document.querySelector("#mine").srcObject = stream; });
let connection;
const open = async () => {
  connection?.close();
  connection = new RTCPeerConnection();
  connection.onicecandidate = ({ candidate }) => { if (candidate) tell({ candidate }); };
  connection.ontrack = ({ streams }) => { document.querySelector("#theirs").srcObject = streams[0]; };
  const stream = await devices;
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
};
const describe = async () => {
  await connection.setLocalDescription();
  tell({ description: connection.localDescription });
};
const take = async ({ isSecond, description, candidate }) => {
  if (isSecond) {
    await open();
    await describe();
  } else if (candidate) {
    await connection.addIceCandidate(candidate);
  } else if (description) {
    if (description.type === "offer") await open();
    await connection.setRemoteDescription(description);
    if (description.type === "offer") await describe();
  }
};
let queue = Promise.resolve();
socket.onmessage = ({ data }) => { queue = queue.then(() => take(JSON.parse(data))); };
</script></html>"""


@asynccontextmanager
async def bare_page() -> AsyncIterator[str]:
    """Serve the page for the length of a block; returns its address."""
    people: set[ServerConnection] = set()

    def page(connection: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:
            return None
        answer = connection.respond(HTTPStatus.OK, _PAGE)
        del answer.headers["Content-Type"]
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
        return answer

    async def relay(connection: ServerConnection) -> None:
        if people:
            await connection.send('{"isSecond": true}')
        people.add(connection)
        try:
            async for message in connection:
                broadcast(people - {connection}, message)
        finally:
            people.discard(connection)

    async with serve(relay, "127.0.0.1", 0, process_request=page, compression=None) as server:
        [listening] = server.sockets
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
