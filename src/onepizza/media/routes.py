"""The HTTP edge of media: where a client finds its way through NATs (API §13)."""

from __future__ import annotations

import msgspec
from litestar import Router, get

from onepizza.core.openapi import refusals
from onepizza.media.ice import IceServer, IceServers


class IceConfiguration(msgspec.Struct, frozen=True):
    """What `new RTCPeerConnection` takes."""

    ice_servers: list[IceServer] = msgspec.field(name="iceServers")


def routes(ice_servers: IceServers) -> Router:
    """Return the route of API §13; its answer is never cached, because it may hold credentials."""

    @get(
        "/api/config/ice-servers",
        summary="STUN and TURN servers",
        operation_id="getIceServers",
        responses=refusals(),
    )
    async def get_ice_servers() -> IceConfiguration:
        """Return the servers that a client passes to its peer connections, with TURN credentials if there are any."""
        return IceConfiguration(ice_servers.for_name())

    return Router("/", route_handlers=[get_ice_servers], tags=["media"])
