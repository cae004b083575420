"""The servers of the live loop: what scripts/with-services has started."""

import os
import time

import amqp
import redis

from rounds import Unmeasured

PATIENCE_S = 30


def addresses():
    try:
        return (
            os.environ["TIDEMARK_TEST_AMQP_URL"],
            os.environ["TIDEMARK_TEST_REDIS_URL"],
        )
    except KeyError:
        raise Unmeasured("no servers: run it under scripts/with-services")


def let_replies_wait(url):
    """No loop reads the replies to its subscriptions.  Redis would close the
    connection of a client that lets 8 MiB of them wait for a minute."""
    redis.from_url(url).config_set("client-output-buffer-limit", "pubsub 0 0 0")


class Queue:
    """The queue that every loop publishes to."""

    def __init__(self, url):
        # amqp://user:password@host:port//
        login, address = url.split("://", 1)[1].split("@")
        self.connection = amqp.Connection(
            address.rstrip("/"), *login.split(":"), virtual_host="/"
        )

    def __enter__(self):
        self.connection.connect()
        self.channel = self.connection.channel()
        self.channel.queue_declare("celery", durable=True, auto_delete=False)
        self.channel.queue_purge("celery")
        return self

    def __exit__(self, *_):
        self.connection.close()

    def empty(self, expected):
        """Take a turn's messages away once all are there, so that no loop's
        turn pays for another's backlog."""
        self.await_messages(expected)
        self.channel.queue_purge("celery")

    def await_messages(self, expected):
        end = time.monotonic() + PATIENCE_S
        while self.count() < expected:
            if time.monotonic() > end:
                raise Unmeasured(f"fewer than {expected} messages came")
            time.sleep(0.01)

    def count(self):
        return self.channel.queue_declare("celery", passive=True).message_count
