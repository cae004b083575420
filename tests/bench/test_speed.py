"""What scripts/bench-speed computes and runs; nothing here is timed.

Run by: scripts/with-services /usr/bin/python3 -m unittest discover tests/bench
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build/release"
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bench"))

import figures  # noqa: E402
import longrun  # noqa: E402
import rounds  # noqa: E402


def fake_peer(answers, iterations=10):
    """A peer that answers each turn with the next of these lines."""
    code = "import sys\nfor answer in %r:\n  input()\n  print(answer, flush=True)"
    return rounds.Peer("fake", [sys.executable, "-c", code % (answers,)], iterations)


def sample(iteration, cpu_ns, allocated, tables=0):
    return {
        "iteration": iteration,
        "cpu_ns": cpu_ns,
        "allocated_bytes": allocated,
        "table_bytes": tables,
    }


class Turns(unittest.TestCase):
    def test_a_turn_is_for_one_iteration(self):
        with fake_peer(["times make 100 50 collect 30 20"]) as peer:
            turn = peer.turn()
        self.assertEqual(turn["make"], {"wall": 10, "cpu": 5})
        self.assertEqual(turn["collect"], {"wall": 3, "cpu": 2})

    def test_what_is_said_to_people_is_skipped(self):
        with fake_peer(["Memory usage: 1 (kb)\ntimes loop 20 10"]) as peer:
            self.assertEqual(peer.turn()["loop"]["wall"], 2)

    def test_the_warming_turn_is_left_out(self):
        with fake_peer(["times loop 999 999"] + ["times loop 10 10"] * 3) as peer:
            turns = rounds.take_turns([peer], 3)
        self.assertEqual(rounds.times(turns, "fake", "loop", "cpu"), [1, 1, 1])

    def test_a_peer_that_ends_early_is_reported(self):
        with fake_peer(["times loop 1 1"]) as peer:
            peer.turn()
            with self.assertRaises(rounds.Unmeasured):
                peer.turn()

    def test_a_program_that_is_not_there_is_reported(self):
        with self.assertRaises(rounds.Unmeasured):
            rounds.Peer("none", ["/nowhere/bench/none"], 1)


class Figures(unittest.TestCase):
    def turns(self, pairs):
        return [
            {"ours": {"loop": {"wall": 2 * a, "cpu": a}}, "theirs": {"loop": {"wall": b, "cpu": b}}}
            for a, b in pairs
        ]

    def test_ratios_are_taken_within_a_turn(self):
        # The machine was half as fast in the second turn, for both.
        turns = self.turns([(1, 50), (2, 100), (1, 50)])
        self.assertEqual(rounds.ratios(turns, "theirs", "ours", "loop", "cpu"), [50] * 3)

    def test_the_figure_is_the_median(self):
        turns = self.turns([(1, 10), (1, 60), (1, 1000)])
        found = figures.ratio_figure("n", "t", turns, "theirs", "ours", "loop", "cpu", 50)
        self.assertEqual(found["value"], 60)
        self.assertTrue(found["reached"])

    def test_the_clock_is_the_one_that_was_named(self):
        turns = self.turns([(1, 60)] * 3)
        found = figures.ratio_figure("n", "t", turns, "theirs", "ours", "loop", "wall", 50)
        self.assertEqual(found["value"], 30)
        self.assertFalse(found["reached"])

    def test_a_figure_without_target_is_neither(self):
        self.assertIsNone(figures.figure("n", "t", 1, "times", ">=", None)["reached"])

    def test_a_ceiling_is_reached_from_below(self):
        self.assertTrue(figures.figure("n", "t", 24, "us", "<=", 25)["reached"])
        self.assertFalse(figures.figure("n", "t", 26, "us", "<=", 25)["reached"])

    def test_looks_are_a_share_of_one_processor(self):
        parts = {"mark": 100e3, "guard": 50e3, "checkpoint": 10e6, "statm": 1e3}
        turn = {part: {"wall": 9 * ns, "cpu": ns} for part, ns in parts.items()}
        share, apart = figures.outside_figures("n", "t", [{"outside": turn}] * 3)
        # Ten marks and twenty guards take 2 ms of a second.
        self.assertAlmostEqual(share["value"], 0.2)
        self.assertTrue(share["reached"])
        self.assertAlmostEqual(apart["value"], 2)

    def test_linear_time_has_the_power_one(self):
        linear = [(n, 40 * n) for n in (10**4, 10**5, 10**6, 10**7)]
        square = [(n, n * n) for n in (10**4, 10**5, 10**6)]
        self.assertAlmostEqual(figures.exponent(linear), 1)
        self.assertAlmostEqual(figures.exponent(square), 2)


class LongRun(unittest.TestCase):
    def run_of(self, bytes_at, cpu_at=lambda i: 5000 * i):
        return [sample(i, cpu_at(i), bytes_at(i)) for i in range(0, 10001, 10)]

    def test_a_leak_of_a_byte_is_seen(self):
        samples = self.run_of(lambda i: 5000 + i)
        self.assertAlmostEqual(longrun.growth(samples, "allocated_bytes"), 1, 2)

    def test_what_the_collector_takes_in_time_is_no_growth(self):
        samples = self.run_of(lambda i: 5000 + 100 * (i // 10 % 7))
        self.assertEqual(longrun.growth(samples, "allocated_bytes"), 0)

    def test_tables_can_be_taken_off(self):
        samples = [sample(i, i, 7000 + 3 * i, 3 * i) for i in range(0, 10001, 10)]
        self.assertEqual(longrun.growth(samples, "allocated_bytes - table_bytes"), 0)

    def test_a_loop_that_slows_down_shows(self):
        samples = self.run_of(lambda i: 0, lambda i: i * i)
        first = longrun.rate(longrun.tenth(samples, 0))
        last = longrun.rate(longrun.tenth(samples, 9))
        self.assertLess(last / first, 0.1)

    def test_a_burst_of_other_work_is_no_slowing_down(self):
        samples = self.run_of(lambda i: 0, lambda i: i * 10 + (i > 9500) * 10**6)
        last = longrun.tenth(samples, 9)
        self.assertAlmostEqual(longrun.quiet_rate(last), 1e8)
        self.assertLess(longrun.rate(last), 1e8 / 2)

    def test_a_run_too_short_to_be_timed_is_reported(self):
        with self.assertRaises(rounds.Unmeasured):
            longrun.rate(self.run_of(lambda i: 0, lambda i: 0))

    def test_ten_tenths_are_the_whole(self):
        samples = self.run_of(lambda i: 0)
        parts = [len(longrun.tenth(samples, n)) for n in range(10)]
        self.assertEqual(parts, [100] * 10)


class Programs(unittest.TestCase):
    """Each prints its figures; their speed does not matter here."""

    def parts_of(self, command, iterations=20, turns=2):
        with rounds.Peer("peer", command, iterations) as peer:
            for _ in range(turns):
                turn = peer.turn()
        self.assertTrue(all(part["wall"] > 0 for part in turn.values()))
        return set(turn)

    def test_chord_loop(self):
        flags = ["--iterations", "1000", "--every", "10"]
        self.assertEqual(self.parts_of([BUILD / "bench/chord_loop", *flags]), {"loop"})

    def test_chord_loop_in_celery(self):
        command = [figures.PYTHON, ROOT / "bench/chord_loop.py"]
        command += ["memory://", "cache+memory://"]
        self.assertEqual(self.parts_of(command), {"loop"})

    def test_cycles(self):
        self.assertEqual(self.parts_of([BUILD / "bench/cycles"]), {"make", "collect"})

    def test_cycles_that_are_held(self):
        parts = self.parts_of([BUILD / "bench/cycles", "held"])
        self.assertEqual(parts, {"make", "held", "collect"})

    def test_cycles_in_cpython(self):
        command = [figures.PYTHON, ROOT / "bench/cycles.py"]
        self.assertEqual(self.parts_of(command), {"make", "collect"})

    def test_sampler(self):
        parts = self.parts_of([BUILD / "bench/sampler"])
        self.assertEqual(parts, {"sample", "getrusage"})

    def test_outside(self):
        parts = self.parts_of([BUILD / "bench/outside", "4", "3"], 2)
        self.assertEqual(parts, {"mark", "guard", "checkpoint", "statm"})

    def test_long_run(self):
        where = type("Where", (), {"build": str(BUILD)})
        for name, scenario, flags, what in longrun.RUNS:
            with self.subTest(name):
                samples = longrun.run_scenario(where, scenario, flags, 2000)
                self.assertEqual(samples[-1]["iteration"], 2000)
                self.assertEqual(len(samples), 1 + longrun.SAMPLES)
                self.assertGreater(longrun.memory(samples[-1], what), 0)

    def test_without_servers_the_bare_loop_says_so(self):
        done = subprocess.run(
            [BUILD / "bench/bare_loop", "amqp://127.0.0.1:1//", "redis://127.0.0.1:1/1"],
            capture_output=True,
            text=True,
        )
        self.assertEqual(done.returncode, 3)
        self.assertIn("bare_loop: ", done.stderr)


@unittest.skipUnless("TIDEMARK_TEST_AMQP_URL" in os.environ, "no servers")
class Live(unittest.TestCase):
    def test_each_loop_publishes_a_message_a_chord(self):
        import servers

        amqp, redis = servers.addresses()
        commands = {
            "tidemark": [BUILD / "bench/chord_loop", "--broker", amqp, "--backend", redis],
            "bare": [BUILD / "bench/bare_loop", amqp, redis],
            "celery": [figures.PYTHON, ROOT / "bench/chord_loop.py", amqp, redis],
        }
        for name, command in commands.items():
            with self.subTest(name), servers.Queue(amqp) as queue:
                with rounds.Peer(name, command, 7) as peer:
                    peer.turn()
                    queue.await_messages(7)
                    self.assertEqual(queue.count(), 7)


class CommandLine(unittest.TestCase):
    def test_what_was_measured_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "speed.json")
            done = subprocess.run(
                [ROOT / "scripts/bench-speed", "--quick", "--only", "sampler"]
                + ["--export-json", file],
                capture_output=True,
                text=True,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(file) as text:
                whole = json.load(text)
        self.assertEqual([f["name"] for f in whole["figures"]], ["sample_cost"])
        self.assertTrue(whole["quick"])
        for key in ("cpu", "kernel", "compiler", "allocator", "celery"):
            self.assertTrue(whole["machine"][key], key)
        self.assertIn("sample_cost", done.stdout)

    def test_an_unknown_figure_is_bad_usage(self):
        done = subprocess.run(
            [ROOT / "scripts/bench-speed", "--only", "nonsense"], capture_output=True
        )
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
