"""cycles.c in CPython: the same cycle out of classes with __slots__ and a bound
method, the same number of attributes, no finalizer; the collector off while
they are made, then one gc.collect().

Usage: cycles.py, rounds of so many cycles on standard input.
"""

import gc

from peer import Stopwatch, answer, rounds


class Promise:
    __slots__ = ("fun", "listener", "more", "weak", "ready")

    def __init__(self, fun):
        self.fun = fun
        self.listener = None
        self.more = None
        self.weak = False
        self.ready = False


class AsyncResult:
    __slots__ = ("on_ready", "id", "app", "parent", "cache")

    def __init__(self, id, app):
        self.id = id
        self.app = app
        self.parent = None
        self.cache = None
        self.on_ready = Promise(self._on_fulfilled)

    def _on_fulfilled(self, result):
        return result


def make(cycles):
    id = "5a2c304b-b21a-4058-8191-f059493445ec"
    app = object()
    for _ in range(cycles):
        AsyncResult(id, app)


gc.disable()
for cycles in rounds():
    gc.collect()
    watch = Stopwatch()
    make(cycles)
    made = watch.read()
    watch = Stopwatch()
    found = gc.collect()
    collected = watch.read()
    assert found == 3 * cycles, found
    answer(make=made, collect=collected)
