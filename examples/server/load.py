"""Clients for the servers of this folder: one connection a request.

Usage: load.py REQUESTS CMD [ARG...]

Starts CMD, which is a server or `tidemark exec ... -- SERVER`, waits for the
line that says where it listens, sends REQUESTS requests, every tenth of which is
a bad one, and then asks the server to stop.  What CMD prints is passed on, and
its exit status is the exit status of this program.
"""

import re
import socket
import subprocess
import sys
import threading


def ask(port, request):
    """The answer to one request."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        return connection.recv(4096)


def wait_for_port(output):
    """Pass on what the server prints until it says where it listens."""
    for line in output:
        print(line, end="", flush=True)
        listening = re.search(r"listening on 127\.0\.0\.1:(\d+)", line)
        if listening:
            return int(listening.group(1))
    return None


def send_requests(port, requests):
    for number in range(1, requests + 1):
        if number % 10 == 0:
            request, wanted = b"FETCH 1\n", b"400 "
        else:
            request, wanted = b"GET %d\n" % number, b"200 "
        answer = ask(port, request)
        if not answer.startswith(wanted):
            sys.exit(f"load.py: {request!r} was answered with {answer!r}")


def main():
    requests = int(sys.argv[1])
    server = subprocess.Popen(
        sys.argv[2:], stdout=subprocess.PIPE, text=True, errors="replace"
    )
    port = wait_for_port(server.stdout)
    if port:
        rest = threading.Thread(
            target=lambda: [print(line, end="") for line in server.stdout]
        )
        rest.start()
        send_requests(port, requests)
        ask(port, b"STOP\n")
        rest.join()
    sys.exit(server.wait())


if __name__ == "__main__":
    main()
