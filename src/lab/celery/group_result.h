/*
 * group_result.h - GroupResult: what calling a group returns.
 *
 * Purpose:   join the results of a group's tasks: a barrier counts those that
 *            are ready, and the last one fulfils the group's promise.
 * Ownership: an object of the app's runtime; tm_group_result_new() gives a
 *            reference.  It holds its members.
 * Units:     times in milliseconds.
 * Errors:    as waiting.h.
 * Source:    celery/result.py (ResultSet, GroupResult), 4.2.2 and 4.3.0.
 */
#ifndef TM_LAB_CELERY_GROUP_RESULT_H
#define TM_LAB_CELERY_GROUP_RESULT_H

#include "lab/celery/result.h"
#include "lab/promise/barrier.h"

struct tm_group_members {
	struct tm_id id;		  /* of the group */
	struct tm_object *const *results; /* borrowed: struct tm_async_result */
	size_t count;
	/* The barrier that the results call already; NULL makes one and
	 * subscribes to every result, as group.freeze() does. */
	struct tm_barrier *ready_barrier;
};

int tm_is_group_result(const struct tm_object *object);

TM_CHECK enum tm_rc tm_group_result_new(struct tm_group_result **out,
					struct tm_app *app,
					const struct tm_group_members *members,
					struct tm_err *err);

/* Wait until every member is ready; a failed one fails the group. */
TM_CHECK enum tm_rc tm_group_result_get(struct tm_group_result *self,
					uint32_t timeout_ms,
					struct tm_err *err);

#endif
