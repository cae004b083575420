/*
 * A result whose message was missed: the store is read again.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "lab/celery/canvas.h"
#include "lab/celery/waiting.h"
#include "lab/transport/transport.h"

/* A backend that never sends a message, and knows the result from the second
 * read on. */
struct silent_backend {
	struct tm_backend base;
	uint32_t reads;
	uint32_t known_from; /* the read that finds it */
};

static enum tm_rc accept(struct tm_backend *base, const struct tm_id *task_id,
			 struct tm_err *err)
{
	(void)base;
	(void)task_id;
	(void)err;
	return TM_OK;
}

static enum tm_rc get_late(struct tm_backend *base, const struct tm_id *task_id,
			   struct tm_buf *payload, struct tm_err *err)
{
	struct silent_backend *self = (struct silent_backend *)base;
	char id[TM_ID_TEXT + 1] = "";

	(void)err;
	if (++self->reads < self->known_from)
		return TM_OK;
	tm_id_write(task_id, id);
	return tm_buf_printf(payload,
			     "{\"status\": \"SUCCESS\", \"result\": \"1\", "
			     "\"task_id\": \"%s\"}",
			     id);
}

static enum tm_rc stay_silent(struct tm_backend *base, uint32_t timeout_ms,
			      struct tm_backend_event *event,
			      struct tm_err *err)
{
	(void)base;
	(void)timeout_ms;
	(void)event;
	return tm_fail(err, TM_ETIMEOUT, "silence");
}

static const struct tm_backend_ops silent_ops = {
	.name = "silent",
	.subscribe = accept,
	.unsubscribe = accept,
	.get = get_late,
	.next_event = stay_silent,
};

/* delay() and get() with 20 ms of patience. */
static enum tm_rc read_one(uint32_t known_from, uint64_t *fired)
{
	struct silent_backend silent = {.base.ops = &silent_ops,
					.known_from = known_from};
	struct tm_transport_opts transport_opts = {.broker_url = "null://",
						   .backend_url = "null://"};
	struct tm_app_opts opts = {.strategy = tm_strategy_find("weak-ref"),
				   .backend = &silent.base};
	struct tm_transport transport;
	struct tm_async_result *result;
	struct tm_signature *task;
	struct tm_alloc alloc;
	struct tm_app *app;
	const char *text;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	transport_opts.alloc = opts.alloc = &alloc;
	cr_assert_eq(tm_transport_open(&transport, &transport_opts, NULL),
		     TM_OK);
	opts.broker = transport.broker;
	cr_assert_eq(tm_app_new(&app, &opts, NULL), TM_OK);
	cr_assert_eq(tm_signature_new(&task, app, "task.dummy", 1, NULL),
		     TM_OK);
	cr_assert_eq(tm_delay(&result, app, task, NULL), TM_OK);
	rc = tm_async_result_get(result, 20, &text, NULL);
	if (rc == TM_OK)
		cr_assert_str_eq(text, "1");
	*fired = app->callbacks.fired;
	tm_unref(app->runtime, result);
	tm_signature_free(task);
	tm_app_free(app);
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_bytes, 0);
	return rc;
}

Test(waiting, finds_a_result_whose_message_was_missed)
{
	uint64_t fired;

	cr_assert_eq(read_one(2, &fired), TM_OK);
	cr_assert_eq(fired, 1);
}

Test(waiting, gives_up_when_the_store_stays_empty)
{
	uint64_t fired;

	cr_assert_eq(read_one(UINT32_MAX, &fired), TM_ETIMEOUT);
	cr_assert_eq(fired, 0);
}
