/*
 * signature.h - a task and how it will be called.
 *
 * Purpose:   dummy.si() and result.si() of the article's loop.
 * Ownership: tm_signature_new() gives the caller the signature; give it back
 *            with tm_signature_free(), before its app.  The task's name is
 *            copied.
 * Errors:    TM_ENOMEM; TM_EUSAGE for an empty name.
 * Source:    celery/canvas.py Signature.  Arguments are not modelled: the
 *            article's tasks take none.
 */
#ifndef TM_LAB_CELERY_SIGNATURE_H
#define TM_LAB_CELERY_SIGNATURE_H

#include "lab/celery/app.h"

struct tm_signature;

/* task.si() when `immutable` is set: a chord then does not pass the header's
 * results to it; task.s() otherwise. */
TM_CHECK enum tm_rc tm_signature_new(struct tm_signature **out,
				     struct tm_app *app, const char *task,
				     int immutable, struct tm_err *err);
void tm_signature_free(struct tm_signature *signature); /* NULL is allowed */

struct tm_app *tm_signature_app(const struct tm_signature *signature);
const char *tm_signature_task(const struct tm_signature *signature);

/* The encoder for messages of this task: alone, or as one of `chord_size`
 * tasks in the header of a chord with `body` (NULL: none).  Borrowed from the
 * signature, made at the first use. */
TM_CHECK enum tm_rc tm_signature_encoder(struct tm_signature *signature,
					 const struct tm_signature *body,
					 uint32_t chord_size,
					 struct tm_message_encoder **out,
					 struct tm_err *err);

#endif
