"""peer.h's protocol for the programs in Python: rounds in, times out."""

import sys
import time


class Stopwatch:
    """Nanoseconds by the wall's clock and of the processor since start."""

    def __init__(self):
        self.wall = time.monotonic_ns()
        self.cpu = time.process_time_ns()

    def read(self):
        return time.monotonic_ns() - self.wall, time.process_time_ns() - self.cpu


def rounds():
    """The iterations of each round, until the input ends."""
    for line in sys.stdin:
        yield int(line)


def answer(**parts):
    """Say how long each part of a round took: name=(wall_ns, cpu_ns)."""
    words = ["times"]
    for name, (wall, cpu) in parts.items():
        words += [name, str(wall), str(cpu)]
    print(*words, flush=True)
