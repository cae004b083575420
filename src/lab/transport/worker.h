/*
 * worker.h - how the embedded worker handles one message.
 *
 * Purpose:   read a task message as a Celery worker does, and write the result
 *            that it stores.
 * Ownership: all plain values of the caller.
 * Errors:    TM_EINTERNAL for a message that is not a task, TM_ENOMEM.
 * Source:    celery/worker/strategy.py, celery/app/trace.py,
 *            celery/backends/base.py _get_result_meta().
 */
#ifndef TM_LAB_TRANSPORT_WORKER_H
#define TM_LAB_TRANSPORT_WORKER_H

#include "lab/celery/message.h"
#include "util/err.h"

#define TM_WORKER_NAME_MAX 128

struct tm_worker_task {
	char name[TM_WORKER_NAME_MAX + 1];
	struct tm_id id;
	int has_group;
	struct tm_id group_id;
};

struct tm_worker_job {
	struct tm_worker_task task;
	int has_chord;
	uint32_t chord_size; /* 0: not in the message */
	struct tm_worker_task body;
};

TM_CHECK enum tm_rc tm_worker_read(struct tm_worker_job *out,
				   const struct tm_message *message,
				   struct tm_err *err);

/* Whether the worker knows the task; an unknown one fails. */
int tm_worker_knows(const struct tm_worker_task *task);

/* Where a result is written. */
struct tm_worker_text {
	char *bytes;
	size_t size;   /* there is room for */
	size_t length; /* of the result; no NUL */
};

/* Write the JSON that is stored for `task` to `out`.  `failed_part` is NULL, or the task of the header whose failure
 * failed this chord's body. */
TM_CHECK enum tm_rc tm_worker_result(const struct tm_worker_task *task,
				     const struct tm_id *failed_part,
				     struct tm_worker_text *out,
				     struct tm_err *err);

#endif
