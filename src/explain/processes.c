#include "explain/processes.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

/* Of all growth, for one process to be called the one that grows. */
#define NEARLY_ALL .8

/* What ends later than in the last tenth of a run ends with the program: its
 * processes do not end all at once. */
#define LAST_PART 10

static const json_t *entries(const struct tm_run *run)
{
	return json_object_get(run->tree, "processes");
}

static double number(const json_t *entry, const char *key)
{
	return json_number_value(json_object_get(entry, key));
}

static int is_known(const json_t *entry)
{
	return json_is_number(json_object_get(entry, "grew_bytes")) &&
	       number(entry, "grew_to") > number(entry, "grew_from");
}

void tm_why_processes_count(struct tm_why_processes *out,
			    const struct tm_run *run)
{
	double seen = number(run->tree, "processes_seen");
	const json_t *entry;
	size_t i;

	memset(out, 0, sizeof(*out));
	json_array_foreach(entries(run), i, entry)
	{
		out->known += (size_t)is_known(entry);
		out->brief += (size_t)!is_known(entry);
	}
	/* A file may say anything. */
	if (seen > 0.0 && seen < 1e15)
		out->seen = (size_t)seen;
}

/* --- what all of them grew by --------------------------------------------- */

/* The processes' memory at the first sample from `from` on that has it, and at
 * the last one up to `to`: what of it is missing in between does not matter. */
static double tree_growth(const struct tm_run *run, double from, double to)
{
	const struct tm_metric_series series =
		tm_run_series(run, TM_METRIC_rss_bytes);
	const struct tm_sample *first = NULL, *last = NULL, *sample;
	size_t at = 0;

	while ((sample = tm_metric_series_next(&series, &at))) {
		if ((double)sample->iteration < from ||
		    (double)sample->iteration > to)
			continue;
		if (!first)
			first = sample;
		last = sample;
	}
	if (!first)
		return 0.0;
	return tm_metric_series_value(&series, last) -
	       tm_metric_series_value(&series, first);
}

static int is_early(const struct tm_run *run, double to)
{
	double first, last;

	if (!run->sample_count)
		return 0;
	first = (double)run->samples[0].iteration;
	last = (double)run->samples[run->sample_count - 1].iteration;
	return to < last - (last - first) / LAST_PART;
}

/* --- one of them ---------------------------------------------------------- */

static void take_name(struct tm_why_process *out, const json_t *entry)
{
	const char *name = json_string_value(json_object_get(entry, "name"));

	snprintf(out->name, sizeof(out->name), "%s", name ? name : "?");
	tm_text_clean(out->name);
}

int tm_why_process_read(struct tm_why_process *out, const struct tm_run *run,
			const json_t *entry)
{
	double from = number(entry, "grew_from"), to = number(entry, "grew_to");

	memset(out, 0, sizeof(*out));
	if (!is_known(entry))
		return 0;
	take_name(out, entry);
	out->pid = json_integer_value(json_object_get(entry, "pid"));
	out->grew_bytes = number(entry, "grew_bytes");
	out->rate = out->grew_bytes / (to - from) * tm_unit_scale(run->unit);
	out->all_bytes = tree_growth(run, from, to);
	out->until = number(entry, "until") / tm_unit_scale(run->unit);
	out->ended = json_is_true(json_object_get(entry, "ended"));
	out->ended_early = out->ended && is_early(run, number(entry, "until"));
	return 1;
}

int tm_why_process_get(struct tm_why_process *out, const struct tm_run *run,
		       size_t at)
{
	const json_t *entry;
	size_t i;

	json_array_foreach(entries(run), i, entry)
	{
		if (is_known(entry) && at-- == 0)
			return tm_why_process_read(out, run, entry);
	}
	return 0;
}

/* What those that lived to the end grew by, without what shrank. */
static double sum_growth(const struct tm_run *run)
{
	struct tm_why_process process;
	const json_t *entry;
	double sum = 0.0;
	size_t i;

	json_array_foreach(entries(run), i, entry)
	{
		if (tm_why_process_read(&process, run, entry) &&
		    !process.ended_early && process.grew_bytes > 0.0)
			sum += process.grew_bytes;
	}
	return sum;
}

/* Nearly all of what each of them grew by, and of what all grew by together:
 * that may be new processes as well, or ones that are not listed. */
int tm_why_process_find_culprit(struct tm_why_process *out,
				const struct tm_run *run)
{
	size_t at = 0;

	do {
		if (!tm_why_process_get(out, run, at++))
			return 0;
	} while (out->ended_early);
	return out->all_bytes > 0.0 &&
	       out->grew_bytes >= NEARLY_ALL * out->all_bytes &&
	       out->grew_bytes >= NEARLY_ALL * sum_growth(run);
}
