/* null:// accepts everything and never returns a result: the cost of a loop is
 * then the loop's own. */
#include <assert.h>

#include "lab/transport/deadline.h"
#include "lab/transport/scheme.h"

struct null_broker {
	struct tm_broker base;
	struct tm_alloc *alloc;
};

struct null_backend {
	struct tm_backend base;
	struct tm_alloc *alloc;
};

/* --- broker --------------------------------------------------------------- */

static enum tm_rc null_publish(struct tm_broker *base,
			       const struct tm_message *message,
			       struct tm_err *err)
{
	(void)base;
	(void)message;
	(void)err;
	return TM_OK;
}

static enum tm_rc null_flush(struct tm_broker *base, struct tm_err *err)
{
	(void)base;
	(void)err;
	return TM_OK;
}

static enum tm_rc null_idle(struct tm_broker *base, uint32_t duration_ms,
			    struct tm_err *err)
{
	(void)base;
	(void)err;
	tm_pause(duration_ms);
	return TM_OK;
}

static void null_broker_close(struct tm_broker *base)
{
	struct null_broker *self = (struct null_broker *)base;

	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_broker_ops null_broker_ops = {
	.name = "null",
	.publish = null_publish,
	.flush = null_flush,
	.idle = null_idle,
	.close = null_broker_close,
};

enum tm_rc tm_broker_null_open(struct tm_broker **out,
			       const struct tm_scheme_opts *opts,
			       struct tm_err *err)
{
	struct null_broker *self = tm_calloc(opts->alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM, "no memory for the null broker");
	self->base.ops = &null_broker_ops;
	self->alloc = opts->alloc;
	*out = &self->base;
	return TM_OK;
}

/* --- backend -------------------------------------------------------------- */

static enum tm_rc null_command(struct tm_backend *base,
			       const struct tm_id *task_id, struct tm_err *err)
{
	(void)base;
	(void)task_id;
	(void)err;
	return TM_OK;
}

static enum tm_rc null_set_chord_size(struct tm_backend *base,
				      const struct tm_id *group_id,
				      uint32_t size, struct tm_err *err)
{
	(void)base;
	(void)group_id;
	(void)size;
	(void)err;
	return TM_OK;
}

static enum tm_rc null_get(struct tm_backend *base, const struct tm_id *task_id,
			   struct tm_buf *payload, struct tm_err *err)
{
	(void)base;
	(void)task_id;
	(void)payload;
	(void)err;
	return TM_OK;
}

static enum tm_rc null_next_event(struct tm_backend *base, uint32_t timeout_ms,
				  struct tm_backend_event *event,
				  struct tm_err *err)
{
	(void)base;
	(void)timeout_ms;
	(void)event;
	return tm_fail(err, TM_ETIMEOUT, "null:// never replies");
}

static void null_backend_close(struct tm_backend *base)
{
	struct null_backend *self = (struct null_backend *)base;

	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_backend_ops null_backend_ops = {
	.name = "null",
	.subscribe = null_command,
	.unsubscribe = null_command,
	.set_chord_size = null_set_chord_size,
	.get = null_get,
	.next_event = null_next_event,
	.close = null_backend_close,
};

enum tm_rc tm_backend_null_open(struct tm_backend **out,
				const struct tm_scheme_opts *opts,
				struct tm_err *err)
{
	struct null_backend *self = tm_calloc(opts->alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the null backend");
	self->base.ops = &null_backend_ops;
	self->alloc = opts->alloc;
	*out = &self->base;
	return TM_OK;
}
