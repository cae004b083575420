/*
 * meta.h - the stored state of one task, as a worker writes it.
 *
 * Purpose:   {"status": ..., "result": ..., "task_id": ...} as a value.
 * Ownership: tm_meta_parse() gives the caller the meta; tm_meta_free() takes it
 *            back.
 * Errors:    TM_EUNAVAILABLE when the bytes are not a result, with the reason.
 * Source:    celery/backends/base.py meta_from_decoded(), celery/states.py.
 */
#ifndef TM_LAB_CELERY_META_H
#define TM_LAB_CELERY_META_H

#include "util/alloc.h"
#include "util/id.h"

enum tm_state {
	TM_STATE_PENDING, /* nothing is stored, or the task still runs */
	TM_STATE_SUCCESS,
	TM_STATE_FAILURE, /* FAILURE or REVOKED: the result is an error */
};

struct tm_meta {
	struct tm_id task_id;
	enum tm_state state;
	char *result; /* a string as it is, any other value as JSON */
};

TM_CHECK enum tm_rc tm_meta_parse(struct tm_meta **out, struct tm_alloc *alloc,
				  const char *payload, size_t length,
				  struct tm_err *err);
TM_CHECK struct tm_meta *tm_meta_copy(struct tm_alloc *alloc,
				      const struct tm_meta *meta);

/* NULL is allowed. */
void tm_meta_free(struct tm_alloc *alloc, struct tm_meta *meta);

#endif
