"""Read results by Celery's own AsyncResult: read_results.py WANTED <IDS.

Prints how many of the identifiers on standard input have a successful result
WANTED; fails unless all of them have.
"""
import sys

from celery.exceptions import TimeoutError as ResultTimeout
from celery.result import AsyncResult

from task import app

SECONDS = 20

wanted = sys.argv[1]
good = 0
ids = sys.stdin.read().split()
for task_id in ids:
    outcome = AsyncResult(task_id, app=app)
    try:
        value = outcome.get(timeout=SECONDS)
    except ResultTimeout:
        print(f"{task_id}: no result in {SECONDS} s", file=sys.stderr)
        break
    if outcome.status != "SUCCESS" or value != wanted:
        print(f"{task_id}: {outcome.status} {value!r}", file=sys.stderr)
        break
    good += 1
print(good)
sys.exit(0 if ids and good == len(ids) else 1)
