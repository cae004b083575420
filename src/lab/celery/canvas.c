#include "lab/celery/canvas.h"

#include "lab/celery/async_result.h"
#include "lab/celery/group_result.h"

/* What all messages of one call have in common. */
struct sending {
	struct tm_app *app;
	struct tm_signature *const *tasks; /* of the group, or of the header */
	uint32_t size;
	struct tm_id group_id;
	int has_group;
	struct tm_barrier *barrier;	 /* that each result calls */
	const struct tm_signature *body; /* of a chord, or NULL */
	struct tm_id body_id;
};

static struct tm_message_ids message_ids(const struct sending *sending,
					 const struct tm_id *task_id,
					 uint32_t index)
{
	return (struct tm_message_ids){
		.task_id = *task_id,
		.has_group = sending->has_group,
		.group_id = sending->group_id,
		.group_index = index,
		.chord_id = sending->body_id,
	};
}

/* send_task(): subscribe, publish, and return a result.  A group drops it at
 * once; that matters where results have a __del__, which cancels by id. */
static enum tm_rc send_task(struct tm_async_result **out,
			    struct tm_signature *task,
			    const struct sending *sending,
			    const struct tm_message_ids *ids,
			    struct tm_err *err)
{
	struct tm_app *app = sending->app;
	struct tm_message_encoder *encoder;
	enum tm_rc rc;

	*out = NULL;
	rc = tm_signature_encoder(task, sending->body, sending->size, &encoder,
				  err);
	if (rc != TM_OK)
		return rc;
	/* on_task_call() */
	rc = tm_consumer_consume_from(&app->consumer, &ids->task_id, err);
	if (rc == TM_OK)
		rc = tm_backend_flush(app->backend, err);
	if (rc != TM_OK)
		return rc;
	rc = tm_broker_publish(app->broker, tm_message_encode(encoder, ids),
			       err);
	if (rc != TM_OK)
		return rc;
	return tm_async_result_new(out, app, &ids->task_id, err);
}

enum tm_rc tm_delay(struct tm_async_result **out, struct tm_app *app,
		    struct tm_signature *task, struct tm_err *err)
{
	struct sending sending = {.app = app};
	struct tm_id task_id = tm_id_new(&app->ids);
	struct tm_message_ids ids = message_ids(&sending, &task_id, 0);

	return send_task(out, task, &sending, &ids, err);
}

static enum tm_rc no_memory(struct tm_err *err)
{
	return tm_fail(err, TM_ENOMEM, "no memory for a group");
}

static void drop_results(struct tm_app *app, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		tm_unref(app->runtime, app->results[i]);
}

/* One task of _apply_tasks(): freeze it (again, for a chord's header), send it,
 * and let its result count towards the barrier. */
static enum tm_rc apply_task(struct tm_async_result **out,
			     const struct sending *sending, uint32_t index,
			     struct tm_err *err)
{
	struct tm_app *app = sending->app;
	const struct tm_id *task_id = &app->task_ids[index];
	struct tm_message_ids ids = message_ids(sending, task_id, index);
	struct tm_async_result *sent;
	enum tm_rc rc;

	rc = tm_async_result_new(out, app, task_id, err);
	if (rc != TM_OK)
		return rc;
	/* Only the last task tells the store how many there are. */
	if (sending->body && app->wire == TM_WIRE_5_2_6 &&
	    index + 1 == sending->size)
		rc = tm_backend_set_chord_size(app->backend, &sending->group_id,
					       sending->size, err);
	if (rc == TM_OK)
		rc = send_task(&sent, sending->tasks[index], sending, &ids,
			       err);
	if (rc == TM_OK) {
		tm_unref(app->runtime, sent);
		sending->barrier->size++;
		rc = tm_async_result_then(*out, &sending->barrier->object, 1,
					  err);
	}
	if (rc != TM_OK) {
		tm_unref(app->runtime, *out);
		*out = NULL;
	}
	return rc;
}

static enum tm_rc finalize_barrier(struct tm_app *app,
				   struct tm_barrier *barrier,
				   struct tm_err *err)
{
	struct tm_return outcome = {NULL, NULL};
	enum tm_rc rc = tm_barrier_finalize(app->runtime, barrier, &outcome);

	tm_return_release(app->runtime, &outcome);
	return rc == TM_OK ? TM_OK : no_memory(err);
}

