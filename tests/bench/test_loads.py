import pytest

from bench.programs import BenchBroken, Program, peer, running

pytestmark = pytest.mark.node

MEETINGS = ["room-1", "room-2", "room-3"]


class TestLoadsAgainstThePeers:
    @pytest.mark.parametrize("script", ["rooms", "bare"])
    def test_every_load_ends_with_all_of_its_units_delivered(self, script):
        with running(peer(script)) as side:
            assert side.load("join", meetings=MEETINGS, per_room=4) == 12
            assert side.load("chat", count=30) == 120
            assert side.load("offer", count=20) == 20
            assert side.load("idle", count=5) == 5
            assert side.cpu_us_per_unit("chat", count=30) > 0
            assert side.own_bytes() > 1_000_000

    def test_an_error_event_ends_the_load_with_the_servers_words(self):
        with running(peer("rooms")) as side, pytest.raises(BenchBroken, match="invalid_request"):
            side.load("join", meetings=[""], per_room=2)

    def test_an_answer_other_than_created_ends_the_load(self):
        with running(peer("meetings")) as side, pytest.raises(BenchBroken, match=r"HTTP/1\.1 401"):
            side.load("post", count=3, connections=1, path="/api/meetings", headers={}, body={})

    def test_an_answer_without_a_length_ends_the_load(self):
        path = "/socket.io/?EIO=3&transport=polling"
        with running(peer("rooms")) as side, pytest.raises(BenchBroken, match="no Content-Length"):
            side.load("post", count=3, connections=1, path=path, headers={}, body={})


class TestRunning:
    def test_a_program_that_does_not_start_is_told_with_its_log(self):
        with (
            pytest.raises(BenchBroken, match=r"broken did not start, see build/bench/broken\.log"),
            running(Program("broken", ["node", "--eval", "process.exit(3)"])),
        ):
            pass
