#include "script.h"

#include <stdio.h>
#include <string.h>

static enum tm_rc say(struct tm_backend *base, char command,
		      const struct tm_id *task_id, struct tm_err *err)
{
	struct script *self = (struct script *)base;
	size_t used = strlen(self->said);

	if (self->fail_commands != TM_OK)
		return tm_fail(err, self->fail_commands, "as written");
	snprintf(self->said + used, sizeof(self->said) - used, "%s%c%u",
		 used ? " " : "", command, task_id->bytes[0]);
	return TM_OK;
}

static enum tm_rc subscribe(struct tm_backend *base,
			    const struct tm_id *task_id, struct tm_err *err)
{
	return say(base, 'S', task_id, err);
}

static enum tm_rc unsubscribe(struct tm_backend *base,
			      const struct tm_id *task_id, struct tm_err *err)
{
	return say(base, 'U', task_id, err);
}

static enum tm_rc next_event(struct tm_backend *base, uint32_t timeout_ms,
			     struct tm_backend_event *event, struct tm_err *err)
{
	struct script *self = (struct script *)base;

	(void)timeout_ms;
	if (self->event_next == self->event_count)
		return tm_fail(err, TM_ETIMEOUT, "the script is over");
	*event = self->event[self->event_next++];
	return TM_OK;
}

static const struct tm_backend_ops script_ops = {
	.name = "script",
	.subscribe = subscribe,
	.unsubscribe = unsubscribe,
	.next_event = next_event,
};

void script_open(struct script *script)
{
	memset(script, 0, sizeof(*script));
	script->base.ops = &script_ops;
}

void script_add(struct script *script, enum tm_backend_event_type type,
		uint8_t task, const char *payload)
{
	struct tm_backend_event *event = &script->event[script->event_count++];

	event->type = type;
	event->task_id = script_id(task);
	event->payload = payload;
	event->payload_length = payload ? strlen(payload) : 0;
}

struct tm_id script_id(uint8_t task)
{
	struct tm_id id = {{task, 0, 0, 0, 0, 0, 0x40, 0, 0x80}};

	return id;
}
