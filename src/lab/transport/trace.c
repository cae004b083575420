#include <string.h>

#include "lab/transport/decorator.h"

/* --- lines ---------------------------------------------------------------- */

static const struct tm_header *find_task(const struct tm_message *message)
{
	static const struct tm_header none = {.text = "?", .text_length = 1};
	size_t i;

	for (i = 0; i < message->header_count; i++) {
		const struct tm_header *header = &message->headers[i];

		if (header->name_length == 4 &&
		    memcmp(header->name, "task", 4) == 0)
			return header;
	}
	return &none;
}

static enum tm_rc write_publish(struct tm_buf *log,
				const struct tm_message *message)
{
	const struct tm_header *task = find_task(message);

	return tm_buf_printf(log, "PUBLISH %.*s %.*s\n", (int)task->text_length,
			     task->text, TM_ID_TEXT, message->correlation_id);
}

static enum tm_rc write_command(struct tm_buf *log, const char *command,
				const struct tm_id *task_id)
{
	char id[TM_ID_TEXT];

	tm_id_write(task_id, id);
	return tm_buf_printf(log, "%s " TM_RESULT_KEY_PREFIX "%.*s\n", command,
			     TM_ID_TEXT, id);
}

static enum tm_rc write_chord_size(struct tm_buf *log,
				   const struct tm_id *group_id, uint32_t size)
{
	char id[TM_ID_TEXT];

	tm_id_write(group_id, id);
	return tm_buf_printf(log,
			     "MULTI\n"
			     "SETEX celery-taskset-meta-%.*s.s 86400 %u\n"
			     "PUBLISH celery-taskset-meta-%.*s.s %u\n"
			     "EXEC\n",
			     TM_ID_TEXT, id, size, TM_ID_TEXT, id, size);
}

static enum tm_rc write_call(struct tm_buf *log, const struct tm_call *call)
{
	switch (call->type) {
	case TM_CALL_PUBLISH:
		return write_publish(log, call->message);
	case TM_CALL_SUBSCRIBE:
		return write_command(log, "SUBSCRIBE", call->id);
	case TM_CALL_UNSUBSCRIBE:
		return write_command(log, "UNSUBSCRIBE", call->id);
	case TM_CALL_GET:
		return write_command(log, "GET", call->id);
	case TM_CALL_SET_CHORD_SIZE:
		return write_chord_size(log, call->id, call->size);
	case TM_CALL_FLUSH:
	case TM_CALL_IDLE:
	case TM_CALL_NEXT_EVENT:
		break; /* these send nothing */
	}
	return TM_OK;
}

/* --- the decorator -------------------------------------------------------- */

static enum tm_rc trace_before(void *context, const struct tm_call *call,
			       struct tm_err *err)
{
	enum tm_rc rc = write_call(context, call);

	return rc == TM_OK ? rc : tm_fail(err, rc, "the trace of a command");
}

static struct tm_decorator trace_decorator(struct tm_buf *log)
{
	return (struct tm_decorator){
		.name = "trace", .context = log, .before = trace_before};
}

enum tm_rc tm_broker_trace(struct tm_broker **out, struct tm_alloc *alloc,
			   struct tm_broker *inner, struct tm_buf *log,
			   struct tm_err *err)
{
	const struct tm_decorator decorator = trace_decorator(log);

	return tm_broker_decorate(out, alloc, inner, &decorator, err);
}

enum tm_rc tm_backend_trace(struct tm_backend **out, struct tm_alloc *alloc,
			    struct tm_backend *inner, struct tm_buf *log,
			    struct tm_err *err)
{
	const struct tm_decorator decorator = trace_decorator(log);

	return tm_backend_decorate(out, alloc, inner, &decorator, err);
}
