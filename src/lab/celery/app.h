/*
 * app.h - the application: one runtime, one strategy, one pair of transports.
 *
 * Purpose:   what every signature and result of a producer belongs to.
 * Ownership: tm_app_new() gives the caller the app; tm_app_free() takes it back
 *            with its runtime and whatever leaked in it.  Allocator, broker and
 *            backend are borrowed and must outlive the app.
 * Units:     times in milliseconds.
 * Errors:    an enum tm_rc; failures inside finalizers are kept by the runtime
 *            and reported by tm_app_check().
 * Threads:   one app per thread.
 * Source:    celery/app/base.py.
 */
#ifndef TM_LAB_CELERY_APP_H
#define TM_LAB_CELERY_APP_H

#include "lab/celery/broker.h"
#include "lab/celery/consumer.h"
#include "lab/celery/strategy.h"
#include "lab/runtime/object.h"
#include "lab/runtime/runtime.h"

struct tm_app_opts {
	struct tm_alloc *alloc;	    /* borrowed */
	struct tm_broker *broker;   /* borrowed */
	struct tm_backend *backend; /* borrowed */
	const struct tm_strategy *strategy;
	enum tm_rules rules;
	enum tm_wire wire;
};

/* _on_fulfilled: how often it should have run, and how often it did. */
struct tm_callback_counts {
	uint64_t expected; /* results that became ready */
	uint64_t fired;
};

struct tm_app {
	struct tm_alloc *alloc;
	struct tm_runtime *runtime;
	struct tm_broker *broker;
	struct tm_backend *backend;
	const struct tm_strategy *strategy;
	enum tm_wire wire;
	struct tm_consumer consumer;
	struct tm_id_source ids;
	struct tm_id oid; /* reply_to */
	char origin[96];  /* gen<pid>@<host> */
	struct tm_callback_counts callbacks;
	struct tm_buf payload; /* of the last GET */

	/* Scratch for the tasks of one group; grows to the largest. */
	struct tm_id *task_ids;
	struct tm_object **results;
	size_t scratch_capacity;
};

TM_CHECK enum tm_rc tm_app_new(struct tm_app **out,
			       const struct tm_app_opts *opts,
			       struct tm_err *err);
void tm_app_free(struct tm_app *app); /* NULL is allowed */

/* The first failure that happened where it could not be returned. */
TM_CHECK enum tm_rc tm_app_check(const struct tm_app *app, struct tm_err *err);

/* The end of a call of a promise or a barrier that returned `rc`: what it failed
 * with, or the exception that a callback raised (no task of the lab is meant to
 * raise one).  Releases `outcome`. */
TM_CHECK enum tm_rc tm_app_finish_call(const struct tm_app *app, enum tm_rc rc,
				       struct tm_return *outcome,
				       struct tm_err *err);

/* Room for the ids and results of `count` tasks. */
TM_CHECK enum tm_rc tm_app_reserve_tasks(struct tm_app *app, size_t count,
					 struct tm_err *err);

#endif
