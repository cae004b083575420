"""Time programs against each other, in turns.

A peer is a program that speaks peer.h's protocol.  All peers of a comparison
are alive together and take short turns, so that what else the machine does
meets all of them; each ratio is taken within one turn of all, and the figure is
the median of those ratios.  The first turn warms up and is not counted.
"""

import contextlib
import os
import statistics
import subprocess


class Unmeasured(Exception):
    """Why a figure could not be taken, in one line."""


class Peer:
    """One program of a comparison, and how many iterations its turn has."""

    def __init__(self, name, command, iterations, environment=None, pass_fds=()):
        self.name = name
        self.iterations = iterations
        try:
            self.process = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=dict(os.environ, **(environment or {})),
                pass_fds=pass_fds,
                text=True,
            )
        except OSError as error:
            raise Unmeasured(f"{command[0]}: {error.strerror}: make benches?")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # A peer that has ended does not take the line that waits for it.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def turn(self, iterations=None):
        """One turn: {part: {"wall": ns, "cpu": ns}}, for one iteration."""
        iterations = iterations or self.iterations
        try:
            self.process.stdin.write(f"{iterations}\n")
            self.process.stdin.flush()
            words = self._answer()
        except BrokenPipeError:
            words = []
        if not words:
            raise Unmeasured(f"{self.name} ended with {self.process.wait()}")
        return {
            part: {"wall": int(wall) / iterations, "cpu": int(cpu) / iterations}
            for part, wall, cpu in zip(words[1::3], words[2::3], words[3::3])
        }

    def _answer(self):
        for line in self.process.stdout:
            if line.startswith("times "):
                return line.split()
        return []


def take_turns(peers, turns, before=lambda peer: None, after=lambda peer: None):
    """[{peer: {part: {clock: ns}}}], the warming turn left out.  `before` and
    `after` are done around each turn, untimed."""
    taken = []
    for number in range(turns + 1):
        turn = {}
        for peer in peers:
            before(peer)
            turn[peer.name] = peer.turn()
            after(peer)
        if number > 0:
            taken.append(turn)
    return taken


def times(turns, peer, part, clock):
    return [turn[peer][part][clock] for turn in turns]


def ratios(turns, slow, fast, part, clock):
    """How many times `fast` is as fast as `slow`, turn by turn."""
    return [
        a / b
        for a, b in zip(times(turns, slow, part, clock), times(turns, fast, part, clock))
    ]


def spread(values):
    """The least, the quartiles and the greatest."""
    values = sorted(values)
    if len(values) == 1:
        values *= 2
    lower, middle, upper = statistics.quantiles(values, n=4, method="inclusive")
    return {
        "least": values[0],
        "lower_quartile": lower,
        "median": middle,
        "upper_quartile": upper,
        "greatest": values[-1],
    }
