#include "run/filing.h"

#include <string.h>

#include "util/trace.h"

#define SAMPLES_MAX 65536

#define NOT_IN_RUN SIZE_MAX

void tm_filing_init(struct tm_filing *filing, struct tm_run *run,
		    size_t samples_max)
{
	memset(filing, 0, sizeof(*filing));
	filing->run = run;
	filing->samples_max = samples_max ? samples_max : SAMPLES_MAX;
	filing->stride = 1;
	filing->open_at = NOT_IN_RUN;
}

const struct tm_sample *tm_filing_newest(const struct tm_filing *filing)
{
	return filing->count ? &filing->newest : NULL;
}

/* --- thinning ------------------------------------------------------------- */

/* Marks that were not sampled have no values to keep. */
static void drop_empty(struct tm_filing *filing)
{
	struct tm_run *run = filing->run;
	size_t open_at = NOT_IN_RUN, kept = 0, i;

	for (i = 0; i < run->sample_count; i++) {
		if (!run->samples[i].present)
			continue;
		if (i == filing->open_at)
			open_at = kept;
		run->samples[kept++] = run->samples[i];
	}
	run->sample_count = kept;
	filing->open_at = open_at;
}

/* Keep every second sample, and of those that come half as many. */
static void drop_every_second(struct tm_filing *filing)
{
	struct tm_run *run = filing->run;
	size_t i;

	for (i = 0; 2 * i < run->sample_count; i++)
		run->samples[i] = run->samples[2 * i];
	run->sample_count = i;
	if (filing->open_at % 2 == 0)
		filing->open_at /= 2;
	else
		filing->open_at = NOT_IN_RUN; /* SIZE_MAX is odd, too */
	filing->stride *= 2;
}

static void thin(struct tm_filing *filing)
{
	if (filing->run->sample_count < filing->samples_max)
		return;
	drop_empty(filing);
	if (filing->run->sample_count > filing->samples_max / 2)
		drop_every_second(filing);
	tm_trace("thin", "kept=%zu stride=%zu", filing->run->sample_count,
		 filing->stride);
}

/* --- adding --------------------------------------------------------------- */

/* Put the newest sample into the run, unless it is thinned out. */
static enum tm_rc file_newest(struct tm_filing *filing, int is_last,
			      struct tm_err *err)
{
	int is_open = filing->newest_is_open;

	if (filing->count == 0)
		return TM_OK;
	thin(filing);
	filing->newest_is_open = 0;
	if (is_open)
		filing->open_at = NOT_IN_RUN;
	if (!is_last && (filing->count - 1) % filing->stride != 0)
		return TM_OK;
	if (is_open)
		filing->open_at = filing->run->sample_count;
	return tm_run_add_sample(filing->run, &filing->newest, err);
}

enum tm_rc tm_filing_add(struct tm_filing *filing,
			 const struct tm_sample *sample, struct tm_err *err)
{
	enum tm_rc rc = file_newest(filing, 0, err);

	filing->newest = *sample;
	filing->count++;
	return rc;
}

enum tm_rc tm_filing_open(struct tm_filing *filing,
			  const struct tm_sample *sample, struct tm_err *err)
{
	enum tm_rc rc = tm_filing_add(filing, sample, err);

	filing->newest_is_open = 1;
	filing->open_at = NOT_IN_RUN;
	return rc;
}

static void add_values(struct tm_sample *sample, const struct tm_sample *more)
{
	unsigned int m;

	for (m = 0; m < TM_METRIC_COUNT; m++) {
		if (tm_sample_has(more, m))
			tm_sample_set(sample, m, more->value[m]);
	}
}

static struct tm_sample *find_open(struct tm_filing *filing)
{
	struct tm_run *run = filing->run;

	if (filing->newest_is_open)
		return &filing->newest;
	return filing->open_at < run->sample_count
		       ? &run->samples[filing->open_at]
		       : NULL;
}

void tm_filing_complete(struct tm_filing *filing, const struct tm_sample *late)
{
	struct tm_sample *open = find_open(filing);
	char allocated[TM_TRACE_COUNT_MAX];

	if (!open || !late->present)
		return;
	add_values(open, late);
	tm_trace("complete", "iteration=%llu%s",
		 (unsigned long long)open->iteration,
		 tm_trace_count(allocated, "allocated_bytes",
				tm_sample_has(open, TM_METRIC_allocated_bytes),
				open->value[TM_METRIC_allocated_bytes]));
}

/* --- the run as a whole --------------------------------------------------- */

size_t tm_filing_restart(struct tm_filing *filing)
{
	size_t count = filing->count;

	filing->count = 0;
	filing->stride = 1;
	filing->newest_is_open = 0;
	filing->open_at = NOT_IN_RUN;
	filing->run->sample_count = 0;
	tm_trace("restart", "dropped=%zu", count);
	return count;
}

enum tm_rc tm_filing_finish(struct tm_filing *filing, struct tm_err *err)
{
	return file_newest(filing, 1, err);
}

void tm_filing_clear_from(struct tm_filing *filing, size_t from)
{
	struct tm_run *run = filing->run;

	if (from < run->sample_count)
		tm_trace("clear", "samples=%zu iteration=%llu",
			 run->sample_count - from,
			 (unsigned long long)run->samples[from].iteration);
	for (; from < run->sample_count; from++)
		run->samples[from].present = 0;
}
