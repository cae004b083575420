#include "run/process_tree.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/amount.h"

static void fill_process(struct tm_run_process *out,
			 const struct tm_tree_record *record)
{
	const struct tm_history_growth *growth = &record->growth;

	*out = (struct tm_run_process){
		.pid = tm_known_int(record->pid),
		.name = tm_text_copy(record->name),
		.root = tm_known_bool(record->is_root),
		.ended = tm_known_bool(record->ended),
		.samples = tm_known_count(record->samples),
		.first_rss_bytes = tm_known_count(record->first_rss_bytes),
		.last_rss_bytes = tm_known_count(record->last_rss_bytes),
		.hwm_bytes = tm_known_count(record->hwm_bytes),
	};
	if (!record->has_growth)
		return;
	out->grew_bytes = tm_known_int(growth->bytes);
	out->grew_from = tm_known_count(growth->from);
	out->grew_to = tm_known_count(growth->to);
	out->until = tm_known_count(growth->until);
}

static void fill_tree(struct tm_run_tree *out,
		      const struct tm_tree_summary *summary)
{
	const struct tm_tree_record *child = &summary->largest_ended;
	size_t i;

	tm_run_tree_release(out);
	out->is_known = 1;
	out->processes_seen = tm_known_count(summary->processes_seen);
	out->processes_max = tm_known_count(summary->processes_max);
	out->unmeasured = tm_known_count(summary->unmeasured);
	out->unseen_checkpoints = tm_known_count(summary->unseen_checkpoints);
	out->incomplete_samples = tm_known_count(summary->incomplete);
	if (summary->numbers_given)
		out->numbers_given = tm_known_count(summary->numbers_given);
	if (child->pid) {
		out->largest_child.pid = tm_known_int(child->pid);
		out->largest_child.name = tm_text_copy(child->name);
		out->largest_child.hwm_bytes = tm_known_count(child->hwm_bytes);
	}
	out->processes =
		calloc(summary->record_count + 1, sizeof(*out->processes));
	for (i = 0; out->processes && i < summary->record_count; i++)
		fill_process(&out->processes[i], &summary->record[i]);
	out->process_count = i;
}

static void note_unseen(struct tm_run *run,
			const struct tm_tree_summary *summary)
{
	char ceiling[120] = "", samples[TM_AMOUNT_MAX];

	if (summary->unmeasured == 1)
		tm_run_note(run, "one of its processes ended before its memory "
				 "could be read");
	else if (summary->unmeasured)
		tm_run_note(run,
			    "%llu of its processes ended before their memory "
			    "could be read",
			    (unsigned long long)summary->unmeasured);
	if (summary->numbers_given)
		snprintf(ceiling, sizeof(ceiling),
			 " (the whole machine started %llu processes and "
			 "threads meanwhile)",
			 (unsigned long long)summary->numbers_given);
	if (summary->unseen_checkpoints)
		tm_run_note(run,
			    "it started children that ended too soon to be "
			    "seen: their memory is in no sample%s",
			    ceiling);
	tm_amount_format(samples, (double)summary->incomplete, "samples");
	if (summary->incomplete)
		tm_run_note(run, "%s %s no process memory: %s", samples,
			    summary->incomplete == 1 ? "has" : "have",
			    summary->incomplete_why);
}

void tm_process_tree_set(struct tm_run *run, struct tm_probe *probe)
{
	struct tm_tree_summary summary;

	if (!tm_probe_summarize(probe, &summary))
		return;
	fill_tree(&run->tree, &summary);
	note_unseen(run, &summary);
}
