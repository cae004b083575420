#include "lab/celery/discard.h"

#include "lab/celery/group_result.h"

/* Take one task out of every table; its channel leaves the table when the
 * server confirms. */
static enum tm_rc discard_task(struct tm_app *app, const struct tm_id *id,
			       struct tm_err *err)
{
	struct tm_consumer *consumer = &app->consumer;

	tm_meta_free(app->alloc, tm_consumer_buffer_take(consumer, id));
	if (tm_table_has(&consumer->channels, id))
		return tm_consumer_remove_pending(consumer, id, err);
	/* No channel: an UNSUBSCRIBE would only wait for a reply. */
	tm_unref(app->runtime, tm_table_take(&consumer->pending_strong, id));
	tm_weak_table_discard(&consumer->pending_weak, id);
	tm_set_discard(&consumer->subscribed_to, id);
	return TM_OK;
}

static enum tm_rc discard_group(struct tm_group_result *group,
				struct tm_err *err)
{
	enum tm_rc rc = discard_task(group->app, &group->id, err);
	size_t i;

	for (i = 0; rc == TM_OK && i < group->result_count; i++) {
		struct tm_async_result *member =
			(struct tm_async_result *)group->results[i];

		rc = discard_task(group->app, &member->id, err);
	}
	return rc;
}

/* A result that arrives while the replies are read is dropped: the discarded
 * ones are not in a table any more. */
static enum tm_rc drop_meta(void *context, const struct tm_meta *meta,
			    struct tm_err *err)
{
	(void)context;
	(void)meta;
	(void)err;
	return TM_OK;
}

/* Read replies until every unsubscription has one. */
static enum tm_rc await_replies(struct tm_app *app, uint32_t timeout_ms,
				struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK && app->consumer.pending_unsubscribe.count > 0)
		rc = tm_consumer_drain_event(&app->consumer, timeout_ms,
					     drop_meta, NULL, err);
	return rc;
}

enum tm_rc tm_result_discard(struct tm_object *result, uint32_t timeout_ms,
			     struct tm_err *err)
{
	struct tm_async_result *self = (struct tm_async_result *)result;
	struct tm_app *app;
	enum tm_rc rc = TM_OK;

	if (tm_is_group_result(result)) {
		app = ((struct tm_group_result *)result)->app;
		rc = discard_group((struct tm_group_result *)result, err);
	} else {
		app = self->app;
		if (self->parent)
			rc = discard_group(
				(struct tm_group_result *)self->parent, err);
		if (rc == TM_OK)
			rc = discard_task(app, &self->id, err);
	}
	if (rc == TM_OK)
		rc = await_replies(app, timeout_ms, err);
	return rc;
}
