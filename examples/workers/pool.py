"""A pool of workers, one of which never forgets a job.

Usage: pool.py [JOBS]        (default: 60000)

Three processes do the jobs in turns.  The second of them keeps the page of 1,000
characters that each of its jobs makes, so the pool as a whole keeps 333 bytes a
job.  Each worker marks the jobs that it has done; no process counts the jobs of all, so
the marks have no number.
"""

import os
import socket
import sys

WORKERS = 3
marks = "/proc/self/fd/" + os.environ.get("TIDEMARK_FD", "")


def work(worker, orders):
    made = []
    while orders.recv(1) == b"+":
        page = " ".join(str(number) for number in range(300))[:1000]
        if worker != 1:
            made.clear()
        made.append(page)
        if os.path.islink(marks) and os.readlink(marks) == os.environ.get("TIDEMARK_PIPE"):
            os.write(int(os.environ["TIDEMARK_FD"]), b"mark\n")
        orders.send(b".")


def start(worker):
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        work(worker, theirs)
        os._exit(0)
    return ours


pool = [start(worker) for worker in range(WORKERS)]
for job in range(int(sys.argv[1]) // WORKERS if len(sys.argv) > 1 else 20000):
    for worker in pool:
        worker.send(b"+")
    for worker in pool:
        worker.recv(1)
for worker in pool:
    worker.send(b"-")
    os.wait()