/* group.apply_async(), with the tasks' ids in app->task_ids. */
static enum tm_rc apply_group(struct tm_group_result **out,
			      struct sending *sending, struct tm_err *err)
{
	struct tm_app *app = sending->app;
	struct tm_group_members members = {.id = sending->group_id,
					   .results = app->results};
	enum tm_rc rc = TM_OK;
	uint32_t done = 0;

	*out = NULL;
	sending->barrier = tm_barrier_new(app->runtime, 0);
	if (!sending->barrier)
		return no_memory(err);
	while (rc == TM_OK && done < sending->size) {
		struct tm_async_result *result;

		rc = apply_task(&result, sending, done, err);
		if (rc == TM_OK)
			app->results[done++] = &result->object;
	}
	members.count = done;
	members.ready_barrier = sending->barrier;
	if (rc == TM_OK)
		rc = tm_group_result_new(out, app, &members, err);
	drop_results(app, done);
	if (rc == TM_OK)
		rc = finalize_barrier(app, sending->barrier, err);
	if (rc != TM_OK) {
		tm_unref(app->runtime, *out);
		*out = NULL;
	}
	tm_unref(app->runtime, sending->barrier);
	return rc;
}

/* group.freeze(): results of its own, pending in the strong table.  The group
 * result is dropped at once; what the tables hold keeps its members. */
static enum tm_rc freeze_group(const struct sending *sending,
			       struct tm_err *err)
{
	struct tm_app *app = sending->app;
	struct tm_group_members members = {.id = sending->group_id,
					   .results = app->results};
	struct tm_group_result *frozen;
	enum tm_rc rc = TM_OK;
	size_t done = 0;

	while (rc == TM_OK && done < sending->size) {
		struct tm_async_result *result;

		rc = tm_async_result_new(&result, app, &app->task_ids[done],
					 err);
		if (rc == TM_OK)
			app->results[done++] = &result->object;
	}
	members.count = done;
	if (rc == TM_OK) {
		rc = tm_group_result_new(&frozen, app, &members, err);
		if (rc == TM_OK)
			tm_unref(app->runtime, frozen);
	}
	drop_results(app, done);
	return rc;
}

static enum tm_rc draw_task_ids(struct tm_app *app, size_t count,
				struct tm_err *err)
{
	enum tm_rc rc = tm_app_reserve_tasks(app, count, err);
	size_t i;

	for (i = 0; rc == TM_OK && i < count; i++)
		app->task_ids[i] = tm_id_new(&app->ids);
	return rc;
}

enum tm_rc tm_group(struct tm_group_result **out, struct tm_app *app,
		    struct tm_signature *const *tasks, size_t count,
		    struct tm_err *err)
{
	struct sending sending = {
		.app = app,
		.tasks = tasks,
		.size = (uint32_t)count,
		.group_id = tm_id_new(&app->ids),
		.has_group = 1,
	};
	enum tm_rc rc = draw_task_ids(app, count, err);

	*out = NULL;
	if (rc != TM_OK)
		return rc;
	return apply_group(out, &sending, err);
}

enum tm_rc tm_chord(struct tm_async_result **out,
		    struct tm_signature *const *header, size_t count,
		    const struct tm_signature *body, struct tm_err *err)
{
	struct tm_app *app = tm_signature_app(body);
	struct sending sending = {
		.app = app,
		.tasks = header,
		.size = (uint32_t)count,
		.group_id = tm_id_new(&app->ids),
		.has_group = 1,
		.body = body,
		.body_id = tm_id_new(&app->ids),
	};
	struct tm_async_result *body_result;
	struct tm_group_result *group = NULL;
	enum tm_rc rc;

	*out = NULL;
	rc = draw_task_ids(app, count, err);
	if (rc != TM_OK)
		return rc;
	rc = tm_async_result_new(&body_result, app, &sending.body_id, err);
	if (rc != TM_OK)
		return rc;
	rc = freeze_group(&sending, err);
	if (rc == TM_OK)
		rc = apply_group(&group, &sending, err);
	if (rc != TM_OK) {
		tm_unref(app->runtime, body_result);
		return rc;
	}
	tm_async_result_set_parent(body_result, &group->object);
	tm_unref(app->runtime, group);
	*out = body_result;
	return TM_OK;
}
