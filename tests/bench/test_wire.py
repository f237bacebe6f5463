import pytest
from websockets.frames import Frame, Opcode
from websockets.server import ServerProtocol

from bench import wire


def received_by_server(data):
    server = ServerProtocol()
    request = wire.upgrade_request("127.0.0.1", 3000)
    server.receive_data(request)
    server.send_response(server.accept(server.events_received()[0]))
    server.receive_data(data)
    return server.events_received()


class TestClientFrame:
    @pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
    def test_a_server_reads_back_what_was_put_in(self, size):
        payload = bytes(ord("a") + number % 26 for number in range(size))
        assert received_by_server(wire.client_frame(payload)) == [Frame(Opcode.TEXT, payload)]


class TestEventFrame:
    def test_is_a_socket_io_event_without_acknowledgement(self):
        frames = received_by_server(wire.event_frame("chat:message", {"text": "né"}))
        assert [frame.data.decode() for frame in frames] == ['42["chat:message",{"text":"né"}]']


class TestTakeFrames:
    def test_returns_whole_frames_and_keeps_the_rest(self):
        sizes = (1, 125, 126, 65536)
        stream = b"".join(Frame(Opcode.TEXT, b"x" * size).serialize(mask=False) for size in sizes)
        for cut in (0, 1, 2, 3, 5, 130, 133, 262, 270, len(stream) - 1, len(stream)):
            first, rest = wire.take_frames(stream[:cut])
            second, left = wire.take_frames(rest + stream[cut:])
            assert ([len(payload) for payload in first + second], left) == (list(sizes), b"")

    def test_a_close_frame_is_told(self):
        with pytest.raises(wire.Closed):
            wire.take_frames(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=False))

    def test_a_binary_frame_is_an_error(self):
        with pytest.raises(ValueError, match="0x82"):
            wire.take_frames(Frame(Opcode.BINARY, b"x").serialize(mask=False))
