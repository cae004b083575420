/*
 * canvas.h - call a task, a group, a chord.
 *
 * Purpose:   the article's chord(dummy.si())(result.si()) and its simpler
 *            relatives, with every object and every message that Celery makes.
 * Ownership: the result is a reference that the caller owns; dropping it with
 *            tm_unref() is what the article's loop does.
 * Errors:    an enum tm_rc for memory and transports; nothing is half sent as
 *            far as the count of published messages is concerned.
 * Source:    celery/canvas.py of 4.2.2 (chord.run, group.apply_async,
 *            group.freeze), celery/app/base.py send_task().
 */
#ifndef TM_LAB_CELERY_CANVAS_H
#define TM_LAB_CELERY_CANVAS_H

#include "lab/celery/result.h"
#include "lab/celery/signature.h"

/* task.delay() */
TM_CHECK enum tm_rc tm_delay(struct tm_async_result **out, struct tm_app *app,
			     struct tm_signature *task, struct tm_err *err);

/* group(tasks)() */
TM_CHECK enum tm_rc tm_group(struct tm_group_result **out, struct tm_app *app,
			     struct tm_signature *const *tasks, size_t count,
			     struct tm_err *err);

/* chord(header)(body), with the app of `body` */
TM_CHECK enum tm_rc tm_chord(struct tm_async_result **out,
			     struct tm_signature *const *header, size_t count,
			     const struct tm_signature *body,
			     struct tm_err *err);

#endif
