/*
 * producer.h - the Celery producer of a scenario program.
 *
 * Purpose:   connect to broker and result store by the program's options, and
 *            call, read and discard tasks as they say.
 * Ownership: the producer owns its app, its connections and its signatures;
 *            results are the caller's.
 * Units:     times in milliseconds.
 * Errors:    TM_EUSAGE for an unknown strategy or too many signatures, else
 *            those of the app and of its transports.
 */
#ifndef TM_LAB_PROGRAM_PRODUCER_H
#define TM_LAB_PROGRAM_PRODUCER_H

#include "lab/celery/app.h"
#include "lab/celery/strategy.h"
#include "lab/program/options.h"
#include "lab/transport/transport.h"

#define TM_PRODUCER_SIGNATURES_MAX 16
#define TM_PRODUCER_URL_MAX	   512

/* A producer starts as a struct of zeros: a program without Celery. */
struct tm_producer {
	struct tm_alloc *alloc;
	struct tm_transport transport;
	struct tm_app *app; /* NULL: not opened */
	struct tm_signature *signatures[TM_PRODUCER_SIGNATURES_MAX];
	size_t signature_count;
	struct tm_signature **header; /* one signature, header_count times */
	uint32_t header_count;
	char broker[TM_PRODUCER_URL_MAX]; /* without the password */
	char backend[TM_PRODUCER_URL_MAX];
};

TM_CHECK enum tm_rc tm_producer_open(struct tm_producer *producer,
				     struct tm_alloc *alloc,
				     const struct tm_strategy *strategy,
				     const struct tm_scenario_options *options,
				     struct tm_err *err);
void tm_producer_close(struct tm_producer *producer);

/* task.si(); the producer owns it. */
TM_CHECK enum tm_rc tm_producer_sign(struct tm_producer *producer,
				     const char *task,
				     struct tm_signature **out,
				     struct tm_err *err);

/* What a program calls in each iteration. */
struct tm_call {
	enum tm_shape shape;
	struct tm_signature *header;
	struct tm_signature *body; /* of a chord */
};

/* The caller owns *out. */
TM_CHECK enum tm_rc tm_producer_call(struct tm_producer *producer,
				     const struct tm_call *call,
				     struct tm_object **out,
				     struct tm_err *err);

/* Wait at most `timeout_ms` for the result, and read it. */
TM_CHECK enum tm_rc tm_producer_read(struct tm_object *result,
				     uint32_t timeout_ms, struct tm_err *err);

/* Let `ms` pass; connections are kept alive meanwhile. */
TM_CHECK enum tm_rc tm_producer_idle(struct tm_producer *producer, uint32_t ms,
				     struct tm_err *err);

/* Send what is still buffered. */
TM_CHECK enum tm_rc tm_producer_flush(struct tm_producer *producer,
				      struct tm_err *err);

#endif
