/* The form for programs. */
#include "report/format/json.h"
#include "report/why/forms.h"
#include "results/run_json.h"

#define SCHEMA 1

static json_t *layer_json(const struct tm_why_layer *layer)
{
	const struct tm_decision *decision = &layer->decision;
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:b, s:s, s:s}", "layer", layer->key, "text",
		layer->text, "unit", layer->unit, "judged", layer->is_judged,
		"growth", tm_growth_name(tm_decision_growth(decision)), "shape",
		tm_curve_name(tm_decision_curve(decision)));

	if (json && decision->has_slope) {
		tm_json_set_number(json, "slope", decision->slope);
		tm_json_set_number(json, "low", decision->low);
		tm_json_set_number(json, "high", decision->high);
	}
	return json;
}

static json_t *layers_json(const struct tm_analysis *facts)
{
	json_t *layers = json_array();
	unsigned int i;

	for (i = 0; i < facts->order_count; i++) {
		const struct tm_why_layer *layer =
			&facts->layer[facts->order[i]];

		if (layer->is_measured)
			json_array_append_new(layers, layer_json(layer));
	}
	return layers;
}

static json_t *causes_json(const struct tm_analysis *facts)
{
	json_t *causes = json_array();
	size_t i;

	for (i = 0; i < facts->cause_count; i++)
		json_array_append_new(causes, json_string(facts->cause[i]));
	return causes;
}

/* A site's growth for one unit and its holder, beside what is stored. */
static json_t *site_json(const struct tm_run *run,
			 const struct tm_run_sites *sites,
			 const struct tm_run_site *site)
{
	json_t *json = tm_run_site_to_json(site);
	char holder[TM_FRAME_TEXT_MAX];
	double rate, error;

	if (tm_why_site_frame(holder, site, 0))
		json_object_set_new(json, "holder", json_string(holder));
	if (tm_site_rate(sites, site, &rate, &error)) {
		tm_json_set_number(json, "slope",
				   rate * tm_unit_scale(run->unit));
		tm_json_set_number(json, "slope_error",
				   error * tm_unit_scale(run->unit));
	}
	return json;
}

static json_t *sites_json(const struct tm_run *run,
			  const struct tm_run_sites *sites)
{
	json_t *list;
	size_t i;

	if (!sites->is_known)
		return NULL;
	list = json_array();
	for (i = 0; i < sites->count; i++)
		json_array_append_new(list,
				      site_json(run, sites, &sites->sites[i]));
	return list;
}

/* A process's growth for one unit, beside what is stored. */
static json_t *process_json(const struct tm_run *run,
			    const struct tm_run_process *entry)
{
	json_t *json = tm_run_process_to_json(entry);
	struct tm_why_process process;

	if (!tm_why_process_read(&process, run, entry))
		return json;
	tm_json_set_number(json, "slope", process.rate);
	if (process.grew_bytes > 0.0 && process.all_bytes > 0.0)
		tm_json_set_number(json, "share",
				   process.grew_bytes / process.all_bytes);
	json_object_set_new(json, "ended_early",
			    json_boolean(process.ended_early));
	return json;
}

static json_t *processes_json(const struct tm_analysis *facts)
{
	const struct tm_run_tree *tree = &facts->run->tree;
	json_t *list;
	size_t i;

	/* As with layers: a program gets all and filters itself. */
	if (!tm_why_shows_processes(facts, 1))
		return NULL;
	list = json_array();
	for (i = 0; i < tree->process_count; i++)
		json_array_append_new(
			list, process_json(facts->run, &tree->processes[i]));
	return list;
}

/* What the program counted; NULL when it did not. */
static json_t *numbers_json(const struct tm_facts *numbers)
{
	return numbers->is_known ? tm_facts_json(numbers) : NULL;
}

static json_t *type_json(const struct tm_why_type *type)
{
	json_t *json = json_object();

	json_object_set_new(json, "type", tm_text_json(type->name));
	tm_json_set_number(json, "slope", type->rate);
	if (type->has_interval) {
		tm_json_set_number(json, "low", type->low);
		tm_json_set_number(json, "high", type->high);
	}
	if (type->has_bytes)
		tm_json_set_number(json, "bytes", type->bytes);
	if (type->uncollectable > 0)
		tm_json_set_number(json, "uncollectable", type->uncollectable);
	return json;
}

/* As with layers: a program gets all and filters itself. */
static json_t *types_json(const struct tm_why_types *types)
{
	json_t *list;
	size_t i;

	if (types->count == 0)
		return NULL;
	list = json_array();
	for (i = 0; i < types->count; i++)
		json_array_append_new(list, type_json(&types->type[i]));
	return list;
}

static json_t *why_json(const struct tm_analysis *facts)
{
	const struct tm_run *run = facts->run;

	return json_pack(
		"{s:i, s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o*, s:o*, "
		"s:o*, "
		"s:o*, s:o*, s:o*, s:o*, s:o, s:o, s:s*}",
		"schema", SCHEMA, "run", tm_text_json(run->name), "outcome",
		tm_outcome_name(run->outcome), "growth",
		tm_verdict_word(&facts->verdict), "kind",
		tm_kind_name(tm_verdict_kind(&facts->verdict)), "kind_reason",
		tm_verdict_kind_reason(&facts->verdict), "unit",
		tm_unit_name(run->unit), "causes", causes_json(facts), "layers",
		layers_json(facts), "processes", processes_json(facts), "types",
		types_json(&facts->types), "sites",
		sites_json(run, &run->sites), "heap_sites",
		sites_json(run, &run->heap_sites), "live_per_iteration",
		numbers_json(&run->report.live_per_iteration),
		"garbage_per_iteration",
		numbers_json(&run->report.garbage_per_iteration),
		"tables_per_iteration",
		numbers_json(&run->report.tables_per_iteration), "notes",
		tm_texts_json(&run->notes), "absent", tm_run_absent_json(run),
		"next", *facts->next ? facts->next : NULL);
}

void tm_why_write_json(struct tm_writer *writer,
		       const struct tm_content *content,
		       const struct tm_style *style)
{
	(void)style;
	tm_put_json(writer, why_json(content->analysis));
}
