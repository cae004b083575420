"""A cache that fills and then stops growing.

Usage: lru.py [LOOKUPS]        (default: 100000)

Pages are looked up at random.  The cache keeps the 4,096 that were used last, so
it is full after some 5,000 lookups: memory rises, and then it stays.  That is
no leak, and tidemark must say flat.
"""

import functools
import os
import random
import sys


@functools.lru_cache(maxsize=4096)
def page(number):
    """A page of 1 KiB, give or take a half."""
    return bytes([number % 256]) * (512 + number * 37 % 1024)


lookups = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
chance = random.Random(1)
marks = "/proc/self/fd/" + os.environ.get("TIDEMARK_FD", "")
for i in range(lookups):
    page(chance.randrange(20000))
    if i % 100 == 99 and os.path.islink(marks):
        if os.readlink(marks) == os.environ.get("TIDEMARK_PIPE"):
            os.write(int(os.environ["TIDEMARK_FD"]), b"mark %d\n" % (i + 1))
