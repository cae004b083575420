#include "explain/processes.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

/* Of all growth, for one process to be called the one that grows. */
#define NEARLY_ALL .8

/* What ends later than in the last tenth of a run ends with the program: its
 * processes do not end all at once. */
#define LAST_PART 10

static int is_known(const struct tm_run_process *process)
{
	return process->grew_bytes.is_known && process->grew_from.is_known &&
	       process->grew_to.is_known &&
	       process->grew_to.value > process->grew_from.value;
}

void tm_why_processes_count(struct tm_why_processes *out,
			    const struct tm_run *run)
{
	const struct tm_run_tree *tree = &run->tree;
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < tree->process_count; i++) {
		if (is_known(&tree->processes[i]))
			out->known++;
		else
			out->brief++;
	}
	if (tm_is_positive(tree->processes_seen))
		out->seen = (size_t)tree->processes_seen.value;
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

static void take_name(struct tm_why_process *out,
		      const struct tm_run_process *process)
{
	snprintf(out->name, sizeof(out->name), "%s",
		 process->name ? process->name : "?");
	tm_text_clean(out->name);
}

int tm_why_process_read(struct tm_why_process *out, const struct tm_run *run,
			const struct tm_run_process *process)
{
	double from = (double)process->grew_from.value;
	double to = (double)process->grew_to.value;
	double until = (double)process->until.value;
	double scale = tm_unit_scale(run->unit);

	memset(out, 0, sizeof(*out));
	if (!is_known(process))
		return 0;
	take_name(out, process);
	out->pid = process->pid.value;
	out->grew_bytes = (double)process->grew_bytes.value;
	out->rate = out->grew_bytes / (to - from) * scale;
	out->all_bytes = tree_growth(run, from, to);
	out->until = until / scale;
	out->ended = tm_is_true(process->ended);
	out->ended_early = out->ended && is_early(run, until);
	return 1;
}

int tm_why_process_get(struct tm_why_process *out, const struct tm_run *run,
		       size_t at)
{
	size_t i;

	for (i = 0; i < run->tree.process_count; i++) {
		const struct tm_run_process *process = &run->tree.processes[i];

		if (is_known(process) && at-- == 0)
			return tm_why_process_read(out, run, process);
	}
	return 0;
}

/* What those that lived to the end grew by, without what shrank. */
static double sum_growth(const struct tm_run *run)
{
	struct tm_why_process process;
	double sum = 0.0;
	size_t i;

	for (i = 0; i < run->tree.process_count; i++) {
		if (tm_why_process_read(&process, run,
					&run->tree.processes[i]) &&
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
