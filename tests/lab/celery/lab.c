#include "lab.h"

#include <criterion/criterion.h>
#include <string.h>

static void make_signature(struct lab *lab, struct tm_signature **out,
			   const char *task)
{
	cr_assert_eq(tm_signature_new(out, lab->app, task, 1, &lab->err), TM_OK,
		     "%s", lab->err.text);
}

static void trace(struct lab *lab)
{
	struct tm_backend *inner = lab->transport.backend;

	cr_assert_eq(tm_backend_trace(&lab->transport.backend, &lab->alloc,
				      inner, lab->opts.log, &lab->err),
		     TM_OK);
}

static void make_faulty(struct lab *lab)
{
	struct tm_transport *transport = &lab->transport;

	cr_assert_eq(tm_broker_fault(&transport->broker, &lab->alloc,
				     transport->broker, lab->opts.fault,
				     &lab->err),
		     TM_OK);
	cr_assert_eq(tm_backend_fault(&transport->backend, &lab->alloc,
				      transport->backend, lab->opts.fault,
				      &lab->err),
		     TM_OK);
}

void lab_open(struct lab *lab, const struct lab_opts *opts)
{
	struct tm_transport_opts transport = {
		.alloc = &lab->alloc,
		.broker_url = opts->url,
		.backend_url = opts->url,
	};
	struct tm_app_opts app = {
		.alloc = &lab->alloc,
		.strategy = tm_strategy_find(opts->strategy),
		.rules = opts->rules,
		.wire = opts->wire,
	};
	size_t i;

	memset(lab, 0, sizeof(*lab));
	lab->opts = *opts;
	if (lab->opts.header == 0)
		lab->opts.header = 1;
	if (lab->opts.timeout_ms == 0)
		lab->opts.timeout_ms = 1000;
	tm_alloc_init(&lab->alloc);
	cr_assert_not_null(app.strategy, "no strategy %s", opts->strategy);
	cr_assert_leq(lab->opts.header, LAB_HEADER_MAX);
	cr_assert_eq(tm_transport_open(&lab->transport, &transport, &lab->err),
		     TM_OK, "%s", lab->err.text);
	if (opts->log)
		trace(lab);
	if (opts->fault)
		make_faulty(lab);
	app.broker = lab->transport.broker;
	app.backend = lab->transport.backend;
	cr_assert_eq(tm_app_new(&lab->app, &app, &lab->err), TM_OK, "%s",
		     lab->err.text);
	tm_runtime_set_automatic(lab->app->runtime, !opts->manual);
	make_signature(lab, &lab->dummy,
		       opts->task ? opts->task : "task.dummy");
	make_signature(lab, &lab->result, "task.result");
	for (i = 0; i < LAB_HEADER_MAX; i++)
		lab->header[i] = lab->dummy;
}

void lab_close(struct lab *lab)
{
	tm_signature_free(lab->dummy);
	tm_signature_free(lab->result);
	tm_app_free(lab->app);
	tm_transport_close(&lab->transport);
	cr_assert_eq(lab->alloc.live_blocks, 0);
	cr_assert_eq(lab->alloc.live_bytes, 0);
}

enum tm_rc lab_apply(struct lab *lab, struct tm_object **out)
{
	switch (lab->opts.shape) {
	case TM_SHAPE_CHORD:
		return tm_chord((struct tm_async_result **)out, lab->header,
				lab->opts.header, lab->result, &lab->err);
	case TM_SHAPE_GROUP:
		return tm_group((struct tm_group_result **)out, lab->app,
				lab->header, lab->opts.header, &lab->err);
	case TM_SHAPE_DELAY:
		return tm_delay((struct tm_async_result **)out, lab->app,
				lab->dummy, &lab->err);
	}
	return TM_EINTERNAL;
}

enum tm_rc lab_read(struct lab *lab, struct tm_object *result)
{
	const char *text;

	if (tm_is_group_result(result))
		return tm_group_result_get((struct tm_group_result *)result,
					   lab->opts.timeout_ms, &lab->err);
	return tm_async_result_get((struct tm_async_result *)result,
				   lab->opts.timeout_ms, &text, &lab->err);
}

enum tm_rc lab_iterate(struct lab *lab)
{
	struct tm_object *result;
	enum tm_rc rc = lab_apply(lab, &result);

	if (rc != TM_OK)
		return rc;
	if (lab->opts.read_results)
		rc = lab_read(lab, result);
	if (rc == TM_OK && lab->app->strategy->can_discard)
		rc = tm_result_discard(result, lab->opts.timeout_ms, &lab->err);
	tm_unref(lab->app->runtime, result);
	return rc == TM_OK ? tm_app_check(lab->app, &lab->err) : rc;
}

void lab_run(struct lab *lab, int iterations)
{
	while (iterations-- > 0)
		cr_assert_eq(lab_iterate(lab), TM_OK, "%s", lab->err.text);
}

void lab_measure(struct lab *lab, struct lab_state *state)
{
	while (tm_runtime_collect(lab->app->runtime) > 0)
		;
	cr_assert_eq(tm_app_check(lab->app, &lab->err), TM_OK, "%s",
		     lab->err.text);
	cr_assert_eq(
		tm_census_take(&state->census, lab->app->runtime, &lab->err),
		TM_OK, "%s", lab->err.text);
	tm_consumer_counts(&lab->app->consumer, &state->tables);
	state->callbacks = lab->app->callbacks;
}

int lab_collects_always(const struct lab *lab)
{
	const struct tm_collector_stats *stats = &lab->app->runtime->stats;

	/* A full collection elsewhere comes after many young ones. */
	return stats->collections[TM_GENERATIONS - 1] > 0 &&
	       stats->collections[0] == 0;
}
