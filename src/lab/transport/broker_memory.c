#include <assert.h>

#include "lab/transport/deadline.h"
#include "lab/transport/scheme.h"

struct memory_broker {
	struct tm_broker base;
	struct tm_alloc *alloc;
	struct tm_embedded *server;
};

static const struct tm_broker_ops memory_ops;

static struct memory_broker *downcast(struct tm_broker *base)
{
	assert(base->ops == &memory_ops);
	return (struct memory_broker *)base;
}

static enum tm_rc memory_publish(struct tm_broker *base,
				 const struct tm_message *message,
				 struct tm_err *err)
{
	return tm_embedded_publish(downcast(base)->server, message,
				   &base->dropped, err);
}

static enum tm_rc memory_flush(struct tm_broker *base, struct tm_err *err)
{
	(void)base;
	(void)err;
	return TM_OK;
}

static enum tm_rc memory_idle(struct tm_broker *base, uint32_t duration_ms,
			      struct tm_err *err)
{
	(void)base;
	(void)err;
	tm_pause(duration_ms);
	return TM_OK;
}

static void memory_close(struct tm_broker *base)
{
	struct memory_broker *self = downcast(base);

	tm_embedded_unref(self->server);
	tm_free(self->alloc, self, sizeof(*self));
}

static const struct tm_broker_ops memory_ops = {
	.name = "memory",
	.publish = memory_publish,
	.flush = memory_flush,
	.idle = memory_idle,
	.close = memory_close,
};

enum tm_rc tm_broker_memory_open(struct tm_broker **out,
				 const struct tm_scheme_opts *opts,
				 struct tm_err *err)
{
	struct memory_broker *self = tm_calloc(opts->alloc, 1, sizeof(*self));

	*out = NULL;
	if (!self)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded broker");
	self->base.ops = &memory_ops;
	self->alloc = opts->alloc;
	self->server = tm_embedded_ref(opts->server);
	*out = &self->base;
	return TM_OK;
}
