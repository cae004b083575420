#include "lab/transport/embedded.h"

#include <assert.h>
#include <string.h>

#include "lab/transport/queue.h"
#include "lab/transport/recent.h"
#include "lab/transport/worker.h"

struct stored_result {
	uint32_t length;
	char bytes[TM_EMBEDDED_RESULT_BYTES - sizeof(uint32_t)];
};

struct chord_count {
	uint32_t size; /* 0 until it is known */
	uint32_t done;
	int has_failed;
	struct tm_id failed_part;
};

/* The payload of a message is looked up when it is read. */
struct waiting_event {
	struct tm_id id;
	enum tm_backend_event_type type;
};

struct tm_embedded {
	struct tm_alloc *alloc;
	uint32_t references;
	struct tm_queue *queue;
	struct tm_recent *results;  /* task id -> struct stored_result */
	struct tm_recent *chords;   /* group id -> struct chord_count */
	struct tm_recent *channels; /* task id -> nothing */
	struct waiting_event *events;
	uint32_t events_max;
	uint32_t first_event;
	uint32_t event_count;
};

static const struct tm_id no_id;

/* --- life ----------------------------------------------------------------- */

static enum tm_rc allocate_parts(struct tm_embedded *server, uint32_t times,
				 struct tm_err *err)
{
	size_t size;
	enum tm_rc rc;

	rc = tm_queue_new(&server->queue, server->alloc,
			  times * TM_EMBEDDED_MESSAGES, TM_QUEUE_MESSAGE_BYTES,
			  err);
	if (rc == TM_OK)
		rc = tm_recent_new(&server->results, server->alloc,
				   times * TM_EMBEDDED_RESULTS,
				   sizeof(struct stored_result), err);
	if (rc == TM_OK)
		rc = tm_recent_new(&server->chords, server->alloc,
				   times * TM_EMBEDDED_RESULTS,
				   sizeof(struct chord_count), err);
	if (rc == TM_OK)
		rc = tm_recent_new(&server->channels, server->alloc,
				   times * TM_EMBEDDED_CHANNELS, 1, err);
	if (rc != TM_OK)
		return rc;
	server->events_max = times * TM_EMBEDDED_EVENTS;
	size = server->events_max * sizeof(*server->events);
	server->events = tm_malloc(server->alloc, size);
	if (!server->events)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded store");
	memset(server->events, 0xff, size);
	return TM_OK;
}

static void free_server(struct tm_embedded *server)
{
	tm_queue_free(server->queue);
	tm_recent_free(server->results);
	tm_recent_free(server->chords);
	tm_recent_free(server->channels);
	tm_free(server->alloc, server->events,
		server->events_max * sizeof(*server->events));
	tm_free(server->alloc, server, sizeof(*server));
}

enum tm_rc tm_embedded_new(struct tm_embedded **out, struct tm_alloc *alloc,
			   uint32_t tasks, struct tm_err *err)
{
	struct tm_embedded *server = tm_calloc(alloc, 1, sizeof(*server));
	enum tm_rc rc;

	*out = NULL;
	if (!server)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded server");
	server->alloc = alloc;
	server->references = 1;
	rc = allocate_parts(
		server,
		tasks / TM_EMBEDDED_TASKS +
			(tasks % TM_EMBEDDED_TASKS > 0 || tasks == 0),
		err);
	if (rc != TM_OK) {
		free_server(server);
		return rc;
	}
	*out = server;
	return TM_OK;
}

struct tm_embedded *tm_embedded_ref(struct tm_embedded *server)
{
	server->references++;
	return server;
}

void tm_embedded_unref(struct tm_embedded *server)
{
	if (!server)
		return;
	assert(server->references > 0);
	if (--server->references == 0)
		free_server(server);
}

/* --- the subscriber's connection ------------------------------------------ */

static void append_event(struct tm_embedded *server,
			 enum tm_backend_event_type type,
			 const struct tm_id *id)
{
	uint32_t at = server->first_event + server->event_count;
	struct waiting_event *event = &server->events[at % server->events_max];

	assert(server->event_count < server->events_max);
	event->id = *id;
	event->type = type;
	server->event_count++;
}

static void replace_connection(struct tm_embedded *server)
{
	server->event_count = 0;
	tm_recent_clear(server->channels);
	append_event(server, TM_EVENT_RECONNECTED, &no_id);
}

void tm_embedded_subscribe(struct tm_embedded *server,
			   const struct tm_id *task_id)
{
	int is_new;

	tm_recent_put(server->channels, task_id, &is_new);
	if (server->event_count < server->events_max)
		append_event(server, TM_EVENT_SUBSCRIBED, task_id);
}

/* Redis also replies to an UNSUBSCRIBE of a channel that is not subscribed. */
void tm_embedded_unsubscribe(struct tm_embedded *server,
			     const struct tm_id *task_id)
{
	if (server->event_count == server->events_max)
		replace_connection(server);
	tm_recent_remove(server->channels, task_id);
	append_event(server, TM_EVENT_UNSUBSCRIBED, task_id);
}

