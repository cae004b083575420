"""The article's producer: sends chords and never looks at their results.

Usage: producer.py [CHORDS [EVERY]]        (the article's: 10000 1000)

It needs a RabbitMQ and a Redis, and no worker: scripts/with-services starts
both.  Nothing here knows of tidemark.  Each chord leaves the channels of its
results in the tables of Celery's Redis subscriber, 0.2 to 0.5 KiB a chord
(results/reference/LAWS.md), so tidemark must say that memory grows.
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


chords, every = [int(word) for word in sys.argv[1:]] or (10000, 1000)
for i in range(chords):
    chord(dummy.si())(result.si())
    if i % every == 0:
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"Memory usage: {usage} (kb)")
