#!/usr/bin/env python3
"""sessions_fixed.py - sessions.py, and each session is taken out again.

Usage: python3 sessions_fixed.py [LOGINS]        (default: 20000)

A hundred sessions are alive.  The cycle that each one is stays until CPython
collects: nothing grows.
"""

import hashlib
import os
import sys

sessions = {}


class Session:
    def __init__(self, number):
        self.user = f"user {number}"
        self.token = hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 500)
        self.visits = [number]


def log_in(number):
    session = Session(number)
    session.self = session  # a cycle, which only a collection frees
    sessions[number] = session
    sessions.pop(number - 100, None)


def mark(number):
    pipe = "/proc/self/fd/" + os.environ.get("TIDEMARK_FD", "")
    if os.path.islink(pipe) and os.readlink(pipe) == os.environ.get("TIDEMARK_PIPE"):
        os.write(int(os.environ["TIDEMARK_FD"]), b"mark %d\n" % number)


def main():
    logins = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    for number in range(1, logins + 1):
        log_in(number)
        if number % 50 == 0:
            mark(number)


main()
