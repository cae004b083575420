/*
 * The floor of the live loop: the same bytes to the same servers, and nothing
 * else.
 *
 * Usage: bare_loop AMQP-URL REDIS-URL, rounds on standard input
 *
 * Before each round the model runs as many chords as were asked for over a
 * broker and a backend that only record their calls: the messages,
 * and Redis's commands, in order.  The round then sends that script with
 * librabbitmq and hiredis: no identifier is drawn in it, no message encoded, no
 * object made.  The subscriber's commands are written together before the next
 * message is published, as tidemark does it (redis-py writes each by itself);
 * MULTI ... EXEC is one write, and its replies are awaited.
 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <hiredis/hiredis.h>
#include <stdlib.h>
#include <string.h>

#include "lab/celery/canvas.h"
#include "peer.h"
#include "lab/transport/amqp_wire.h"
#include "lab/transport/queue.h"
#include "lab/transport/url.h"

#define CHANNEL		 1
#define STEPS_PER_CHORD	 16 /* more than a chord of one task takes */
#define EXCHANGE_REPLIES 4  /* MULTI, SETEX, PUBLISH, EXEC */

enum step_kind { STEP_PUBLISH, STEP_SUBSCRIBER, STEP_EXCHANGE };

struct step {
	enum step_kind kind;
	char *bytes; /* a command as hiredis formats it */
	size_t length;
};

struct script {
	struct tm_broker broker;
	struct tm_backend backend;
	struct step *steps;
	size_t count;
	size_t capacity;
	struct tm_queue *messages;
	struct tm_amqp_content *contents; /* of the messages, in order */
};

struct servers {
	amqp_connection_state_t amqp;
	redisContext *subscriber;
	redisContext *other;
};

static void fail(const char *what)
{
	fprintf(stderr, "bare_loop: %s\n", what);
	exit((int)TM_EXIT_UNMEASURED);
}

static void must(enum tm_rc rc, const struct tm_err *err)
{
	if (rc != TM_OK)
		fail(err->text);
}

static void *must_have(void *block)
{
	if (!block)
		fail("no memory");
	return block;
}

/* --- writing the script --------------------------------------------------- */

static struct step *add_step(struct script *script, enum step_kind kind)
{
	struct step *step = &script->steps[script->count++];

	if (script->count > script->capacity)
		fail("a chord took more commands than a chord takes");
	step->kind = kind;
	return step;
}

static enum tm_rc record_publish(struct tm_broker *base,
				 const struct tm_message *message,
				 struct tm_err *err)
{
	struct script *script = (struct script *)(void *)base;

	add_step(script, STEP_PUBLISH);
	return tm_queue_push(script->messages, message, &base->dropped, err);
}

static struct script *script_of(struct tm_backend *base)
{
	return (struct script *)(void *)((char *)base -
					 offsetof(struct script, backend));
}

static enum tm_rc record_channel(struct tm_backend *base, const char *command,
				 const struct tm_id *task_id)
{
	struct step *step = add_step(script_of(base), STEP_SUBSCRIBER);
	char id[TM_ID_TEXT];
	int length;

	tm_id_write(task_id, id);
	length = redisFormatCommand(&step->bytes,
				    "%s " TM_RESULT_KEY_PREFIX "%b", command,
				    id, (size_t)TM_ID_TEXT);
	step->length = length > 0 ? (size_t)length : 0;
	return length > 0 ? TM_OK : TM_ENOMEM;
}

static enum tm_rc record_subscribe(struct tm_backend *base,
				   const struct tm_id *task_id,
				   struct tm_err *err)
{
	(void)err;
	return record_channel(base, "SUBSCRIBE", task_id);
}

static enum tm_rc record_unsubscribe(struct tm_backend *base,
				     const struct tm_id *task_id,
				     struct tm_err *err)
{
	(void)err;
	return record_channel(base, "UNSUBSCRIBE", task_id);
}

static enum tm_rc record_chord_size(struct tm_backend *base,
				    const struct tm_id *group_id, uint32_t size,
				    struct tm_err *err)
{
	static const char *const formats[EXCHANGE_REPLIES] = {
		"MULTI",
		"SETEX celery-taskset-meta-%b.s 86400 %u",
		"PUBLISH celery-taskset-meta-%b.s %u",
		"EXEC",
	};
	struct step *step = add_step(script_of(base), STEP_EXCHANGE);
	char id[TM_ID_TEXT];
	char *command;
	size_t i;

