#include "lab/transport/window.h"

#include <assert.h>

#define CONFIRMED 0 /* no message has this tag */

struct tm_window {
	struct tm_alloc *alloc;
	struct tm_queue *messages;
	uint64_t tags[TM_WINDOW_MESSAGES]; /* a ring parallel to the queue's */
	uint32_t head;
	uint64_t next_tag;
};

enum tm_rc tm_window_new(struct tm_window **out, struct tm_alloc *alloc,
			 struct tm_err *err)
{
	struct tm_window *window = tm_calloc(alloc, 1, sizeof(*window));
	enum tm_rc rc;

	*out = NULL;
	if (!window)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the unconfirmed messages");
	window->alloc = alloc;
	window->next_tag = 1;
	rc = tm_queue_new(&window->messages, alloc, TM_WINDOW_MESSAGES,
			  TM_QUEUE_MESSAGE_BYTES, err);
	if (rc != TM_OK) {
		tm_window_free(window);
		return rc;
	}
	*out = window;
	return TM_OK;
}

void tm_window_free(struct tm_window *window)
{
	if (!window)
		return;
	tm_queue_free(window->messages);
	tm_free(window->alloc, window, sizeof(*window));
}

uint32_t tm_window_count(const struct tm_window *window)
{
	return tm_queue_count(window->messages);
}

int tm_window_is_full(const struct tm_window *window)
{
	return tm_window_count(window) == TM_WINDOW_MESSAGES;
}

static uint32_t place(const struct tm_window *window, uint32_t position)
{
	return (window->head + position) % TM_WINDOW_MESSAGES;
}

enum tm_rc tm_window_add(struct tm_window *window,
			 const struct tm_message *message, struct tm_err *err)
{
	uint32_t position = tm_window_count(window);
	uint64_t dropped = 0;
	enum tm_rc rc;

	assert(!tm_window_is_full(window));
	rc = tm_queue_push(window->messages, message, &dropped, err);
	if (rc == TM_OK)
		window->tags[place(window, position)] = window->next_tag++;
	return rc;
}

void tm_window_confirm(struct tm_window *window, uint64_t tag, int multiple)
{
	struct tm_queue_message taken;
	uint32_t count = tm_window_count(window);
	uint32_t i;

	for (i = 0; i < count; i++) {
		uint64_t *at = &window->tags[place(window, i)];

		if (*at == tag || (multiple && *at < tag))
			*at = CONFIRMED;
	}
	while (tm_window_count(window) > 0 &&
	       window->tags[window->head] == CONFIRMED) {
		tm_queue_pop(window->messages, &taken);
		window->head = place(window, 1);
	}
}

void tm_window_restart(struct tm_window *window)
{
	uint32_t count = tm_window_count(window);
	uint32_t i;

	window->next_tag = 1;
	for (i = 0; i < count; i++) {
		uint64_t *at = &window->tags[place(window, i)];

		if (*at != CONFIRMED)
			*at = window->next_tag++;
	}
}

int tm_window_read(const struct tm_window *window, uint32_t position,
		   struct tm_queue_message *out)
{
	assert(position < tm_window_count(window));
	if (window->tags[place(window, position)] == CONFIRMED)
		return 0;
	tm_queue_peek(window->messages, position, out);
	return 1;
}
