#include "lab/celery/app.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lab/runtime/exception.h"

static void write_origin(struct tm_app *app)
{
	char host[64] = "localhost";

	gethostname(host, sizeof(host) - 1);
	snprintf(app->origin, sizeof(app->origin), "gen%ld@%s", (long)getpid(),
		 host);
}

static enum tm_rc init_parts(struct tm_app *app, const struct tm_app_opts *opts,
			     struct tm_err *err)
{
	enum tm_rc rc = tm_id_source_init(&app->ids, err);

	if (rc != TM_OK)
		return rc;
	app->oid = tm_id_new(&app->ids);
	write_origin(app);
	app->runtime = tm_runtime_new(app->alloc, opts->rules);
	if (!app->runtime)
		return tm_fail(err, TM_ENOMEM, "no memory for the runtime");
	return tm_consumer_init(&app->consumer, app->runtime, app->backend,
				err);
}

enum tm_rc tm_app_new(struct tm_app **out, const struct tm_app_opts *opts,
		      struct tm_err *err)
{
	struct tm_app *app = tm_calloc(opts->alloc, 1, sizeof(*app));
	enum tm_rc rc;

	*out = NULL;
	if (!app)
		return tm_fail(err, TM_ENOMEM, "no memory for the app");
	app->alloc = opts->alloc;
	app->broker = opts->broker;
	app->backend = opts->backend;
	app->strategy = opts->strategy;
	app->wire = opts->wire;
	tm_buf_init(&app->payload, opts->alloc);
	rc = init_parts(app, opts, err);
	if (rc != TM_OK) {
		tm_app_free(app);
		return rc;
	}
	*out = app;
	return TM_OK;
}

void tm_app_free(struct tm_app *app)
{
	if (!app)
		return;
	if (app->consumer.runtime)
		tm_consumer_release(&app->consumer);
	tm_runtime_free(app->runtime);
	tm_buf_release(&app->payload);
	tm_free(app->alloc, app->task_ids,
		app->scratch_capacity * sizeof(*app->task_ids));
	tm_free(app->alloc, app->results,
		app->scratch_capacity * sizeof(*app->results));
	tm_free(app->alloc, app, sizeof(*app));
}

enum tm_rc tm_app_check(const struct tm_app *app, struct tm_err *err)
{
	const struct tm_err *failure = &app->runtime->failure;

	if (failure->rc == TM_OK)
		return TM_OK;
	return tm_fail(err, failure->rc, "%s", failure->text);
}

enum tm_rc tm_app_finish_call(const struct tm_app *app, enum tm_rc rc,
			      struct tm_return *outcome, struct tm_err *err)
{
	if (rc == TM_OK && outcome->error)
		rc = tm_fail(err, TM_EUNAVAILABLE, "a callback raised: %s",
			     ((struct tm_exception *)outcome->error)->text);
	else if (rc != TM_OK)
		rc = tm_app_check(app, err) != TM_OK
			     ? app->runtime->failure.rc
			     : tm_fail(err, TM_ENOMEM,
				       "no memory for a callback");
	tm_return_release(app->runtime, outcome);
	return rc;
}

enum tm_rc tm_app_reserve_tasks(struct tm_app *app, size_t count,
				struct tm_err *err)
{
	struct tm_object **results;
	struct tm_id *ids;

	if (count <= app->scratch_capacity)
		return TM_OK;
	ids = tm_malloc(app->alloc, count * sizeof(*ids));
	results = tm_malloc(app->alloc, count * sizeof(*results));
	if (!ids || !results) {
		tm_free(app->alloc, ids, count * sizeof(*ids));
		tm_free(app->alloc, results, count * sizeof(*results));
		return tm_fail(err, TM_ENOMEM, "no memory for %zu tasks",
			       count);
	}
	tm_free(app->alloc, app->task_ids,
		app->scratch_capacity * sizeof(*ids));
	tm_free(app->alloc, app->results,
		app->scratch_capacity * sizeof(*results));
	app->task_ids = ids;
	app->results = results;
	app->scratch_capacity = count;
	return TM_OK;
}
