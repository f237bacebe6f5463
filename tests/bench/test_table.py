import pytest

from bench.table import Row, render


def row(**changes):
    values = {"name": "chat", "unit": "µs", "ours": [5.0, 50.0, 6.0], "peers": [10.0, 8.0, 9.0], "target": 0.75}
    return Row(**{**values, **changes})


class TestRatio:
    def test_is_the_ratio_of_the_medians_so_one_disturbed_round_does_not_count(self):
        assert row().ratio == pytest.approx(6 / 9)

    def test_spread_compares_neighbouring_rounds(self):
        assert row().spread == (pytest.approx(0.5), pytest.approx(50 / 8))

    def test_sides_with_different_numbers_of_rounds_are_a_mistake(self):
        with pytest.raises(ValueError, match="zip"):
            _ = row(ours=[1.0]).spread


class TestVerdict:
    @pytest.mark.parametrize(
        ("target", "verdict", "is_missed"),
        [(0.75, "pass", False), (6 / 9, "pass", False), (0.6, "MISS", True), (None, "-", False)],
    )
    def test_passes_up_to_and_including_the_target(self, target, verdict, is_missed):
        assert (row(target=target).verdict, row(target=target).is_missed) == (verdict, is_missed)


class TestRender:
    def test_aligns_the_columns_and_puts_notes_below(self):
        rows = [
            row(),
            Row("idle socket", "kB", [20.0], [10.0], 1.0, note="profile in build/bench/x"),
            row(name="bare", target=None),
        ]
        assert render(rows).splitlines() == [
            "per unit     onepizza     node  ratio     spread   target",
            "-" * 57,
            "chat           6.0 µs   9.0 µs   0.67  0.50-6.25  <= 0.75  pass",
            "idle socket   20.0 kB  10.0 kB   2.00  2.00-2.00  <= 1.00  MISS",
            "bare           6.0 µs   9.0 µs   0.67  0.50-6.25              -",
            "idle socket: profile in build/bench/x",
        ]
