#include "runs.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/export.h"
#include "results/write.h"

#define SECOND 1000000000u

struct tm_run *run_new(const char *name)
{
	struct tm_run *run = calloc(1, sizeof(*run));

	assert(run);
	run->name = strdup(name);
	run->started = strdup("2026-11-23T18:00:00Z");
	run->unit = TM_UNIT_ITERATION;
	return run;
}

void run_free(struct tm_run *run)
{
	tm_run_free(run);
}

const char *run_why(const struct tm_run *run)
{
	static char text[TM_ENDING_TEXT_MAX];

	tm_ending_text(text, &run->ending);
	return text;
}

void run_report(struct tm_run *run, const char *json)
{
	json_t *report = json_loads(json, 0, NULL);

	assert(report);
	tm_run_report_release(&run->report);
	tm_run_report_from_json(&run->report, report);
	json_decref(report);
}

void run_spread(struct tm_run *run, size_t count, uint64_t every)
{
	size_t i;

	assert(!run->samples);
	run->samples = calloc(count, sizeof(*run->samples));
	assert(run->samples);
	run->sample_count = count;
	run->sample_capacity = count;
	for (i = 0; i < count; i++) {
		run->samples[i].iteration = i * every;
		run->samples[i].elapsed_ns = i * every * (SECOND / 100000);
	}
}

void run_curve(struct tm_run *run, enum tm_metric metric, double start,
	       double growth)
{
	size_t i;

	if (!run->samples)
		run_spread(run, 101, 100);
	for (i = 0; i < run->sample_count; i++) {
		struct tm_sample *sample = &run->samples[i];

		tm_sample_set(
			sample, metric,
			(uint64_t)(start + growth * (double)sample->iteration));
	}
}

void run_by_time(struct tm_run *run)
{
	run->unit = TM_UNIT_SECOND;
}

void run_absent(struct tm_run *run, enum tm_metric metric, const char *why)
{
	free(run->absent[metric]);
	run->absent[metric] = strdup(why);
}

/* The colours of the lab's strategies. */
static int colour_of(const char *strategy)
{
	static const char *const strategies[] = {
		"strong-ref",	"weak-ref",   "weak-ref-naive",
		"no-finalizer", "no-promise", "discard"};
	int i;

	for (i = 0; i < 6 && strcmp(strategies[i], strategy) != 0; i++)
		;
	return i;
}

struct tm_run *run_chord(const char *strategy, const char *rules, double growth)
{
	char json[800];
	char name[64];
	struct tm_run *run;

	snprintf(name, sizeof(name), "%s-%s", strategy, rules);
	run = run_new(name);
	snprintf(json, sizeof(json),
		 "{\"strategy\":\"%s\",\"rules\":\"%s\",\"shape\":\"chord\","
		 "\"header\":1,\"read_results\":false,\"iterations\":10000,"
		 "\"callbacks\":{\"expected\":20000,\"fired\":20000},"
		 "\"live_per_iteration\":{\"AsyncResult\":%g,\"promise\":%g},"
		 "\"garbage_per_iteration\":{\"AsyncResult\":%g},"
		 "\"tables_per_iteration\":{\"channels\":1},"
		 "\"curve\":{\"family\":\"%s\",\"colour\":%d,"
		 "\"panel\":\"%s\",\"pictures\":[\"celery\"]}}",
		 strategy, rules, 4 * growth, 10 * growth, 3 * growth, strategy,
		 colour_of(strategy), rules);
	run_report(run, json);
	run_spread(run, 11, 1000);
	run_curve(run, TM_METRIC_rss_bytes, 6 << 20, growth * 1024);
	run_curve(run, TM_METRIC_maxrss_bytes, 6 << 20, growth * 1024);
	run_curve(run, TM_METRIC_allocated_bytes, 1 << 20, growth * 1000);
	run_curve(run, TM_METRIC_live_objects, 50, growth * 14);
	run_curve(run, TM_METRIC_live_bytes, 5000, growth * 900);
	return run;
}

static enum tm_rc write_json(FILE *file, const void *json)
{
	if (!json || json_dumpf(json, file, JSON_INDENT(1)) != 0)
		return TM_ENOMEM;
	return TM_OK;
}

enum tm_rc run_export(const char *path, const struct tm_run *const *runs,
		      size_t count, struct tm_err *err)
{
	json_t *json = tm_runs_to_json(runs, count);
	enum tm_rc rc = tm_write_replace(path, write_json, json, err);

	json_decref(json);
	return rc;
}
