import re
from pathlib import Path

from onepizza.accounts import store as accounts
from onepizza.meetings import store as meetings

ROOT = Path(__file__).parents[2]
PEER = (ROOT / "bench/peer/meetings.mjs").read_text()


def statements(text, start):
    """Return the SQL statements of a source file that begin so, with single blanks."""
    found = re.findall(rf"""["'`]\s*({start} [^"'`]+)["'`]""", text)
    return {" ".join(statement.split()) for statement in found}


class TestMeetingsPeer:
    def test_inserts_with_the_products_own_statement(self):
        assert statements(PEER, "INSERT INTO meetings") == {" ".join(meetings._INSERT.split())}

    def test_looks_the_key_up_with_the_products_own_statement(self):
        (peers,) = statements(PEER, "SELECT id, user_id")
        assert peers in statements(Path(accounts.__file__).read_text(), "SELECT")
