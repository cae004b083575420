/*
 * discard.h - forget a result explicitly.
 *
 * Purpose:   the fix that a program can apply itself: take a result that it
 *            will not read out of every table.
 * Ownership: everything is borrowed for the call.
 * Units:     times in milliseconds.
 * Errors:    as waiting.h.
 * Source:    tidemark's own; Celery has AsyncResult.forget(), which deletes the
 *            stored result and leaves the tables as they are.
 */
#ifndef TM_LAB_CELERY_DISCARD_H
#define TM_LAB_CELERY_DISCARD_H

#include "lab/celery/result.h"

/* Take this result, and those it depends on, out of the pending tables,
 * unsubscribe from their channels, and read the replies until the channels are
 * gone from the tables too. */
TM_CHECK enum tm_rc tm_result_discard(struct tm_object *result,
				      uint32_t timeout_ms, struct tm_err *err);

#endif
