#include "run/trim.h"

#include <inttypes.h>
#include <stdio.h>

#include "metric/traits.h"
#include "stats/options.h"
#include "util/amount.h"

/* A fall at the end is taken for the program's teardown when it is larger than
 * every fall before, and at least this part of what the run grew by. */
#define FALL_PART  4
#define FALL_LEAST 65536

/* What is read at the last mark may be of the program's end.  One sample less
 * costs little, so that any fall which is larger than every fall before is taken
 * for it: by a page, where each byte is counted. */
#define LATE_FALL_LEAST 4096

/* Fewer samples do not show how the program usually behaves. */
#define SAMPLES_LEAST 10

/* How a metric falls to its last sample, without a rise on the way. */
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

/* Returns 0 when it does not fall, or the last sample does not have it. */
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

	for (i = run->sample_count / TM_WARM_UP_PART; i < run->sample_count;
	     i++) {
		if (tm_sample_has(&run->samples[i], metric))
			break;
	}
	if (i == run->sample_count || value_at(run, metric, i) > top)
		return 0;
	return top - value_at(run, metric, i);
}

/* Whether the program frees at its end what it never freed before. */
static int tears_down(const struct tm_run *run, enum tm_metric metric,
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

/* Whether the last sample is of a program that went on and cleared up. */
static int is_late(const struct tm_run *run, enum tm_metric metric,
		   struct descent *descent)
{
	int is_exact = tm_trait_of(metric)->nature == TM_NATURE_EXACT;
	size_t last = run->sample_count - 1, before;
	uint64_t fall;

	if (run->sample_count < SAMPLES_LEAST ||
	    !tm_sample_has(&run->samples[last], metric))
		return 0;
	before = find_before(run, metric, last);
	if (before == last ||
	    value_at(run, metric, before) <= value_at(run, metric, last))
		return 0;
	*descent = (struct descent){.from = last,
				    .top = value_at(run, metric, before),
				    .bottom = value_at(run, metric, last)};
	fall = descent->top - descent->bottom;
	return fall >= (is_exact ? LATE_FALL_LEAST : FALL_LEAST) &&
	       fall > largest_fall(run, metric, last);
}

static void note_teardown(struct tm_run *run, const struct descent *descent)
{
	size_t count = run->sample_count - descent->from;
	char samples[40] = "sample", freed[TM_AMOUNT_MAX];

	tm_amount_format(freed, (double)(descent->top - descent->bottom),
			 "bytes");
	if (count > 1)
		snprintf(samples, sizeof(samples), "%zu samples", count);
	tm_run_note(run,
		    "cleared the last %s: %s were freed, more than ever "
		    "before, as when a program ends",
		    samples, freed);
}

/* --- processes ------------------------------------------------------------ */

static void note_fewer(struct tm_run *run, const struct descent *descent)
{
	size_t count = run->sample_count - descent->from;
	uint64_t left = value_at(run, TM_METRIC_processes, descent->from);

	if (count == 1)
		tm_run_note(run,
			    "cleared the last sample: %" PRIu64 " of %" PRIu64
			    " processes had already ended",
			    descent->top - left, descent->top);
	else
		tm_run_note(run,
			    "cleared the last %zu samples: at most %" PRIu64
			    " of %" PRIu64 " processes were still running",
			    count, left, descent->top);
}

/* --- a program that has gone ------------------------------------------------ */

/* The last sample that was measured, when its program had no memory any more:
 * what else it holds, such as malloc's count, is of what was left by then.  Also of
 * a mark: the program need not wait.  The number of samples when there is none. */
static size_t find_gone(const struct tm_run *run)
{
	size_t i = run->sample_count;

	while (i > 0 && !run->samples[i - 1].present)
		i--;
	if (i == 0 ||
	    tm_sample_has(&run->samples[i - 1], TM_METRIC_rss_bytes) ||
	    find_before(run, TM_METRIC_rss_bytes, i - 1) == i - 1)
		return run->sample_count;
	return i - 1;
}

/* --- all -------------------------------------------------------------------- */

/* The fall of memory that begins first.  Of those that begin together the kernel's
 * figure is named, which has the highest rank. */
static struct descent find_teardown(const struct tm_run *run,
				    enum tm_sampled sampled)
{
	struct descent found = {.from = run->sample_count}, other;
	enum tm_metric memory[TM_METRIC_COUNT];
	size_t i = tm_trait_with_uses(memory, TM_USE_END);

	if (sampled == TM_SAMPLED_WAITING)
		return found;
	while (i-- > 0) {
		int ends = sampled == TM_SAMPLED_BY_TIME
				   ? tears_down(run, memory[i], &other)
				   : is_late(run, memory[i], &other);

		if (ends && other.from < found.from)
			found = other;
	}
	return found;
}

size_t tm_trim_find(struct tm_run *run, enum tm_sampled sampled)
{
	size_t gone = find_gone(run);
	struct descent fewer, teardown = find_teardown(run, sampled);
	int has_fewer = find_descent(run, TM_METRIC_processes, &fewer);

	if (gone < run->sample_count && gone < teardown.from &&
	    !(has_fewer && fewer.from <= gone)) {
		tm_run_note(run, "cleared the last sample: the program had "
				 "ended before its memory was read");
		return gone;
	}
	if (has_fewer && fewer.from <= teardown.from) {
		note_fewer(run, &fewer);
		return fewer.from;
	}
	if (teardown.from < run->sample_count)
		note_teardown(run, &teardown);
	return teardown.from;
}
