#include "results/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "util/text.h"

/* An interpreter and its modules are there by then. */
#define START_SECONDS 1.0

static char *time_now(void)
{
	char text[32];
	time_t now = time(NULL);
	struct tm parts;

	gmtime_r(&now, &parts);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	return strdup(text);
}

enum tm_rc tm_run_new(struct tm_run **out, const char *name, struct tm_err *err)
{
	struct tm_run *run = calloc(1, sizeof(*run));

	*out = NULL;
	if (!run)
		return tm_fail(err, TM_ENOMEM, "no memory for a run");
	run->exit_code = -1;
	run->unit = TM_UNIT_ITERATION;
	run->name = strdup(name);
	run->started = time_now();
	if (!run->name || !run->started) {
		tm_run_free(run);
		return tm_fail(err, TM_ENOMEM, "no memory for a run");
	}
	*out = run;
	return TM_OK;
}

void tm_run_free(struct tm_run *run)
{
	unsigned int i;

	if (!run)
		return;
	for (i = 0; i < TM_METRIC_COUNT; i++)
		free(run->absent[i]);
	free(run->samples);
	tm_run_sites_release(&run->sites);
	tm_run_sites_release(&run->heap_sites);
	tm_run_types_release(&run->types);
	tm_run_sampling_release(&run->sampling);
	tm_run_tree_release(&run->tree);
	tm_texts_release(&run->runtime_variables);
	tm_texts_release(&run->heaps);
	tm_texts_release(&run->notes);
	tm_run_environment_release(&run->environment);
	tm_run_request_release(&run->request);
	tm_run_report_release(&run->report);
	tm_run_ending_release(&run->ending);
	free(run->started);
	free(run->directory);
	free(run->name);
	free(run);
}

enum tm_rc tm_run_add_sample(struct tm_run *run, const struct tm_sample *sample,
			     struct tm_err *err)
{
	struct tm_sample *samples;
	size_t capacity;

	if (run->sample_count == run->sample_capacity) {
		capacity = run->sample_capacity ? 2 * run->sample_capacity : 64;
		samples = realloc(run->samples, capacity * sizeof(*samples));
		if (!samples)
			return tm_fail(err, TM_ENOMEM,
				       "no memory for more than %zu samples",
				       run->sample_count);
		run->samples = samples;
		run->sample_capacity = capacity;
	}
	run->samples[run->sample_count++] = *sample;
	return TM_OK;
}

void tm_run_set_absent(struct tm_run *run, enum tm_metric metric,
		       const char *reason)
{
	free(run->absent[metric]);
	run->absent[metric] = strdup(reason);
	if (run->absent[metric])
		tm_text_clean(run->absent[metric]);
}

void tm_run_set_ending(struct tm_run *run, const struct tm_run_ending *ending,
		       const char *text)
{
	tm_run_ending_release(&run->ending);
	run->outcome = tm_ending_outcome(ending->cause);
	run->ending = *ending;
	run->ending.text = tm_text_copy(text);
	if (run->ending.text)
		tm_text_clean(run->ending.text);
}

static void TM_PRINTF(2, 0)
	add_note(struct tm_run *run, const char *format, va_list args)
{
	char text[400];

	vsnprintf(text, sizeof(text), format, args);
	tm_text_clean(text);
	tm_texts_add(&run->notes, text);
}

void tm_run_note(struct tm_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_note(run, format, args);
	va_end(args);
}

void tm_run_note_first(struct tm_run *run, const char *format, ...)
{
	struct tm_texts *notes = &run->notes;
	size_t before = notes->count;
	va_list args;
	char *first;

	va_start(args, format);
	add_note(run, format, args);
	va_end(args);
	if (notes->count == before)
		return;
	first = notes->text[before];
	memmove(notes->text + 1, notes->text, before * sizeof(*notes->text));
	notes->text[0] = first;
}

int tm_run_has_metric(const struct tm_run *run, enum tm_metric metric)
{
	size_t i;

	for (i = 0; i < run->sample_count; i++) {
		if (tm_sample_has(&run->samples[i], metric))
			return 1;
	}
	return 0;
}

size_t tm_run_measured_count(const struct tm_run *run)
{
	size_t count = 0, i;

	for (i = 0; i < run->sample_count; i++)
		count += run->samples[i].present != 0;
	return count;
}

double tm_run_position(const struct tm_run *run, const struct tm_sample *sample)
{
	return (double)sample->iteration / tm_unit_scale(run->unit);
}

struct tm_metric_series tm_run_series(const struct tm_run *run,
				      enum tm_metric metric)
{
	return (struct tm_metric_series){run->samples, run->sample_count,
					 metric, tm_unit_scale(run->unit)};
}

const char *tm_run_per(const struct tm_run *run)
{
	return tm_unit_per(run->unit);
}

double tm_run_start(const struct tm_run *run)
{
	return run->unit == TM_UNIT_SECOND ? START_SECONDS : 0;
}

int tm_run_is_measured(const struct tm_run *run)
{
	return run->outcome == TM_OUTCOME_COMPLETE && run->sample_count > 0;
}

int tm_run_rate(const struct tm_run *run, double *out)
{
	const struct tm_sample *first, *last;

	if (run->sample_count < 2 || run->unit != TM_UNIT_ITERATION)
		return 0;
	first = &run->samples[0];
	last = &run->samples[run->sample_count - 1];
	while (first < last && !first->present)
		first++;
	while (last > first && !last->present)
		last--;
	if (last->elapsed_ns <= first->elapsed_ns ||
	    last->iteration <= first->iteration)
		return 0;
	*out = (double)(last->iteration - first->iteration) * 1e9 /
	       (double)(last->elapsed_ns - first->elapsed_ns);
	return 1;
}
