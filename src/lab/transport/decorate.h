/*
 * decorate.h - brokers and backends that wrap another one.
 *
 * Purpose:   trace writes every command to a log; fault fails on demand.  Tests
 *            wrap any transport in them.
 * Ownership: a decorator owns what it wraps, from a successful call on, and
 *            closes it when it is closed.  Logs and plans are borrowed and
 *            have to outlive it.
 * Errors:    TM_ENOMEM; what was to be wrapped is then still the caller's.
 * Source:    git's refs/debug.c.
 */
#ifndef TM_LAB_TRANSPORT_DECORATE_H
#define TM_LAB_TRANSPORT_DECORATE_H

#include "lab/celery/backend.h"
#include "lab/celery/broker.h"
#include "util/buf.h"

/* One line a command, as redis-cli's MONITOR would show it:
 *   PUBLISH task.dummy ID
 *   SUBSCRIBE celery-task-meta-ID
 * Waiting and reading events sends nothing and writes no line. */
TM_CHECK enum tm_rc tm_broker_trace(struct tm_broker **out,
				    struct tm_alloc *alloc,
				    struct tm_broker *inner, struct tm_buf *log,
				    struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_trace(struct tm_backend **out,
				     struct tm_alloc *alloc,
				     struct tm_backend *inner,
				     struct tm_buf *log, struct tm_err *err);

/* How many calls succeed before one fails, counted over all decorators that
 * share the plan; the calls after it succeed again. */
struct tm_fault {
	uint64_t calls_before;
	enum tm_rc rc;	/* what the failing call returns */
	uint64_t calls; /* made so far */
};

TM_CHECK enum tm_rc tm_broker_fault(struct tm_broker **out,
				    struct tm_alloc *alloc,
				    struct tm_broker *inner,
				    struct tm_fault *plan, struct tm_err *err);
TM_CHECK enum tm_rc tm_backend_fault(struct tm_backend **out,
				     struct tm_alloc *alloc,
				     struct tm_backend *inner,
				     struct tm_fault *plan, struct tm_err *err);

#endif
