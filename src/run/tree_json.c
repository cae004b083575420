#include "run/tree_json.h"

#include <stdio.h>

static json_t *record_json(const struct tm_tree_record *record)
{
	const struct tm_history_growth *growth = &record->growth;
	json_t *json;

	json = json_pack("{s:i, s:s, s:b, s:b, s:I, s:I, s:I, s:I}", "pid",
			 (int)record->pid, "name", record->name, "root",
			 record->is_root, "ended", record->ended, "looks",
			 (json_int_t)record->looks, "first_rss_bytes",
			 (json_int_t)record->first_rss_bytes, "last_rss_bytes",
			 (json_int_t)record->last_rss_bytes, "hwm_bytes",
			 (json_int_t)record->hwm_bytes);
	if (!json || !record->has_growth)
		return json;
	json_object_set_new(json, "grew_bytes", json_integer(growth->bytes));
	json_object_set_new(json, "grew_from",
			    json_integer((json_int_t)growth->from));
	json_object_set_new(json, "grew_to",
			    json_integer((json_int_t)growth->to));
	json_object_set_new(json, "until",
			    json_integer((json_int_t)growth->until));
	return json;
}

static json_t *summary_json(const struct tm_tree_summary *summary)
{
	const struct tm_tree_record *child = &summary->largest_ended;
	json_t *records = json_array();
	json_t *json;
	size_t i;

	for (i = 0; records && i < summary->record_count; i++)
		json_array_append_new(records,
				      record_json(&summary->record[i]));
	json = json_pack("{s:I, s:I, s:I, s:I, s:I, s:o}", "processes_seen",
			 (json_int_t)summary->processes_seen, "processes_max",
			 (json_int_t)summary->processes_max, "unmeasured",
			 (json_int_t)summary->unmeasured, "unseen_checkpoints",
			 (json_int_t)summary->unseen_checkpoints,
			 "incomplete_samples", (json_int_t)summary->incomplete,
			 "processes", records);
	if (json && summary->numbers_given)
		json_object_set_new(
			json, "numbers_given",
			json_integer((json_int_t)summary->numbers_given));
	if (json && child->pid)
		json_object_set_new(json, "largest_child",
				    json_pack("{s:i, s:s, s:I}", "pid",
					      (int)child->pid, "name",
					      child->name, "hwm_bytes",
					      (json_int_t)child->hwm_bytes));
	return json;
}

static void note_the_unseen(struct tm_run *run,
			    const struct tm_tree_summary *summary)
{
	char ceiling[120] = "";

	if (summary->unmeasured)
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
			    "it started children that lived too short to be "
			    "seen: their memory is in no sample%s",
			    ceiling);
	if (summary->incomplete)
		tm_run_note(run,
			    "%llu samples have no memory of its processes: %s",
			    (unsigned long long)summary->incomplete,
			    summary->incomplete_why);
}

void tm_tree_json_add(struct tm_run *run, struct tm_probe *probe)
{
	struct tm_tree_summary summary;

	if (!tm_probe_summarize(probe, &summary))
		return;
	run->tree = summary_json(&summary);
	note_the_unseen(run, &summary);
}
