#include "results/sites.h"

#include <stdlib.h>
#include <string.h>

static const struct tm_field frame_fields[] = {
	TM_FIELD(tm_run_frame, TEXT, function),
	TM_FIELD(tm_run_frame, TEXT, file),
	TM_FIELD(tm_run_frame, INT, line),
	TM_FIELD(tm_run_frame, TEXT, module),
	TM_FIELD(tm_run_frame, TEXT, offset),
	TM_FIELD_END,
};

static const struct tm_field site_fields[] = {
	TM_FIELD(tm_run_site, TEXT, process),
	TM_FIELD(tm_run_site, INT, processes),
	TM_FIELD(tm_run_site, BOOL, grows),
	TM_FIELD(tm_run_site, BOOL, has_stopped),
	TM_FIELD(tm_run_site, INT, first_bytes),
	TM_FIELD(tm_run_site, INT, middle_bytes),
	TM_FIELD(tm_run_site, INT, error_bytes),
	TM_FIELD(tm_run_site, INT, last_bytes),
	TM_FIELD(tm_run_site, INT, allocated_bytes),
	TM_FIELD(tm_run_site, INT, samples),
	TM_FIELD_END,
};

static const struct tm_field sites_fields[] = {
	TM_FIELD(tm_run_sites, INT, sampling_bytes),
	TM_FIELD(tm_run_sites, INT, samples),
	TM_FIELD(tm_run_sites, INT, lost),
	TM_FIELD(tm_run_sites, INT, snapshots),
	TM_FIELD(tm_run_sites, INT, site_count),
	TM_FIELD(tm_run_sites, INT, counted_first_bytes),
	TM_FIELD(tm_run_sites, INT, counted_last_bytes),
	TM_FIELD_END,
};

/* --- writing -------------------------------------------------------------- */

static json_t *stack_json(const struct tm_run_site *site)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < site->depth; i++) {
		if (json_array_append_new(list, tm_fields_json(&site->stack[i],
							       frame_fields)) !=
		    0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

json_t *tm_run_site_to_json(const struct tm_run_site *site)
{
	json_t *json = tm_fields_json(site, site_fields);

	if (json &&
	    (json_object_set_new(json, "script", tm_texts_json(&site->script)) |
	     json_object_set_new(json, "stack", stack_json(site))) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

static json_t *list_json(const struct tm_run_sites *sites)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; list && i < sites->count; i++) {
		if (json_array_append_new(
			    list, tm_run_site_to_json(&sites->sites[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static int write_iterations(json_t *json, const struct tm_run_sites *sites)
{
	if (!sites->first_x.is_known || !sites->last_x.is_known)
		return 0;
	return json_object_set_new(
		json, "iterations",
		json_pack("[f, f]", sites->first_x.value, sites->last_x.value));
}

json_t *tm_run_sites_to_json(const struct tm_run_sites *sites)
{
	json_t *json = json_pack("{s:i}", "schema", TM_SITES_SCHEMA);

	if (json &&
	    (tm_fields_write(json, sites, sites_fields) |
	     write_iterations(json, sites) |
	     json_object_set_new(json, "sites", list_json(sites))) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* --- reading -------------------------------------------------------------- */

static void read_site(struct tm_run_site *out, const json_t *json)
{
	const json_t *stack = json_object_get(json, "stack");
	size_t i;

	tm_fields_read(out, site_fields, json);
	tm_texts_read(&out->script, json_object_get(json, "script"));
	out->stack = tm_records_new(&out->depth, stack, sizeof(*out->stack));
	for (i = 0; i < out->depth; i++)
		tm_fields_read(&out->stack[i], frame_fields,
			       json_array_get(stack, i));
}

static void read_iterations(struct tm_run_sites *out, const json_t *pair)
{
	const json_t *first = json_array_get(pair, 0);
	const json_t *last = json_array_get(pair, 1);

	if (!json_is_number(first) || !json_is_number(last))
		return;
	out->first_x = tm_known_real(json_number_value(first));
	out->last_x = tm_known_real(json_number_value(last));
}

/* Files from before it was written have no schema; they are of the first. */
static enum tm_rc check_schema(const json_t *json, struct tm_err *err)
{
	const json_t *schema = json_object_get(json, "schema");

	if (!schema || (json_is_integer(schema) &&
			json_integer_value(schema) == TM_SITES_SCHEMA))
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "its schema is not %d, the one that this tidemark "
		       "reads",
		       TM_SITES_SCHEMA);
}

enum tm_rc tm_run_sites_from_json(struct tm_run_sites *out, const json_t *json,
				  struct tm_err *err)
{
	const json_t *list = json_object_get(json, "sites");
	enum tm_rc rc = check_schema(json, err);
	size_t i;

	if (rc != TM_OK)
		return rc;
	if (!json_is_array(list))
		return tm_fail(err, TM_EUSAGE, "no allocation sites");
	out->is_known = 1;
	tm_fields_read(out, sites_fields, json);
	read_iterations(out, json_object_get(json, "iterations"));
	out->sites = tm_records_new(&out->count, list, sizeof(*out->sites));
	for (i = 0; i < out->count; i++)
		read_site(&out->sites[i], json_array_get(list, i));
	return TM_OK;
}

/* --- making and releasing ------------------------------------------------- */

void tm_run_site_add_frame(struct tm_run_site *site,
			   const struct tm_run_frame *frame)
{
	struct tm_run_frame *more =
		realloc(site->stack, (site->depth + 1) * sizeof(*more));

	if (!more)
		return;
	site->stack = more;
	more[site->depth++] = (struct tm_run_frame){
		.function = tm_text_copy(frame->function),
		.file = tm_text_copy(frame->file),
		.line = frame->line,
		.module = tm_text_copy(frame->module),
		.offset = tm_text_copy(frame->offset),
	};
}

void tm_run_site_release(struct tm_run_site *site)
{
	size_t i;

	for (i = 0; i < site->depth; i++)
		tm_fields_release(&site->stack[i], frame_fields);
	free(site->stack);
	tm_texts_release(&site->script);
	tm_fields_release(site, site_fields);
	memset(site, 0, sizeof(*site));
}

void tm_run_sites_release(struct tm_run_sites *sites)
{
	size_t i;

	for (i = 0; i < sites->count; i++)
		tm_run_site_release(&sites->sites[i]);
	free(sites->sites);
	memset(sites, 0, sizeof(*sites));
}
