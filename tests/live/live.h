/*
 * live.h - what the tests beside real servers share.
 *
 * The servers are those of scripts/with-services.  Without them a test is
 * skipped and says so; with TIDEMARK_REQUIRE_LIVE=1 it fails instead.
 */
#ifndef TM_TESTS_LIVE_H
#define TM_TESTS_LIVE_H

#include "lab/transport/transport.h"
#include "lab/transport/url.h"

/* Ends the test when there is no server; one test at a time goes on, because
 * all share the queue `celery`. */
const char *live_amqp_url(void);
const char *live_redis_url(void);

/* The URL of the same server with these parts changed: NULL leaves one as it
 * is, port 0 too.  Valid until the next call. */
const char *live_changed_url(const char *url, const char *user_and_password,
			     int port, const char *path);

/* Ends the test with the reason when the transport cannot be opened. */
void live_open(struct tm_transport *out, const struct tm_transport_opts *opts);

#endif
