"""producer_marked.py, but each result is read.

Usage: reader.py [CHORDS [EVERY]]        (default: 10000 1000)

It needs a worker too: scripts/with-worker starts one.  Celery forgets the
channels of a result that was read, so tidemark must find it flat.

A result that was fetched before its message came leaves the message behind.
Celery keeps the last 8,192 of these: a buffer and no leak, but one that takes as
many chords to fill.  Ten are enough to see it full from the beginning.
"""

import os
import resource
import sys

from celery import Celery, chord
from celery.backends import base

base.MESSAGE_BUFFER_MAX = 10
app = Celery(
    "task",
    broker=os.environ["TIDEMARK_TEST_AMQP_URL"],
    backend=os.environ["TIDEMARK_TEST_REDIS_URL"],
)


@app.task(name="task.dummy")
def dummy():
    return "1"


@app.task(name="task.result")
def result():
    return "2"


marks = "/proc/self/fd/" + os.environ.get("TIDEMARK_FD", "")
chords, every = [int(word) for word in sys.argv[1:]] or (10000, 1000)
for i in range(chords):
    chord(dummy.si())(result.si()).get(timeout=60)
    if os.path.islink(marks) and os.readlink(marks) == os.environ.get("TIDEMARK_PIPE"): os.write(int(os.environ["TIDEMARK_FD"]), b"mark %d\n" % (i + 1))
    if i % every == 0:
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"Memory usage: {usage} (kb)")
