#!/usr/bin/env python3
"""sessions.py - a table of sessions that are never taken out.

Usage: python3 sessions.py [LOGINS]        (default: 20000)

Each login leaves a Session and what it holds in a table: small objects, which
CPython takes from arenas of its own.  `tidemark exec --inside` must say that what
is alive grows, and name the type Session.  sessions_fixed.py, one line more, is
flat.
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
