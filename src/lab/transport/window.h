/*
 * window.h - the messages that the broker has not confirmed yet.
 *
 * Purpose:   with publisher confirms a message is kept until the broker says
 *            that it has it, so that it can be sent again on a new connection.
 * Ownership: the window keeps copies. A message that was read is borrowed until
 *            the next tm_window_add().
 * Errors:    TM_ENOMEM from _new(), TM_EUSAGE for a message that is too long.
 * Source:    RabbitMQ's publisher confirms: tags count from 1 on each channel,
 *            an acknowledgement is for one tag, or for all up to it.
 */
#ifndef TM_LAB_TRANSPORT_WINDOW_H
#define TM_LAB_TRANSPORT_WINDOW_H

#include "lab/transport/queue.h"

#define TM_WINDOW_MESSAGES 256

struct tm_window;

TM_CHECK enum tm_rc tm_window_new(struct tm_window **out,
				  struct tm_alloc *alloc, struct tm_err *err);
void tm_window_free(struct tm_window *window);

/* Messages between the oldest unconfirmed one and the newest. */
uint32_t tm_window_count(const struct tm_window *window);
int tm_window_is_full(const struct tm_window *window);

/* Keep a copy of what is published next.  The window must not be full. */
TM_CHECK enum tm_rc tm_window_add(struct tm_window *window,
				  const struct tm_message *message,
				  struct tm_err *err);

/* The broker has `tag`, or all up to it. */
void tm_window_confirm(struct tm_window *window, uint64_t tag, int multiple);

/* A new channel: what is unconfirmed is numbered from 1 again. */
void tm_window_restart(struct tm_window *window);

/* The message at `position`; 0 when that one is confirmed. */
int tm_window_read(const struct tm_window *window, uint32_t position,
		   struct tm_queue_message *out);

#endif
