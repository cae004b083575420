#include "lab/program/sampling.h"

#include <stdio.h>
#include <string.h>

#include "marks/protocol.h"
#include "metric/traits.h"
#include "util/clock.h"

/* A finalizer can make more objects unreachable than one collection finds. */
#define COLLECTIONS_MAX 10

enum tm_rc tm_sampling_open(struct tm_sampling *sampling, struct tm_err *err)
{
	enum tm_rc rc = tm_probe_open(&sampling->probe, 0, err);

	sampling->has_probe = rc == TM_OK;
	return rc;
}

void tm_sampling_close(struct tm_sampling *sampling)
{
	if (sampling->has_probe)
		tm_probe_close(&sampling->probe);
	sampling->has_probe = 0;
}

void tm_sampling_send_absences(const struct tm_sampling *sampling,
			       const struct tm_app *app,
			       struct tm_mark_pipe *mark_pipe)
{
	char line[TM_SAMPLE_LINE_MAX];
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		const char *why =
			tm_probe_absent(&sampling->probe, (enum tm_metric)i);

		/* The metrics that the program counts itself are in its
		 * samples. */
		if (!why ||
		    (app && tm_trait_of(i)->source == TM_SOURCE_PROGRAM))
			continue;
		snprintf(line, sizeof(line), "%s %s",
			 tm_metric_name((enum tm_metric)i), why);
		tm_mark_pipe_send_line(mark_pipe, "absent", line);
	}
}

void tm_sampling_begin(struct tm_sampling *sampling)
{
	sampling->begun_ns = tm_clock_ns();
}

static void add_runtime(const struct tm_app *app, struct tm_sample *sample)
{
	const struct tm_runtime *runtime = app->runtime;
	struct tm_table_counts tables;

	tm_consumer_counts(&app->consumer, &tables);
	tm_sample_set(sample, TM_METRIC_live_objects, runtime->live_objects);
	tm_sample_set(sample, TM_METRIC_live_bytes, runtime->live_bytes);
	tm_sample_set(sample, TM_METRIC_garbage, runtime->garbage_count);
	tm_sample_set(sample, TM_METRIC_table_entries,
		      tables.channels + tables.pending_unsubscribe +
			      tables.subscribed_to + tables.pending_strong +
			      tables.pending_weak);
	tm_sample_set(sample, TM_METRIC_table_bytes,
		      tm_consumer_table_bytes(&app->consumer));
	tm_sample_set(sample, TM_METRIC_published, app->broker->published);
}

void tm_sampling_take(struct tm_sampling *sampling, enum tm_probe_depth depth,
		      const struct tm_app *app, struct tm_sample *sample)
{
	sample->elapsed_ns =
		tm_clock_ns() - sampling->begun_ns - sampling->aside_ns;
	tm_probe_sample(&sampling->probe, depth, sample);
	if (app)
		add_runtime(app, sample);
}

static void collect_all(struct tm_runtime *runtime)
{
	int rounds = 0;

	while (tm_runtime_collect(runtime) > 0 && rounds < COLLECTIONS_MAX)
		rounds++;
}

enum tm_rc tm_sampling_checkpoint(struct tm_sampling *sampling,
				  const struct tm_app *app,
				  struct tm_checkpoint *out, struct tm_err *err)
{
	uint64_t since_ns = tm_clock_ns();
	enum tm_rc rc;

	collect_all(app->runtime);
	tm_consumer_counts(&app->consumer, &out->tables);
	rc = tm_census_take(&out->census, app->runtime, err);
	if (rc == TM_OK)
		sampling->aside_ns += tm_clock_ns() - since_ns;
	return rc;
}