/* --- the worker ----------------------------------------------------------- */

/* Store the result and publish it to the task's channel: the worker's SETEX
 * and PUBLISH. */
static enum tm_rc store_result(struct tm_embedded *server,
			       const struct tm_worker_task *task,
			       const struct tm_id *failed_part,
			       struct tm_err *err)
{
	struct tm_worker_text text;
	struct stored_result *stored;
	enum tm_rc rc;
	int is_new;

	stored = tm_recent_put(server->results, &task->id, &is_new);
	stored->length = 0;
	text.bytes = stored->bytes;
	text.size = sizeof(stored->bytes);
	rc = tm_worker_result(task, failed_part, &text, err);
	if (rc != TM_OK)
		return rc;
	stored->length = (uint32_t)text.length;
	/* There is room: the worker runs only when no event waits. */
	if (tm_recent_find(server->channels, &task->id))
		append_event(server, TM_EVENT_MESSAGE, &task->id);
	return TM_OK;
}

static struct chord_count *chord_of(struct tm_embedded *server,
				    const struct tm_id *group_id)
{
	struct chord_count *chord;
	int is_new;

	chord = tm_recent_put(server->chords, group_id, &is_new);
	if (is_new)
		memset(chord, 0, sizeof(*chord));
	return chord;
}

/* One task of a chord's header is done; after the last the body runs. */
static enum tm_rc count_chord_part(struct tm_embedded *server,
				   const struct tm_worker_job *job,
				   struct tm_err *err)
{
	struct chord_count *chord = chord_of(server, &job->task.group_id);
	enum tm_rc rc;

	chord->done++;
	if (job->chord_size)
		chord->size = job->chord_size;
	if (!tm_worker_knows(&job->task) && !chord->has_failed) {
		chord->has_failed = 1;
		chord->failed_part = job->task.id;
	}
	if (chord->size == 0 || chord->done < chord->size)
		return TM_OK;
	rc = store_result(server, &job->body,
			  chord->has_failed ? &chord->failed_part : NULL, err);
	tm_recent_remove(server->chords, &job->task.group_id);
	return rc;
}

/* Run the oldest message's task.  *ran is 0 when the queue is empty. */
static enum tm_rc run_task(struct tm_embedded *server, int *ran,
			   struct tm_err *err)
{
	struct tm_queue_message taken;
	struct tm_worker_job job;
	enum tm_rc rc;

	*ran = tm_queue_pop(server->queue, &taken);
	if (!*ran)
		return TM_OK;
	rc = tm_worker_read(&job, &taken.message, err);
	if (rc == TM_OK)
		rc = store_result(server, &job.task, NULL, err);
	if (rc == TM_OK && job.has_chord && job.task.has_group)
		rc = count_chord_part(server, &job, err);
	return rc;
}

/* --- what the broker and the backend call --------------------------------- */

enum tm_rc tm_embedded_publish(struct tm_embedded *server,
			       const struct tm_message *message,
			       uint64_t *dropped, struct tm_err *err)
{
	return tm_queue_push(server->queue, message, dropped, err);
}

void tm_embedded_set_chord_size(struct tm_embedded *server,
				const struct tm_id *group_id, uint32_t size)
{
	chord_of(server, group_id)->size = size;
}

void tm_embedded_get(struct tm_embedded *server, const struct tm_id *task_id,
		     const char **payload, size_t *length)
{
	const struct stored_result *stored =
		tm_recent_find(server->results, task_id);

	*payload = stored ? stored->bytes : NULL;
	*length = stored ? stored->length : 0;
}

static void take_event(struct tm_embedded *server,
		       struct tm_backend_event *event)
{
	const struct waiting_event *waiting =
		&server->events[server->first_event % server->events_max];
	const struct stored_result *stored;

	server->first_event = (server->first_event + 1) % server->events_max;
	server->event_count--;
	memset(event, 0, sizeof(*event));
	event->type = waiting->type;
	event->task_id = waiting->id;
	if (waiting->type != TM_EVENT_MESSAGE)
		return;
	/* Stored a moment ago: the worker stops at the first task that makes
	 * an event. */
	stored = tm_recent_find(server->results, &waiting->id);
	assert(stored);
	event->payload = stored->bytes;
	event->payload_length = stored->length;
}

enum tm_rc tm_embedded_next_event(struct tm_embedded *server,
				  struct tm_backend_event *event,
				  struct tm_err *err)
{
	int ran = 1;

	while (server->event_count == 0 && ran) {
		enum tm_rc rc = run_task(server, &ran, err);

		if (rc != TM_OK)
			return rc;
	}
	if (server->event_count == 0)
		return tm_fail(err, TM_ETIMEOUT,
			       "no event: the embedded queue is empty");
	take_event(server, event);
	return TM_OK;
}
