#include "results/request.h"

#include <string.h>

static const struct tm_field fields[] = {
	TM_FIELD(tm_run_request, TEXT, job),
	TM_FIELD(tm_run_request, TEXT, program),
	TM_FIELD(tm_run_request, INT, memory_limit_bytes),
	TM_FIELD(tm_run_request, INT, timeout_ms),
	TM_FIELD(tm_run_request, TEXT, working_directory),
	TM_FIELD(tm_run_request, INT, pid),
	TM_FIELD_END,
};

static const struct tm_field file_fields[] = {
	{"size_bytes", TM_FIELD_INT,
	 offsetof(struct tm_run_request, file_size_bytes)},
	{"modified", TM_FIELD_TEXT,
	 offsetof(struct tm_run_request, file_modified)},
	{"build_id", TM_FIELD_TEXT,
	 offsetof(struct tm_run_request, file_build_id)},
	TM_FIELD_END,
};

/* --- writing -------------------------------------------------------------- */

static int knows_file(const struct tm_run_request *request)
{
	return request->file_size_bytes.is_known || request->file_modified ||
	       request->file_build_id;
}

static int write_parts(json_t *json, const struct tm_run_request *request)
{
	int failed = 0;

	if (request->argv.count)
		failed |= json_object_set_new(json, "argv",
					      tm_texts_json(&request->argv));
	if (request->options.is_known)
		failed |= json_object_set_new(json, "options",
					      tm_facts_json(&request->options));
	if (request->is_not_compared_known)
		failed |= json_object_set_new(
			json, "not_compared",
			tm_texts_json(&request->not_compared));
	if (request->is_given_known)
		failed |= json_object_set_new(json, "given",
					      tm_texts_json(&request->given));
	if (request->variables.is_known)
		failed |= json_object_set_new(
			json, "variables", tm_facts_json(&request->variables));
	if (knows_file(request))
		failed |= json_object_set_new(
			json, "file", tm_fields_json(request, file_fields));
	return failed | tm_facts_write(json, &request->other);
}

json_t *tm_run_request_to_json(const struct tm_run_request *request)
{
	json_t *json = tm_fields_json(request, fields);

	if (json && write_parts(json, request) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

/* --- comparing ------------------------------------------------------------ */

/* Older versions of tidemark assumed for all runs what runs say now. */
static const char *const formerly_not_compared[] = {
	"iterations", "every", "pause_ms", "inject_leak", "read_timeout_ms",
};

int tm_run_request_compares(const struct tm_run_request *request,
			    const char *option)
{
	size_t i;

	if (request->is_not_compared_known)
		return !tm_texts_has(&request->not_compared, option);
	for (i = 0;
	     i < sizeof(formerly_not_compared) / sizeof(*formerly_not_compared);
	     i++) {
		if (strcmp(formerly_not_compared[i], option) == 0)
			return 0;
	}
	return 1;
}

/* --- reading -------------------------------------------------------------- */

void tm_run_request_from_json(struct tm_run_request *out, const json_t *json)
{
	const json_t *given = json_object_get(json, "given");
	const json_t *not_compared = json_object_get(json, "not_compared");
	json_t *known;

	out->is_known = json_is_object(json);
	tm_fields_read(out, fields, json);
	tm_fields_read(out, file_fields, json_object_get(json, "file"));
	tm_texts_read(&out->argv, json_object_get(json, "argv"));
	tm_texts_read(&out->given, given);
	out->is_given_known = json_is_array(given);
	tm_texts_read(&out->not_compared, not_compared);
	out->is_not_compared_known = json_is_array(not_compared);
	tm_facts_read(&out->options, json_object_get(json, "options"));
	tm_facts_read(&out->variables, json_object_get(json, "variables"));
	known = tm_run_request_to_json(out);
	tm_facts_read_rest(&out->other, json, known);
	json_decref(known);
}

void tm_run_request_release(struct tm_run_request *request)
{
	tm_fields_release(request, fields);
	tm_fields_release(request, file_fields);
	tm_texts_release(&request->argv);
	tm_texts_release(&request->given);
	tm_texts_release(&request->not_compared);
	tm_facts_release(&request->options);
	tm_facts_release(&request->variables);
	tm_facts_release(&request->other);
	memset(request, 0, sizeof(*request));
}
