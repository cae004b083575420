"""What scripts/bench-overhead computes and runs; no duration is looked at."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build/release"
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "bench"))

import overhead  # noqa: E402
from rounds import Unmeasured  # noqa: E402


class FakeWhere:
    build = BUILD
    sampling_bytes = 32768


class FakeWatch:
    """Each way takes as many seconds as it is told."""

    def __init__(self, **seconds):
        self.seconds = seconds
        self.order = []

    def run(self, program, way):
        self.order.append(way)
        return {"wall": 2 * self.seconds[way], "cpu": self.seconds[way]}


PROGRAM = overhead.Program("p", "text", ["true"])


class Figures(unittest.TestCase):
    def setUp(self):
        self.available = overhead.available_ways
        overhead.available_ways = lambda: ["plain", "net", "sampled", "massif"]

    def tearDown(self):
        overhead.available_ways = self.available

    def measured(self, sampled):
        watch = FakeWatch(plain=1.0, net=1.01, sampled=sampled, massif=20.0)
        return watch, overhead.measure(watch, PROGRAM, turns=4, slow_turns=2)

    def test_the_value_is_what_sampling_adds_in_percent(self):
        figure = overhead.describe(PROGRAM, self.measured(1.02)[1], 3)
        self.assertAlmostEqual(figure["value"], 2)
        self.assertTrue(figure["reached"])

    def test_more_than_the_target_is_not_reached(self):
        figure = overhead.describe(PROGRAM, self.measured(1.04)[1], 3)
        self.assertFalse(figure["reached"])

    def test_a_program_that_does_nothing_else_has_no_target(self):
        loop = overhead.Program("loop", "text", ["true"], heavy=False)
        figure = overhead.describe(loop, self.measured(1.5)[1], 3)
        self.assertIsNone(figure["target"])
        self.assertIsNone(figure["reached"])

    def test_the_first_round_is_left_out_and_slow_tools_have_fewer(self):
        watch, taken = self.measured(1.02)
        self.assertEqual(len(taken["plain"]["cpu"]), 4)
        self.assertEqual(len(taken["massif"]["wall"]), 2)
        self.assertEqual(watch.order.count("plain"), 5)
        self.assertEqual(watch.order.count("massif"), 3)

    def test_the_order_turns(self):
        watch, _ = self.measured(1.02)
        self.assertEqual(watch.order[0], "plain")
        self.assertEqual(watch.order[4], "net")


class Runs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.watch = overhead.Watch(FakeWhere, self.folder.name)
        self.loop = overhead.Program(
            "loop", "text", [BUILD / "bench/overhead/loop", 1]
        )

    def tearDown(self):
        self.watch.close()
        self.folder.cleanup()

    def test_a_program_is_watched(self):
        for way in ("plain", "net", "sampled"):
            self.assertGreater(self.watch.run(self.loop, way)["wall"], 0)

    def test_a_program_that_fails_is_no_figure(self):
        with self.assertRaisesRegex(Unmeasured, "ended with 1"):
            self.watch.run(overhead.Program("f", "text", ["false"]), "plain")

    def test_a_program_that_is_not_counted_is_no_figure(self):
        self.watch.library = "/nowhere.so"
        with self.assertRaisesRegex(Unmeasured, "nothing was counted"):
            self.watch.run(self.loop, "net")


if __name__ == "__main__":
    unittest.main()
