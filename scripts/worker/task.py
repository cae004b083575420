"""The two tasks of the article's chord, for a real Celery worker.

Started by scripts/with-worker, which names the servers in the environment.
"""

import os

from celery import Celery
from celery.signals import worker_ready

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


@worker_ready.connect
def say_so(**_):
    """Create the file that scripts/with-worker waits for."""
    with open(os.environ["TIDEMARK_WORKER_READY"], "w", encoding="utf-8"):
        pass
