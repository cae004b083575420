#include "lab/celery/signature.h"

#include <string.h>

/* A message depends on the chord that it belongs to, so there is an encoder for
 * each chord that the signature was used in. */
struct encoder_entry {
	struct encoder_entry *next;
	char *body_task; /* a copy, or NULL without a chord */
	int body_immutable;
	uint32_t chord_size;
	struct tm_message_encoder *encoder;
};

struct tm_signature {
	struct tm_app *app;
	char *task;
	int immutable;
	struct encoder_entry *encoders;
};

enum tm_rc tm_signature_new(struct tm_signature **out, struct tm_app *app,
			    const char *task, int immutable, struct tm_err *err)
{
	struct tm_signature *self;

	*out = NULL;
	if (task[0] == '\0')
		return tm_fail(err, TM_EUSAGE, "a task needs a name");
	self = tm_calloc(app->alloc, 1, sizeof(*self));
	if (!self)
		return tm_fail(err, TM_ENOMEM, "no memory for a signature");
	self->app = app;
	self->immutable = immutable;
	self->task = tm_strdup(app->alloc, task);
	if (!self->task) {
		tm_signature_free(self);
		return tm_fail(err, TM_ENOMEM, "no memory for a signature");
	}
	*out = self;
	return TM_OK;
}

void tm_signature_free(struct tm_signature *self)
{
	struct tm_alloc *alloc;

	if (!self)
		return;
	alloc = self->app->alloc;
	while (self->encoders) {
		struct encoder_entry *entry = self->encoders;

		self->encoders = entry->next;
		tm_message_encoder_free(entry->encoder);
		tm_strfree(alloc, entry->body_task);
		tm_free(alloc, entry, sizeof(*entry));
	}
	tm_strfree(alloc, self->task);
	tm_free(alloc, self, sizeof(*self));
}

struct tm_app *tm_signature_app(const struct tm_signature *signature)
{
	return signature->app;
}

const char *tm_signature_task(const struct tm_signature *signature)
{
	return signature->task;
}

static int fits(const struct encoder_entry *entry,
		const struct tm_signature *body, uint32_t chord_size)
{
	if (!body)
		return entry->body_task == NULL;
	return entry->body_task && entry->chord_size == chord_size &&
	       entry->body_immutable == body->immutable &&
	       strcmp(entry->body_task, body->task) == 0;
}

static enum tm_rc make_entry(struct encoder_entry *entry,
			     struct tm_signature *self,
			     const struct tm_signature *body,
			     uint32_t chord_size, struct tm_err *err)
{
	struct tm_app *app = self->app;
	struct tm_message_template fixed = {
		.wire = app->wire,
		.task = self->task,
		.chord_task = body ? body->task : NULL,
		.chord_mutable = body ? !body->immutable : 0,
		.chord_size = chord_size,
		.reply_to = app->oid,
		.origin = app->origin,
	};

	entry->chord_size = chord_size;
	if (body) {
		entry->body_immutable = body->immutable;
		entry->body_task = tm_strdup(app->alloc, body->task);
		if (!entry->body_task)
			return tm_fail(err, TM_ENOMEM,
				       "no memory for a signature");
	}
	return tm_message_encoder_new(&entry->encoder, app->alloc, &fixed, err);
}

enum tm_rc tm_signature_encoder(struct tm_signature *self,
				const struct tm_signature *body,
				uint32_t chord_size,
				struct tm_message_encoder **out,
				struct tm_err *err)
{
	struct encoder_entry *entry;
	enum tm_rc rc;

	for (entry = self->encoders; entry; entry = entry->next) {
		if (fits(entry, body, chord_size)) {
			*out = entry->encoder;
			return TM_OK;
		}
	}
	*out = NULL;
	entry = tm_calloc(self->app->alloc, 1, sizeof(*entry));
	if (!entry)
		return tm_fail(err, TM_ENOMEM, "no memory for a signature");
	rc = make_entry(entry, self, body, chord_size, err);
	if (rc != TM_OK) {
		tm_strfree(self->app->alloc, entry->body_task);
		tm_free(self->app->alloc, entry, sizeof(*entry));
		return rc;
	}
	entry->next = self->encoders;
	self->encoders = entry;
	*out = entry->encoder;
	return TM_OK;
}
