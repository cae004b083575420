/*
 * lab.h - a Celery producer on the embedded transport, for tests.
 *
 * Purpose:   run the article's loop with any strategy, rules and shape, and
 *            tell what each iteration leaves behind.
 * Ownership: lab_open() and lab_close() come in pairs; the results that a test
 *            takes from lab_apply() are its own.
 * Errors:    whatever goes wrong is an assertion that fails, except in
 *            lab_apply(), lab_read() and lab_iterate(), which answer it.
 */
#ifndef TM_TESTS_CELERY_LAB_H
#define TM_TESTS_CELERY_LAB_H

#include "lab/celery/async_result.h"
#include "lab/celery/canvas.h"
#include "lab/celery/discard.h"
#include "lab/celery/group_result.h"
#include "lab/celery/waiting.h"
#include "lab/runtime/census.h"
#include "lab/program/options.h"
#include "lab/transport/decorate.h"
#include "lab/transport/transport.h"

#define LAB_HEADER_MAX 16

struct lab_opts {
	const char *strategy;
	enum tm_rules rules;
	enum tm_shape shape;
	uint32_t header; /* 0: 1 */
	int read_results;
	int manual; /* no collection but those that the test asks for */
	enum tm_wire wire;
	const char *url;	/* of broker and backend; NULL: memory:// */
	struct tm_buf *log;	/* not NULL: trace the backend's commands */
	uint32_t timeout_ms;	/* 0: 1,000 */
	struct tm_fault *fault; /* not NULL: transports that fail on demand */
	const char *task;	/* of the header; NULL: task.dummy */
};

struct lab {
	struct lab_opts opts;
	struct tm_alloc alloc;
	struct tm_transport transport;
	struct tm_app *app;
	struct tm_signature *dummy;
	struct tm_signature *result;
	struct tm_signature *header[LAB_HEADER_MAX];
	struct tm_err err;
};

/* Objects, tables and callbacks at one moment, after full collections. */
struct lab_state {
	struct tm_census census;
	struct tm_table_counts tables;
	struct tm_callback_counts callbacks;
};

void lab_open(struct lab *lab, const struct lab_opts *opts);

/* Free all of it; fails the test when anything is left allocated. */
void lab_close(struct lab *lab);

/* One call of the shape; the caller owns *out. */
TM_CHECK enum tm_rc lab_apply(struct lab *lab, struct tm_object **out);

/* get() of whatever lab_apply() returned. */
TM_CHECK enum tm_rc lab_read(struct lab *lab, struct tm_object *result);

/* Apply, read if the options say so, discard if the strategy can, drop. */
TM_CHECK enum tm_rc lab_iterate(struct lab *lab);

/* So many iterations, each of which must succeed. */
void lab_run(struct lab *lab, int iterations);

/* Is this the build that collects at every allocation? */
int lab_collects_always(const struct lab *lab);

/* Collect until nothing more is released, and count. */
void lab_measure(struct lab *lab, struct lab_state *state);

#endif
