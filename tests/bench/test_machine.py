from bench.machine import CpuTimes, parse_cpu_times, send_us, stolen_percent


class TestParseCpuTimes:
    def test_sums_all_but_guest_time(self):
        assert parse_cpu_times("cpu  10 1 20 300 4 0 5 60 7 8\ncpu0 1 1 1 1") == CpuTimes(total=400, stolen=60)


class TestStolenPercent:
    def test_is_the_share_of_the_time_between_the_readings(self):
        assert stolen_percent(CpuTimes(1000, 100), CpuTimes(1200, 150)) == 25.0

    def test_no_time_passed_is_no_division_by_zero(self):
        assert stolen_percent(CpuTimes(5, 1), CpuTimes(5, 1)) == 0.0


class TestSendUs:
    def test_is_a_plausible_time(self):
        assert 0.1 < send_us() < 1000
