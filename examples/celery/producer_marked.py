"""producer.py and one line, which tells tidemark when a chord has been sent.

Usage: producer_marked.py [CHORDS [EVERY]]        (the article's: 10000 1000)

Each chord is an iteration now, so tidemark must say how much memory grows by
chord: 0.2 to 0.5 KiB (results/reference/LAWS.md).
"""

import os
import resource
import sys

from celery import Celery, chord

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
    chord(dummy.si())(result.si())
    if os.path.islink(marks) and os.readlink(marks) == os.environ.get("TIDEMARK_PIPE"): os.write(int(os.environ["TIDEMARK_FD"]), b"mark %d\n" % (i + 1))
    if i % every == 0:
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"Memory usage: {usage} (kb)")
