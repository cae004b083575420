"""The article's loop as the installed Celery runs it, one round at a time.

Usage: chord_loop.py BROKER BACKEND, rounds on standard input.
"""

import sys

from celery import Celery, chord

from peer import Stopwatch, answer, rounds

broker, backend = sys.argv[1:]
app = Celery("task", broker=broker, backend=backend)


@app.task(name="task.dummy")
def dummy():
    return 1


@app.task(name="task.result")
def result():
    return 2


def purge():
    """An embedded queue keeps every message: empty it between rounds, so that
    Python is not slowed by what no worker takes away."""
    if broker.startswith("memory://"):
        with app.connection_for_write() as connection:
            connection.default_channel.queue_purge("celery")


for iterations in rounds():
    watch = Stopwatch()
    for _ in range(iterations):
        chord(dummy.si())(result.si())
    answer(loop=watch.read())
    purge()
