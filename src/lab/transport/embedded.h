/*
 * embedded.h - a broker, a result store and a worker inside this process.
 *
 * Purpose:   what memory:// is made of: one server that its broker and its
 *            backend share.
 * Ownership: counted: tm_embedded_new() gives one reference, _ref() adds one,
 *            _unref() takes one back and the last one frees the server.
 * Errors:    TM_ENOMEM, from _next_event() only while it writes a result;
 *            TM_EUSAGE for a message longer than TM_QUEUE_MESSAGE_BYTES.
 * Threads:   one owner, no locks inside.
 *
 * The bounds below are for up to TM_EMBEDDED_TASKS tasks that a reader waits
 * for at once; a server for more (a larger group) has as many times the room.
 *
 * Nothing here grows with the loop: all of it is allocated, and its pages
 * touched, when the server is made.  What does not fit is dropped as the real
 * servers drop it:
 *
 * - The queue keeps the newest TM_EMBEDDED_MESSAGES messages.  A message past
 *   the bound pushes the oldest out (RabbitMQ's max-length with drop-head).
 * - The store keeps the newest TM_EMBEDDED_RESULTS results (real ones expire
 *   after a day), and the counts of as many chords.
 * - The newest TM_EMBEDDED_CHANNELS subscriptions are in force.
 * - Replies to SUBSCRIBE and UNSUBSCRIBE are queued for the reader, at most
 *   TM_EMBEDDED_EVENTS of them.  A producer that reads no result reads no reply
 *   either.  When the queue is full, a further reply to SUBSCRIBE is dropped: no
 *   reader acts on it.  A reply to UNSUBSCRIBE then closes the subscriber's
 *   connection, as Redis closes a subscriber whose output buffer is over its
 *   limit, and a new one replaces it, as in redis-py: the queue and all
 *   subscriptions are gone, TM_EVENT_RECONNECTED is the first event to be read,
 *   and replies follow it in order again.  A reader that then subscribes again,
 *   to any number of channels, cannot close the connection by that alone; one
 *   that reads in each iteration never comes near the bound.
 *
 * The worker runs only inside _next_event(), when no event is queued: a producer
 * that reads nothing does not pay for a worker, and one that reads at once finds
 * its result not stored yet, as it would with a worker across a network.  The worker knows task.dummy, which returns "1", and task.result,
 * which returns "2"; any other name fails with NotRegistered, as a real worker
 * stores it.  It counts the finished tasks of a chord's header and runs the
 * chord's body after the last.  The chord's size is in the message (the form of
 * 4.2.2) or was set with _set_chord_size() (5.2.6).
 */
#ifndef TM_LAB_TRANSPORT_EMBEDDED_H
#define TM_LAB_TRANSPORT_EMBEDDED_H

#include "lab/celery/backend.h"
#include "lab/celery/message.h"

#define TM_EMBEDDED_TASKS	 128
#define TM_EMBEDDED_MESSAGES	 256
#define TM_EMBEDDED_RESULTS	 1024
#define TM_EMBEDDED_RESULT_BYTES 512
#define TM_EMBEDDED_CHANNELS	 1024
#define TM_EMBEDDED_EVENTS	 16384

struct tm_embedded;

/* A server for a reader that waits for `tasks` tasks at once. */
TM_CHECK enum tm_rc tm_embedded_new(struct tm_embedded **out,
				    struct tm_alloc *alloc, uint32_t tasks,
				    struct tm_err *err);
struct tm_embedded *tm_embedded_ref(struct tm_embedded *server);
void tm_embedded_unref(struct tm_embedded *server); /* NULL is allowed */

/* Copy the whole message (properties, headers and body) to the queue's end.
 * *dropped grows by one when the oldest message had to go. */
TM_CHECK enum tm_rc tm_embedded_publish(struct tm_embedded *server,
					const struct tm_message *message,
					uint64_t *dropped, struct tm_err *err);

void tm_embedded_subscribe(struct tm_embedded *server,
			   const struct tm_id *task_id);
void tm_embedded_unsubscribe(struct tm_embedded *server,
			     const struct tm_id *task_id);
void tm_embedded_set_chord_size(struct tm_embedded *server,
				const struct tm_id *group_id, uint32_t size);

/* What is stored of `task_id`, borrowed until the next call; NULL when there is
 * nothing (yet: the worker does not run for it). */
void tm_embedded_get(struct tm_embedded *server, const struct tm_id *task_id,
		     const char **payload, size_t *length);

/* The next event; if none waits, let the worker run until there is one or the
 * queue is empty (TM_ETIMEOUT: nothing can come until something is sent). */
TM_CHECK enum tm_rc tm_embedded_next_event(struct tm_embedded *server,
					   struct tm_backend_event *event,
					   struct tm_err *err);

#endif
