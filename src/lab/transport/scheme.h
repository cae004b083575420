/*
 * scheme.h - the functions that open a transport.
 *
 * Purpose:   each transport defines one or two; the table of transport.c has a
 *            row for each scheme.
 * Ownership: an open function gives the caller its broker or backend; the
 *            options are borrowed for the call, `alloc` for longer.
 * Units:     times in milliseconds.
 * Errors:    on failure *out is NULL and nothing is left open.
 */
#ifndef TM_LAB_TRANSPORT_SCHEME_H
#define TM_LAB_TRANSPORT_SCHEME_H

#include "lab/celery/backend.h"
#include "lab/celery/broker.h"
#include "lab/transport/embedded.h"
#include "lab/transport/url.h"
#include "util/alloc.h"

struct tm_scheme_opts {
	struct tm_alloc *alloc;
	const struct tm_url *url;
	struct tm_embedded *server; /* of memory:// only */
	uint32_t connect_ms;
	int publisher_confirms;
};

typedef enum tm_rc tm_broker_open_function(struct tm_broker **out,
					   const struct tm_scheme_opts *opts,
					   struct tm_err *err);
typedef enum tm_rc tm_backend_open_function(struct tm_backend **out,
					    const struct tm_scheme_opts *opts,
					    struct tm_err *err);

tm_broker_open_function tm_broker_memory_open;
tm_broker_open_function tm_broker_null_open;
tm_broker_open_function tm_broker_amqp_open;
tm_backend_open_function tm_backend_memory_open;
tm_backend_open_function tm_backend_null_open;
tm_backend_open_function tm_backend_redis_open;

#endif
