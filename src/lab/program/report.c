#include "lab/program/report.h"

#include <jansson.h>

#include "lab/transport/transport.h"

/* A value that is not 0, under `key`. */
static int set_if_any(json_t *object, const char *key, double value)
{
	if (value == 0)
		return 0;
	return json_object_set_new(object, key, json_real(value));
}

/* Growth of each type from `before` to `after`, for each iteration between. */
static json_t *census_per_iteration(const struct tm_checkpoint *before,
				    const struct tm_checkpoint *after,
				    int of_garbage)
{
	double iterations = (double)(after->iteration - before->iteration);
	json_t *object = json_object();
	size_t i;

	for (i = 0; object && i < after->census.count; i++) {
		const char *type = after->census.rows[i].type;
		int64_t growth =
			of_garbage
				? tm_census_garbage_growth(&before->census,
							   &after->census, type)
				: tm_census_growth(&before->census,
						   &after->census, type);

		if (set_if_any(object, type, (double)growth / iterations) !=
		    0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static double per_iteration(uint64_t before, uint64_t after, double iterations)
{
	return ((double)after - (double)before) / iterations;
}

static json_t *tables_per_iteration(const struct tm_checkpoint *before,
				    const struct tm_checkpoint *after)
{
	const struct tm_table_counts *old = &before->tables;
	const struct tm_table_counts *new = &after->tables;
	double n = (double)(after->iteration - before->iteration);

	return json_pack(
		"{s:f, s:f, s:f, s:f, s:f, s:f}", "channels",
		per_iteration(old->channels, new->channels, n),
		"pending_unsubscribe",
		per_iteration(old->pending_unsubscribe,
			      new->pending_unsubscribe, n),
		"subscribed_to",
		per_iteration(old->subscribed_to, new->subscribed_to, n),
		"pending_strong",
		per_iteration(old->pending_strong, new->pending_strong, n),
		"pending_weak",
		per_iteration(old->pending_weak, new->pending_weak, n),
		"buffered", per_iteration(old->buffered, new->buffered, n));
}

static json_t *census_rows(const struct tm_census *census)
{
	json_t *rows = json_array();
	size_t i;

	for (i = 0; rows && i < census->count; i++) {
		const struct tm_census_row *row = &census->rows[i];

		if (json_array_append_new(
			    rows,
			    json_pack("{s:s, s:I, s:I, s:I}", "type", row->type,
				      "live", (json_int_t)row->live,
				      "live_bytes", (json_int_t)row->live_bytes,
				      "garbage", (json_int_t)row->garbage)) !=
		    0) {
			json_decref(rows);
			return NULL;
		}
	}
	return rows;
}

static int set_text(json_t *object, const char *key, const char *text)
{
	return json_object_set_new(object, key, json_string(text));
}

/* Which servers took part, if any did, and by which libraries. */
static int add_servers(json_t *report, const struct tm_app *app)
{
	json_t *servers;
	int failed = 0;

	if (!app->broker->server[0] && !app->backend->server[0])
		return 0;
	servers = json_object();
	if (app->broker->server[0]) {
		failed |= set_text(servers, "broker", app->broker->server);
		failed |= set_text(servers, "librabbitmq",
				   tm_transport_librabbitmq_version());
	}
	if (app->backend->server[0]) {
		failed |= set_text(servers, "backend", app->backend->server);
		failed |= set_text(servers, "hiredis",
				   tm_transport_hiredis_version());
	}
	return failed | json_object_set_new(report, "servers", servers);
}

/* The loop of the article, under rules that a CPython has: real Celery was
 * measured with it. */
static int is_articles_loop(const struct tm_scenario_options *options)
{
	return options->shape == TM_SHAPE_CHORD && options->header == 1 &&
	       !options->read_results && options->rules != TM_RULES_OFF;
}

/* A run has its strategy's colour in every picture and is drawn with those of
 * the same rules; real Celery's curve is drawn too where the two can be
 * compared. */
static json_t *curve_of(const struct tm_scenario_options *options,
			const struct tm_strategy *strategy)
{
	json_t *pictures = json_array();

	if (is_articles_loop(options))
		json_array_append_new(pictures, json_string("celery"));
	return json_pack("{s:s, s:I, s:s, s:o}", "family", strategy->name,
			 "colour", (json_int_t)tm_strategy_index(strategy),
			 "panel", tm_rules_name(options->rules), "pictures",
			 pictures);
}

/* The options of the run, and its counts. */
static int add_celery(json_t *report, const struct tm_scenario_end *end)
{
	const struct tm_scenario_options *options = end->options;
	const struct tm_app *app = end->producer->app;
	json_t *part = json_pack(
		"{s:s, s:s, s:s, s:i, s:b, s:s, s:s, s:s, s:I, s:I, s:I, "
		"s:{s:I, s:I}}",
		"strategy", app->strategy->name, "rules",
		tm_rules_name(options->rules), "shape",
		tm_shape_name(options->shape), "header", (int)options->header,
		"read_results", options->read_results, "broker",
		end->producer->broker, "backend", end->producer->backend,
		"wire", tm_wire_name(options->wire), "published",
		(json_int_t)app->broker->published, "dropped",
		(json_int_t)app->broker->dropped, "reconnects",
		(json_int_t)app->broker->reconnects +
			(json_int_t)app->backend->reconnects,
		"callbacks", "expected", (json_int_t)app->callbacks.expected,
		"fired", (json_int_t)app->callbacks.fired);
	int failed;

	if (!part)
		return -1;
	failed = json_object_update(report, part);
	json_decref(part);
	if (failed || add_servers(report, app) ||
	    json_object_set_new(report, "curve",
				curve_of(options, app->strategy)) ||
	    json_object_set_new(report, "census",
				census_rows(&end->after->census)))
		return -1;
	if (!end->before)
		return 0;
	return json_object_set_new(
		       report, "live_per_iteration",
		       census_per_iteration(end->before, end->after, 0)) ||
	       json_object_set_new(
		       report, "garbage_per_iteration",
		       census_per_iteration(end->before, end->after, 1)) ||
	       json_object_set_new(
		       report, "tables_per_iteration",
		       tables_per_iteration(end->before, end->after));
}

char *tm_scenario_report(const struct tm_scenario_end *end)
{
	json_t *report =
		json_pack("{s:s, s:I, s:I}", "scenario", end->scenario->name,
			  "iterations", (json_int_t)end->iterations,
			  "elapsed_ns", (json_int_t)end->elapsed_ns);
	char *text = NULL;

	if (!report)
		return NULL;
	if (!end->producer->app || add_celery(report, end) == 0)
		text = json_dumps(report, JSON_COMPACT);
	json_decref(report);
	return text;
}
