#!/usr/bin/env python3
"""cache.py - a cache that fills for a tenth of the time.

Usage: python3 cache.py [REQUESTS]        (default: 20000)

Each answer is kept under its request until the cache is full; from then on the
oldest one goes.  What is alive rises first, and then stays: nothing leaks.
"""

import collections
import hashlib
import os
import sys


class Answer:
    def __init__(self, request):
        self.text = hashlib.pbkdf2_hmac("sha256", b"%d" % request, b"", 500).hex()
        self.numbers = [float(request)] * 20


def mark(number):
    pipe = "/proc/self/fd/" + os.environ.get("TIDEMARK_FD", "")
    if os.path.islink(pipe) and os.readlink(pipe) == os.environ.get("TIDEMARK_PIPE"):
        os.write(int(os.environ["TIDEMARK_FD"]), b"mark %d\n" % number)


def main():
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    cache = collections.OrderedDict()
    for request in range(1, requests + 1):
        cache[request] = Answer(request)
        if len(cache) > requests // 10:
            cache.popitem(last=False)
        if request % 50 == 0:
            mark(request)


main()
