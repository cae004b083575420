#include "results/tree.h"

#include <stdlib.h>
#include <string.h>

static const struct tm_field tree_fields[] = {
	TM_FIELD(tm_run_tree, INT, processes_seen),
	TM_FIELD(tm_run_tree, INT, processes_max),
	TM_FIELD(tm_run_tree, INT, unmeasured),
	TM_FIELD(tm_run_tree, INT, unseen_checkpoints),
	TM_FIELD(tm_run_tree, INT, incomplete_samples),
	TM_FIELD(tm_run_tree, INT, numbers_given),
	TM_FIELD_END,
};

static const struct tm_field process_fields[] = {
	TM_FIELD(tm_run_process, INT, pid),
	TM_FIELD(tm_run_process, TEXT, name),
	TM_FIELD(tm_run_process, BOOL, root),
	TM_FIELD(tm_run_process, BOOL, ended),
	TM_FIELD_AS(tm_run_process, INT, samples, "looks"),
	TM_FIELD(tm_run_process, INT, first_rss_bytes),
	TM_FIELD(tm_run_process, INT, last_rss_bytes),
	TM_FIELD(tm_run_process, INT, hwm_bytes),
	TM_FIELD(tm_run_process, INT, grew_bytes),
	TM_FIELD(tm_run_process, INT, grew_from),
	TM_FIELD(tm_run_process, INT, grew_to),
	TM_FIELD(tm_run_process, INT, until),
	TM_FIELD_END,
};

json_t *tm_run_process_to_json(const struct tm_run_process *process)
{
	return tm_fields_json(process, process_fields);
}

static json_t *processes_json(const struct tm_run_tree *tree)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < tree->process_count; i++) {
		if (json_array_append_new(
			    list,
			    tm_run_process_to_json(&tree->processes[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *tm_run_tree_to_json(const struct tm_run_tree *tree)
{
	json_t *json = tm_fields_json(tree, tree_fields);

	if (json &&
	    (json_object_set_new(json, "processes", processes_json(tree)) !=
		     0 ||
	     (tree->largest_child.pid.is_known &&
	      json_object_set_new(
		      json, "largest_child",
		      tm_run_process_to_json(&tree->largest_child)) != 0))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

void tm_run_tree_from_json(struct tm_run_tree *out, const json_t *json)
{
	const json_t *list = json_object_get(json, "processes");
	size_t i;

	out->is_known = json_is_object(json);
	tm_fields_read(out, tree_fields, json);
	tm_fields_read(&out->largest_child, process_fields,
		       json_object_get(json, "largest_child"));
	out->processes = tm_records_new(&out->process_count, list,
					sizeof(*out->processes));
	for (i = 0; i < out->process_count; i++)
		tm_fields_read(&out->processes[i], process_fields,
			       json_array_get(list, i));
}

void tm_run_tree_release(struct tm_run_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->process_count; i++)
		tm_fields_release(&tree->processes[i], process_fields);
	free(tree->processes);
	tm_fields_release(&tree->largest_child, process_fields);
	memset(tree, 0, sizeof(*tree));
}