	(void)err;
	tm_id_write(group_id, id);
	step->bytes = must_have(malloc(512));
	for (i = 0; i < EXCHANGE_REPLIES; i++) {
		int length = redisFormatCommand(&command, formats[i], id,
						(size_t)TM_ID_TEXT, size);

		if (length < 0 || step->length + (size_t)length > 512)
			return TM_EINTERNAL;
		memcpy(step->bytes + step->length, command, (size_t)length);
		step->length += (size_t)length;
		redisFreeCommand(command);
	}
	return TM_OK;
}

/* The loop reads nothing, so neither of these is ever called. */
static enum tm_rc record_get(struct tm_backend *base,
			     const struct tm_id *task_id,
			     struct tm_buf *payload, struct tm_err *err)
{
	(void)base;
	(void)task_id;
	(void)payload;
	return tm_fail(err, TM_EINTERNAL, "the loop read a result");
}

static enum tm_rc record_next_event(struct tm_backend *base,
				    uint32_t timeout_ms,
				    struct tm_backend_event *event,
				    struct tm_err *err)
{
	(void)base;
	(void)timeout_ms;
	(void)event;
	return tm_fail(err, TM_EINTERNAL, "the loop read an event");
}

static const struct tm_broker_ops recording_broker = {
	.name = "record",
	.publish = record_publish,
};

static const struct tm_backend_ops recording_backend = {
	.name = "record",
	.subscribe = record_subscribe,
	.unsubscribe = record_unsubscribe,
	.set_chord_size = record_chord_size,
	.get = record_get,
	.next_event = record_next_event,
};

static void open_script(struct script *script, struct tm_alloc *alloc,
			uint64_t chords)
{
	struct tm_err err;

	memset(script, 0, sizeof(*script));
	script->broker.ops = &recording_broker;
	script->backend.ops = &recording_backend;
	script->capacity = chords * STEPS_PER_CHORD;
	script->steps =
		must_have(calloc(script->capacity + 1, sizeof(*script->steps)));
	script->contents = must_have(calloc(chords, sizeof(*script->contents)));
	must(tm_queue_new(&script->messages, alloc, (uint32_t)chords,
			  TM_QUEUE_MESSAGE_BYTES, &err),
	     &err);
}

static void close_script(struct script *script)
{
	size_t i;

	for (i = 0; i < script->count; i++)
		free(script->steps[i].bytes);
	free(script->steps);
	free(script->contents);
	tm_queue_free(script->messages);
}

static void run_model(struct tm_app *app, uint64_t chords)
{
	struct tm_signature *dummy, *result;
	struct tm_async_result *chord;
	struct tm_err err;

	must(tm_signature_new(&dummy, app, "task.dummy", 1, &err), &err);
	must(tm_signature_new(&result, app, "task.result", 1, &err), &err);
	while (chords-- > 0) {
		must(tm_chord(&chord, &dummy, 1, result, &err), &err);
		tm_unref(app->runtime, chord);
	}
	must(tm_app_check(app, &err), &err);
	/* What is left of the chords unsubscribes too. */
	(void)tm_runtime_collect(app->runtime);
	tm_signature_free(dummy);
	tm_signature_free(result);
}

static void write_script(struct script *script, struct tm_alloc *alloc,
			 uint64_t chords)
{
	struct tm_app_opts opts = {
		.alloc = alloc,
		.broker = &script->broker,
		.backend = &script->backend,
		.strategy = tm_strategy_find("weak-ref"),
		.rules = TM_RULES_PEP442,
	};
	struct tm_queue_message message;
	struct tm_app *app;
	struct tm_err err;
	uint32_t i;

	open_script(script, alloc, chords);
	must(tm_app_new(&app, &opts, &err), &err);
	run_model(app, chords);
	tm_app_free(app);
	for (i = 0; i < tm_queue_count(script->messages); i++) {
		tm_queue_peek(script->messages, i, &message);
		tm_amqp_content_fill(&script->contents[i], &message.message);
	}
}

/* --- sending it ----------------------------------------------------------- */

