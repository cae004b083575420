#include "run/trim.h"

#include <inttypes.h>
#include <stdio.h>

/* A fall at the end is a program clearing up when it is larger than every one
 * before, and at least this part of what the run grew by. */
#define FALL_PART  4
#define FALL_LEAST 65536

#define SAMPLES_LEAST 10 /* fewer show no habits */

/* What counts as warm-up: growth is measured from here on. */
#define WARM_UP 5

/* How a metric comes down to the last sample: it rises nowhere on the way. */
struct descent {
	size_t from; /* the first sample that is lower than `top` */
	uint64_t top;
	uint64_t bottom;
	int is_cut; /* it began before the last tenth of the samples */
};

/* The last sample before `end` that has `metric`; `end` when none has. */
static size_t find_before(const struct tm_run *run, enum tm_metric metric,
			  size_t end)
{
	size_t i = end;

	while (i-- > 0) {
		if (tm_sample_has(&run->samples[i], metric))
			return i;
	}
	return end;
}

static uint64_t value_at(const struct tm_run *run, enum tm_metric metric,
			 size_t at)
{
	return run->samples[at].value[metric];
}

/* 0 when it does not come down, or the last sample does not have it. */
static int find_descent(const struct tm_run *run, enum tm_metric metric,
			struct descent *out)
{
	size_t count = run->sample_count;
	size_t most = count / 10 > 1 ? count / 10 : 1;
	size_t at = find_before(run, metric, count), before;
	uint64_t here, there;

	if (at + 1 != count)
		return 0;
	*out = (struct descent){.from = count,
				.bottom = value_at(run, metric, at)};
	for (; (before = find_before(run, metric, at)) != at; at = before) {
		here = value_at(run, metric, at);
		there = value_at(run, metric, before);
		out->is_cut = there > here && count - at > most;
		if (there < here || out->is_cut)
			break;
		if (there > here) {
			out->from = at;
			out->top = there;
		}
	}
	return out->from < count;
}

/* --- memory --------------------------------------------------------------- */

/* The largest fall of `metric` before `end`. */
static uint64_t largest_fall(const struct tm_run *run, enum tm_metric metric,
			     size_t end)
{
	uint64_t top = 0, fall = 0, value;
	size_t i;

	for (i = 0; i < end; i++) {
		if (!tm_sample_has(&run->samples[i], metric))
			continue;
		value = value_at(run, metric, i);
		if (value > top)
			top = value;
		if (top - value > fall)
			fall = top - value;
	}
	return fall;
}

/* From the end of the warm-up to `top`; 0 when it is not above. */
static uint64_t rise_to(const struct tm_run *run, enum tm_metric metric,
			uint64_t top)
{
	size_t i;

	for (i = run->sample_count / WARM_UP; i < run->sample_count; i++) {
		if (tm_sample_has(&run->samples[i], metric))
			break;
	}
	if (i == run->sample_count || value_at(run, metric, i) > top)
		return 0;
	return top - value_at(run, metric, i);
}

/* Whether the program gives back at its end what it never gave back before. */
static int clears_up(const struct tm_run *run, enum tm_metric metric,
		     struct descent *descent)
{
	uint64_t fall;

	if (run->sample_count < SAMPLES_LEAST ||
	    !find_descent(run, metric, descent) || descent->is_cut)
		return 0;
	fall = descent->top - descent->bottom;
	return fall >= FALL_LEAST &&
	       fall >= rise_to(run, metric, descent->top) / FALL_PART &&
	       fall > largest_fall(run, metric, descent->from);
}

static void note_cleared(struct tm_run *run, const struct descent *descent)
{
	size_t empty = run->sample_count - descent->from;
	char samples[40] = "sample is";

	if (empty > 1)
		snprintf(samples, sizeof(samples), "%zu samples are", empty);
	tm_run_note(run,
		    "the last %s left empty: %.1f MiB were given back, as by a "
		    "program that ends, and never so much before",
		    samples,
		    (double)(descent->top - descent->bottom) / 1048576.0);
}

/* --- processes ------------------------------------------------------------ */

static void note_fewer(struct tm_run *run, const struct descent *descent)
{
	size_t empty = run->sample_count - descent->from;
	uint64_t left = value_at(run, TM_METRIC_processes, descent->from);

	if (empty == 1)
		tm_run_note(run,
			    "the last sample is left empty: %" PRIu64
			    " of %" PRIu64
			    " processes had ended when it was taken",
			    descent->top - left, descent->top);
	else
		tm_run_note(run,
			    "the last %zu samples are left empty: at most "
			    "%" PRIu64 " of %" PRIu64 " processes were left",
			    empty, left, descent->top);
}

/* --- both ----------------------------------------------------------------- */

void tm_tail_leave_empty(struct tm_run *run, int by_time)
{
	static const enum tm_metric memory[] = {TM_METRIC_rss_bytes,
						TM_METRIC_net_bytes};
	struct descent fewer, cleared = {.from = run->sample_count}, other;
	size_t from, i;
	int has_fewer = find_descent(run, TM_METRIC_processes, &fewer);

	for (i = 0; by_time && i < sizeof(memory) / sizeof(*memory); i++) {
		if (clears_up(run, memory[i], &other) &&
		    other.from < cleared.from)
			cleared = other;
	}
	if (has_fewer && fewer.from <= cleared.from) {
		note_fewer(run, &fewer);
		from = fewer.from;
	} else if (cleared.from < run->sample_count) {
		note_cleared(run, &cleared);
		from = cleared.from;
	} else {
		return;
	}
	for (i = from; i < run->sample_count; i++)
		run->samples[i].present = 0;
}
