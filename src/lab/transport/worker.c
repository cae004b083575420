#include "lab/transport/worker.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* The tasks of the article's script and what they return. */
static const struct {
	const char *name;
	const char *result;
} known_tasks[] = {
	{"task.dummy", "1"},
	{"task.result", "2"},
};

static const char *result_of(const struct tm_worker_task *task)
{
	size_t i;

	for (i = 0; i < sizeof(known_tasks) / sizeof(known_tasks[0]); i++) {
		if (strcmp(task->name, known_tasks[i].name) == 0)
			return known_tasks[i].result;
	}
	return NULL;
}

int tm_worker_knows(const struct tm_worker_task *task)
{
	return result_of(task) != NULL;
}

/* --- reading a message ---------------------------------------------------- */

/* No known task has a longer name: keep its length only. */
static void set_name(struct tm_worker_task *task, const char *name,
		     size_t length)
{
	if (length > TM_WORKER_NAME_MAX) {
		snprintf(task->name, sizeof(task->name), "a name of %zu bytes",
			 length);
		return;
	}
	memcpy(task->name, name, length);
	task->name[length] = '\0';
}

static const struct tm_header *find_header(const struct tm_message *message,
					   const char *name)
{
	size_t length = strlen(name);
	size_t i;

	for (i = 0; i < message->header_count; i++) {
		const struct tm_header *header = &message->headers[i];

		if (header->type == TM_HEADER_STRING &&
		    header->name_length == length &&
		    memcmp(header->name, name, length) == 0)
			return header;
	}
	return NULL;
}

static enum tm_rc read_headers(struct tm_worker_task *task,
			       const struct tm_message *message)
{
	const struct tm_header *name = find_header(message, "task");
	const struct tm_header *id = find_header(message, "id");
	const struct tm_header *group = find_header(message, "group");

	if (!name || !id)
		return TM_EINTERNAL;
	set_name(task, name->text, name->text_length);
	task->has_group = group != NULL;
	if (group && tm_id_parse(&task->group_id, group->text,
				 group->text_length) != TM_OK)
		return TM_EINTERNAL;
	return tm_id_parse(&task->id, id->text, id->text_length);
}

/* The third part of the body: what to do after the task. */
static enum tm_rc read_chord(struct tm_worker_job *out, const json_t *embed)
{
	const json_t *chord = json_object_get(embed, "chord");
	const json_t *options = json_object_get(chord, "options");
	const json_t *name = json_object_get(chord, "task");
	const json_t *id = json_object_get(options, "task_id");

	out->has_chord = json_is_object(chord);
	if (!out->has_chord)
		return json_is_object(embed) ? TM_OK : TM_EINTERNAL;
	if (!name || !id)
		return TM_EINTERNAL;
	out->chord_size = (uint32_t)json_integer_value(
		json_object_get(chord, "chord_size"));
	set_name(&out->body, json_string_value(name), json_string_length(name));
	return tm_id_parse(&out->body.id, json_string_value(id),
			   json_string_length(id));
}

enum tm_rc tm_worker_read(struct tm_worker_job *out,
			  const struct tm_message *message, struct tm_err *err)
{
	json_t *body = json_loadb(message->body, message->body_length, 0, NULL);
	enum tm_rc rc;

	memset(out, 0, sizeof(*out));
	rc = read_headers(&out->task, message);
	if (rc == TM_OK)
		rc = read_chord(out, json_array_get(body, 2));
	json_decref(body);
	if (rc != TM_OK)
		return tm_fail(err, TM_EINTERNAL,
			       "the embedded worker received a message that is "
			       "not a task");
	return TM_OK;
}

/* --- writing a result ----------------------------------------------------- */

/* As datetime.utcnow().isoformat() writes it. */
static void write_date(char *text, size_t size)
{
	struct timespec now;
	struct tm utc;
	size_t used;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	used = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text + used, size - used, ".%06ld", now.tv_nsec / 1000);
}

static json_t *pack_exception(const char *type, const char *message)
{
	return json_pack("{s:s, s:[s], s:s}", "exc_type", type, "exc_message",
			 message, "exc_module", "celery.exceptions");
}

static json_t *pack_outcome(const struct tm_worker_task *task,
			    const struct tm_id *failed_part)
{
	char text[TM_ID_TEXT + 64];
	char part[TM_ID_TEXT + 1] = "";

	if (failed_part) {
		tm_id_write(failed_part, part);
		snprintf(text, sizeof(text), "Dependency %s raised", part);
		return pack_exception("ChordError", text);
	}
	if (!result_of(task))
		return pack_exception("NotRegistered", task->name);
	return json_string(result_of(task));
}

enum tm_rc tm_worker_result(const struct tm_worker_task *task,
			    const struct tm_id *failed_part,
			    struct tm_worker_text *out, struct tm_err *err)
{
	int success = !failed_part && result_of(task);
	char group[TM_ID_TEXT + 1] = "";
	char id[TM_ID_TEXT + 1] = "";
	char date[32];
	json_t *meta;

	tm_id_write(&task->id, id);
	if (task->has_group)
		tm_id_write(&task->group_id, group);
	write_date(date, sizeof(date));
	meta = json_pack("{s:s, s:o, s:n, s:[], s:s, s:s*, s:s}", "status",
			 success ? "SUCCESS" : "FAILURE", "result",
			 pack_outcome(task, failed_part), "traceback",
			 "children", "date_done", date, "group_id",
			 task->has_group ? group : NULL, "task_id", id);
	if (!meta)
		return tm_fail(err, TM_ENOMEM, "no memory for a result");
	out->length = json_dumpb(meta, out->bytes, out->size, 0);
	json_decref(meta);
	if (out->length == 0 || out->length > out->size)
		return tm_fail(err, TM_EINTERNAL,
			       "the embedded store cannot hold the result of "
			       "task %s",
			       task->name);
	return TM_OK;
}