static void hold_command(redisContext *context, const struct step *step)
{
	if (redisAppendFormattedCommand(context, step->bytes, step->length) !=
	    REDIS_OK)
		fail(context->errstr);
}

static void write_commands(redisContext *context)
{
	int done = 0;

	while (!done) {
		if (redisBufferWrite(context, &done) != REDIS_OK)
			fail(context->errstr);
	}
}

static void await_replies(redisContext *context, int count)
{
	void *reply;

	while (count-- > 0) {
		if (redisGetReply(context, &reply) != REDIS_OK)
			fail(context->errstr);
		freeReplyObject(reply);
	}
}

static void publish(struct servers *servers,
		    const struct tm_amqp_content *content)
{
	int status =
		amqp_basic_publish(servers->amqp, CHANNEL, amqp_empty_bytes,
				   amqp_cstring_bytes("celery"), 0, 0,
				   &content->properties, content->body);

	if (status != AMQP_STATUS_OK)
		fail(amqp_error_string2(status));
}

static void send_script(struct servers *servers, const struct script *script)
{
	const struct tm_amqp_content *content = script->contents;
	size_t i;

	for (i = 0; i < script->count; i++) {
		const struct step *step = &script->steps[i];

		switch (step->kind) {
		case STEP_PUBLISH:
			write_commands(servers->subscriber);
			publish(servers, content++);
			break;
		case STEP_SUBSCRIBER:
			hold_command(servers->subscriber, step);
			break;
		case STEP_EXCHANGE:
			hold_command(servers->other, step);
			write_commands(servers->other);
			await_replies(servers->other, EXCHANGE_REPLIES);
			break;
		}
	}
	write_commands(servers->subscriber);
}

/* --- servers -------------------------------------------------------------- */

static void must_reply(amqp_rpc_reply_t reply)
{
	char text[256];

	if (reply.reply_type == AMQP_RESPONSE_NORMAL)
		return;
	tm_amqp_reply_text(&reply, text, sizeof(text));
	fail(text);
}

static amqp_connection_state_t connect_amqp(const char *text)
{
	amqp_connection_state_t state = must_have(amqp_new_connection());
	amqp_socket_t *socket = must_have(amqp_tcp_socket_new(state));
	struct tm_url url;
	struct tm_err err;
	int status;

	must(tm_url_parse(&url, text, &err), &err);
	status = amqp_socket_open(socket, url.host, url.port);
	if (status != AMQP_STATUS_OK)
		fail(amqp_error_string2(status));
	must_reply(amqp_login(state, tm_url_vhost(&url), 0, 131072, 0,
			      AMQP_SASL_METHOD_PLAIN, url.user, url.password));
	amqp_channel_open(state, CHANNEL);
	must_reply(amqp_get_rpc_reply(state));
	amqp_queue_declare(state, CHANNEL, amqp_cstring_bytes("celery"), 0, 1,
			   0, 0, amqp_empty_table);
	must_reply(amqp_get_rpc_reply(state));
	return state;
}

static redisContext *connect_redis(const char *text)
{
	struct tm_url url;
	struct tm_err err;
	redisContext *context;

	must(tm_url_parse(&url, text, &err), &err);
	context = must_have(redisConnect(url.host, url.port));
	if (context->err)
		fail(context->errstr);
	freeReplyObject(must_have(redisCommand(context, "SELECT %s",
					       url.path[0] ? url.path : "0")));
	return context;
}

int main(int argc, char **argv)
{
	struct servers servers;
	struct tm_alloc alloc;
	uint64_t chords;

	if (argc != 3)
		fail("usage: bare_loop AMQP-URL REDIS-URL");
	tm_alloc_init(&alloc);
	servers.amqp = connect_amqp(argv[1]);
	servers.subscriber = connect_redis(argv[2]);
	servers.other = connect_redis(argv[2]);
	while (tm_peer_next(&chords)) {
		struct script script;
		struct tm_times before;

		write_script(&script, &alloc, chords);
		before = tm_times_now();
		send_script(&servers, &script);
		tm_peer_answer("loop", tm_times_since(before));
		close_script(&script);
	}
	amqp_destroy_connection(servers.amqp);
	redisFree(servers.subscriber);
	redisFree(servers.other);
	return TM_EXIT_PASS;
}
