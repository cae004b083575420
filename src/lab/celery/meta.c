#include "lab/celery/meta.h"

#include <jansson.h>
#include <string.h>

static enum tm_state state_of(const char *status)
{
	if (strcmp(status, "SUCCESS") == 0)
		return TM_STATE_SUCCESS;
	if (strcmp(status, "FAILURE") == 0 || strcmp(status, "REVOKED") == 0)
		return TM_STATE_FAILURE;
	return TM_STATE_PENDING;
}

static char *result_text(struct tm_alloc *alloc, const json_t *result)
{
	char *dumped, *text;

	if (json_is_string(result))
		return tm_strdup(alloc, json_string_value(result));
	dumped = json_dumps(result, JSON_ENCODE_ANY | JSON_COMPACT);
	if (!dumped)
		return NULL;
	text = tm_strdup(alloc, dumped);
	free(dumped);
	return text;
}

static enum tm_rc read_members(struct tm_meta *meta, struct tm_alloc *alloc,
			       const json_t *root, struct tm_err *err)
{
	const char *status = json_string_value(json_object_get(root, "status"));
	const char *id = json_string_value(json_object_get(root, "task_id"));
	json_t *result = json_object_get(root, "result");

	if (!status || !id || !result ||
	    tm_id_parse(&meta->task_id, id, strlen(id)) != TM_OK)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the result store holds something that is not "
			       "a task result (it needs status, result and "
			       "task_id)");
	meta->state = state_of(status);
	meta->result = result_text(alloc, result);
	if (!meta->result)
		return tm_fail(err, TM_ENOMEM, "no memory for a result");
	return TM_OK;
}

enum tm_rc tm_meta_parse(struct tm_meta **out, struct tm_alloc *alloc,
			 const char *payload, size_t length, struct tm_err *err)
{
	struct tm_meta *meta;
	json_error_t error;
	enum tm_rc rc;
	json_t *root;

	*out = NULL;
	root = json_loadb(payload, length, 0, &error);
	if (!root)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the result store holds a result that is not "
			       "JSON: %s",
			       error.text);
	meta = tm_calloc(alloc, 1, sizeof(*meta));
	if (!meta) {
		json_decref(root);
		return tm_fail(err, TM_ENOMEM, "no memory for a result");
	}
	rc = read_members(meta, alloc, root, err);
	json_decref(root);
	if (rc != TM_OK) {
		tm_meta_free(alloc, meta);
		return rc;
	}
	*out = meta;
	return TM_OK;
}

struct tm_meta *tm_meta_copy(struct tm_alloc *alloc, const struct tm_meta *meta)
{
	struct tm_meta *copy = tm_calloc(alloc, 1, sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *meta;
	copy->result = tm_strdup(alloc, meta->result);
	if (copy->result)
		return copy;
	tm_free(alloc, copy, sizeof(*copy));
	return NULL;
}

void tm_meta_free(struct tm_alloc *alloc, struct tm_meta *meta)
{
	if (!meta)
		return;
	tm_strfree(alloc, meta->result);
	tm_free(alloc, meta, sizeof(*meta));
}
