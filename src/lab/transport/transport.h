/*
 * transport.h - open the broker and the result backend that two URLs name.
 *
 * Purpose:   the one place that knows every transport: memory:// (embedded, the
 *            default), amqp:// and pyamqp:// (librabbitmq), redis:// (hiredis),
 *            null:// (measures what the harness itself costs).
 * Ownership: tm_transport_open() gives the caller both; tm_transport_close()
 *            takes them back.  The options are borrowed for the call, `alloc`
 *            for as long as the transport lives.
 * Units:     times in milliseconds.
 * Errors:    TM_EUSAGE for a URL that cannot be used (rediss:// and amqps:// are refused
 *            with the reason), TM_EUNAVAILABLE for a server
 *            that is gone or refuses, each in one line.  A password is never in
 *            the text.
 *
 * The URLs are Celery's: pyamqp://guest:guest@localhost:5672//?heartbeat=30,
 * redis://user:password@localhost:6379/0.  A virtual host that is empty or "/"
 * is "/".  heartbeat=SECONDS asks for heartbeats, which tm_broker_idle() keeps
 * up; without it there are none.  Any other option is refused, not ignored.
 * To show a URL, mask its password: tm_secret_mask_url() (util/secret.h).
 *
 * Broker and backend may be of different schemes, but only memory:// with
 * memory:// has a worker inside; with amqp:// it stores no results.
 */
#ifndef TM_LAB_TRANSPORT_TRANSPORT_H
#define TM_LAB_TRANSPORT_TRANSPORT_H

#include "lab/celery/backend.h"
#include "lab/celery/broker.h"
#include "util/alloc.h"

struct tm_transport_opts {
	struct tm_alloc *alloc;	 /* borrowed */
	const char *broker_url;	 /* NULL: memory:// */
	const char *backend_url; /* NULL: memory:// */
	int publisher_confirms;	 /* amqp only */
	uint32_t connect_ms;	 /* 0: the default of 5,000 */
	uint32_t tasks;		 /* tasks that are waited for at once, for which
			 * memory:// has room; 0: one */
};

struct tm_transport {
	struct tm_broker *broker;
	struct tm_backend *backend;
};

TM_CHECK enum tm_rc tm_transport_open(struct tm_transport *out,
				      const struct tm_transport_opts *opts,
				      struct tm_err *err);

/* The versions of the libraries that speak to servers: of librabbitmq what runs,
 * of hiredis what was compiled against, as it does not say. */
const char *tm_transport_librabbitmq_version(void);
const char *tm_transport_hiredis_version(void);

/* Close and free both.  A transport that was never opened is allowed. */
void tm_transport_close(struct tm_transport *transport);

#endif
