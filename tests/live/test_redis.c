#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "live.h"
#include "proxy.h"

/* How long a test waits for what must come; it never does on a good day. */
#define PATIENCE_MS 10000

static struct tm_alloc alloc;
static struct tm_transport transport;
static struct tm_buf payload;
static struct tm_err err;
static struct tm_id id;
static char id_text[TM_ID_TEXT + 1];

static void open_backend(const char *url)
{
	static struct tm_id_source source;
	struct tm_transport_opts opts = {
		.alloc = &alloc, .broker_url = "null://", .backend_url = url};

	tm_alloc_init(&alloc);
	tm_buf_init(&payload, &alloc);
	live_open(&transport, &opts);
	cr_assert_eq(tm_id_source_init(&source, NULL), TM_OK);
	id = tm_id_new(&source);
	tm_id_write(&id, id_text);
}

static void close_backend(void)
{
	tm_buf_release(&payload);
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_bytes, 0);
}

/* A plain client, to act as a worker and an operator. */
static redisContext *peer_open(const char *url)
{
	struct tm_url parts;
	redisContext *peer;
	redisReply *reply;

	cr_assert_eq(tm_url_parse(&parts, url, NULL), TM_OK);
	peer = redisConnect(parts.host, parts.port);
	cr_assert(peer && !peer->err);
	reply = redisCommand(peer, "SELECT %s", parts.path);
	cr_assert_eq(reply->type, REDIS_REPLY_STATUS);
	freeReplyObject(reply);
	return peer;
}

/* Run a command that must not fail; its text or integer is in `text`. */
static char text[512];
static void run(redisContext *peer, const char *format, const char *word)
{
	redisReply *reply = redisCommand(peer, format, word);

	cr_assert_not_null(reply, "%s", peer->errstr);
	cr_assert_neq(reply->type, REDIS_REPLY_ERROR, "%s", reply->str);
	if (reply->type == REDIS_REPLY_INTEGER)
		snprintf(text, sizeof(text), "%lld", reply->integer);
	else
		snprintf(text, sizeof(text), "%s",
			 reply->str ? reply->str : "");
	freeReplyObject(reply);
}

static int port_of(const char *url)
{
	struct tm_url parts;

	cr_assert_eq(tm_url_parse(&parts, url, NULL), TM_OK);
	return parts.port;
}

static void subscribe(void)
{
	cr_assert_eq(tm_backend_subscribe(transport.backend, &id, &err), TM_OK,
		     "%s", err.text);
}

static void unsubscribe(void)
{
	cr_assert_eq(tm_backend_unsubscribe(transport.backend, &id, &err),
		     TM_OK, "%s", err.text);
}

static void assert_event(enum tm_backend_event_type type, const char *bytes)
{
	struct tm_backend_event event;

	cr_assert_eq(tm_backend_next_event(transport.backend, PATIENCE_MS,
					   &event, &err),
		     TM_OK, "%s", err.text);
	cr_assert_eq(event.type, type);
	if (type != TM_EVENT_RECONNECTED)
		cr_assert(tm_id_equal(&event.task_id, &id));
	if (!bytes)
		return;
	cr_assert_eq(event.payload_length, strlen(bytes));
	cr_assert_eq(memcmp(event.payload, bytes, strlen(bytes)), 0);
}

/* --- commands ------------------------------------------------------------- */

Test(redis, replies_and_delivers_in_order)
{
	const char *url = live_redis_url();
	redisContext *peer = peer_open(url);
	struct tm_backend_event event;

	open_backend(url);
	subscribe();
	assert_event(TM_EVENT_SUBSCRIBED, NULL);
	run(peer, "PUBLISH celery-task-meta-%s {\"a\":1}", id_text);
	cr_assert_str_eq(text, "1", "there was no subscriber");
	unsubscribe();
	unsubscribe();
	assert_event(TM_EVENT_MESSAGE, "{\"a\":1}");
	assert_event(TM_EVENT_UNSUBSCRIBED, NULL);
	assert_event(TM_EVENT_UNSUBSCRIBED, NULL);
	cr_assert_eq(tm_backend_next_event(transport.backend, 0, &event, &err),
		     TM_ETIMEOUT);
	close_backend();
	redisFree(peer);
}

Test(redis, reads_what_is_stored)
{
	const char *url = live_redis_url();
	redisContext *peer = peer_open(url);

	open_backend(url);
	cr_assert_eq(tm_backend_get(transport.backend, &id, &payload, &err),
		     TM_OK);
	cr_assert_eq(payload.length, 0);
	run(peer, "SET celery-task-meta-%s stored", id_text);
	cr_assert_eq(tm_backend_get(transport.backend, &id, &payload, &err),
		     TM_OK);
	cr_assert_str_eq(payload.bytes, "stored");
	run(peer, "DEL celery-task-meta-%s", id_text);
	close_backend();
	redisFree(peer);
}

Test(redis, stores_a_chords_size_for_a_day)
{
	const char *url = live_redis_url();
	redisContext *peer = peer_open(url);

	open_backend(url);
	cr_assert_eq(
		tm_backend_set_chord_size(transport.backend, &id, 12, &err),
		TM_OK, "%s", err.text);
	run(peer, "GET celery-taskset-meta-%s.s", id_text);
	cr_assert_str_eq(text, "12");
	run(peer, "TTL celery-taskset-meta-%s.s", id_text);
	cr_assert(strcmp(text, "86400") == 0 || strcmp(text, "86399") == 0,
		  "%s", text);
	run(peer, "DEL celery-taskset-meta-%s.s", id_text);
	close_backend();
	redisFree(peer);
}

/* The next line of a MONITOR without its time and address. */
static void next_command(redisContext *monitor, char *line, size_t size)
{
	redisReply *reply = NULL;
	const char *from;

	cr_assert_eq(redisGetReply(monitor, (void **)&reply), REDIS_OK);
	from = strstr(reply->str, "] ");
	cr_assert_not_null(from);
	snprintf(line, size, "%s", from + 2);
	freeReplyObject(reply);
}

Test(redis, sends_the_commands_of_the_capture)
{
	static const char *const wanted[] = {
		"\"SELECT\" \"1\"",
		"\"SELECT\" \"1\"",
		"\"MULTI\"",
		"\"SETEX\" \"celery-taskset-meta-ID.s\" \"86400\" \"1\"",
		"\"PUBLISH\" \"celery-taskset-meta-ID.s\" \"1\"",
		"\"EXEC\"",
		"\"SUBSCRIBE\" \"celery-task-meta-ID\"",
		"\"UNSUBSCRIBE\" \"celery-task-meta-ID\"",
	};
	const char *url = live_redis_url();
	redisContext *monitor = peer_open(url);
	char line[256];
	size_t i;

	run(monitor, "MONITOR", NULL);
	open_backend(live_changed_url(url, NULL, 0, "1"));
	cr_assert_eq(tm_backend_set_chord_size(transport.backend, &id, 1, &err),
		     TM_OK);
	subscribe();
	unsubscribe();
	cr_assert_eq(tm_backend_flush(transport.backend, &err), TM_OK);
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		char *at;

		/* The version is asked for on a connection of its own. */
		do {
			next_command(monitor, line, sizeof(line));
		} while (strcmp(line, "\"INFO\" \"server\"") == 0);
		at = strstr(line, id_text);
		if (at) {
			memcpy(at, "ID", 2);
			memmove(at + 2, at + TM_ID_TEXT,
				strlen(at + TM_ID_TEXT) + 1);
		}
		cr_assert_str_eq(line, wanted[i]);
	}
	close_backend();
	redisFree(monitor);
}

/* --- who may come in ------------------------------------------------------ */

struct user_row {
	char user[40];
	char says[40]; /* "" when it is let in */
};

ParameterizedTestParameters(redis, checks_user_and_password)
{
	static struct user_row rows[] = {
		{"tester:the-secret", ""},
		{"tester:not-the-secret", "WRONGPASS"},
		{"nobody:not-the-secret", "WRONGPASS"},
		{":not-the-secret", "refuses the user or password"},
	};

	return cr_make_param_array(struct user_row, rows, 4);
}

ParameterizedTest(struct user_row *row, redis, checks_user_and_password)
{
	const char *url = live_redis_url();
	redisContext *peer = peer_open(url);
	struct tm_transport_opts opts = {.alloc = &alloc,
					 .broker_url = "null://"};
	enum tm_rc rc;

	run(peer, "ACL SETUSER tester on >%s ~* &* +@all", "the-secret");
	opts.backend_url = live_changed_url(url, row->user, 0, NULL);
	tm_alloc_init(&alloc);
	rc = tm_transport_open(&transport, &opts, &err);
	if (row->says[0]) {
		cr_assert_eq(rc, TM_EUNAVAILABLE);
		cr_assert_not_null(strstr(err.text, row->says), "%s", err.text);
		cr_assert_null(strstr(err.text, "secret"), "%s", err.text);
		cr_assert_null(strchr(err.text, '\n'));
	} else {
		cr_assert_eq(rc, TM_OK, "%s", err.text);
		run(peer, "ACL %s", "LIST"); /* the server lives */
		tm_transport_close(&transport);
	}
	cr_assert_eq(alloc.live_blocks, 0);
	run(peer, "ACL DELUSER %s", "tester");
	redisFree(peer);
}

/* What a password alone does is kept until the server is as it was: the other
 * tests come without one. */
Test(redis, logs_in_with_a_password_alone)
{
	static const char *const users[] = {":the-secret", NULL, ":other"};
	const char *url = live_redis_url();
	redisContext *peer = peer_open(url);
	struct tm_transport_opts opts = {.alloc = &alloc,
					 .broker_url = "null://"};
	struct tm_err errors[3];
	enum tm_rc rcs[3];
	int i;

	tm_alloc_init(&alloc);
	run(peer, "CONFIG SET requirepass %s", "the-secret");
	for (i = 0; i < 3; i++) {
		opts.backend_url = live_changed_url(url, users[i], 0, NULL);
		rcs[i] = tm_transport_open(&transport, &opts, &errors[i]);
		tm_transport_close(&transport);
	}
	run(peer, "CONFIG SET requirepass %s", "");
	cr_assert_eq(rcs[0], TM_OK, "%s", errors[0].text);
	cr_assert_eq(rcs[1], TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(errors[1].text, "NOAUTH"), "%s",
			   errors[1].text);
	cr_assert_eq(rcs[2], TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(errors[2].text, "WRONGPASS"), "%s",
			   errors[2].text);
	redisFree(peer);
}

/* A user without the right to a channel is told in the reply. */
Test(redis, says_that_a_subscription_is_not_allowed)
{
	const char *url = live_redis_url();
	redisContext *peer = peer_open(url);
	struct tm_backend_event event;

	run(peer, "ACL SETUSER mute on >%s resetchannels +@all ~*", "secret");
	open_backend(live_changed_url(url, "mute:secret", 0, NULL));
	subscribe();
	cr_assert_eq(tm_backend_next_event(transport.backend, PATIENCE_MS,
					   &event, &err),
		     TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "NOPERM"), "%s", err.text);
	/* In a transaction the error is in the reply to the command, not in
	 * the last one. */
	cr_assert_eq(tm_backend_set_chord_size(transport.backend, &id, 1, &err),
		     TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "NOPERM"), "%s", err.text);
	cr_assert_eq(tm_backend_get(transport.backend, &id, &payload, &err),
		     TM_OK);
	close_backend();
	run(peer, "ACL DELUSER %s", "mute");
	redisFree(peer);
}

Test(redis, says_that_a_database_does_not_exist)
{
	struct tm_transport_opts opts = {.alloc = &alloc,
					 .broker_url = "null://"};

	opts.backend_url = live_changed_url(live_redis_url(), NULL, 0, "9999");
	tm_alloc_init(&alloc);
	cr_assert_eq(tm_transport_open(&transport, &opts, &err),
		     TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "refuses the database"), "%s",
			   err.text);
}

/* --- what fails later ----------------------------------------------------- */

static struct proxy proxy;

static void open_through_proxy(void)
{
	const char *url = live_redis_url();

	proxy_start(&proxy, port_of(url));
	open_backend(live_changed_url(url, NULL, proxy.port, NULL));
}

static void close_with_proxy(void)
{
	close_backend();
	proxy_stop(&proxy);
}

Test(redis, tells_the_reader_of_a_new_connection)
{
	open_through_proxy();
	subscribe();
	assert_event(TM_EVENT_SUBSCRIBED, NULL);
	proxy_hang_up(&proxy);
	assert_event(TM_EVENT_RECONNECTED, NULL);
	cr_assert_eq(transport.backend->reconnects, 1);
	subscribe();
	assert_event(TM_EVENT_SUBSCRIBED, NULL);
	close_with_proxy();
}

/* A producer only writes.  The first command after a loss may still vanish in
 * the kernel's buffer, so it goes on until one is answered by a reset. */
Test(redis, reconnects_while_it_only_writes)
{
	open_through_proxy();
	proxy_hang_up(&proxy);
	while (transport.backend->reconnects == 0)
		subscribe();
	assert_event(TM_EVENT_RECONNECTED, NULL);
	assert_event(TM_EVENT_SUBSCRIBED, NULL);
	close_with_proxy();
}

Test(redis, repeats_a_command_on_a_new_connection)
{
	open_through_proxy();
	proxy_hang_up(&proxy);
	cr_assert_eq(tm_backend_get(transport.backend, &id, &payload, &err),
		     TM_OK, "%s", err.text);
	cr_assert_eq(transport.backend->reconnects, 1);
	close_with_proxy();
}

Test(redis, says_that_the_server_stays_gone)
{
	open_through_proxy();
	proxy_shut_down(&proxy);
	cr_assert_eq(tm_backend_get(transport.backend, &id, &payload, &err),
		     TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "reconnecting did not help"), "%s",
			   err.text);
	close_with_proxy();
}

/* Redis closes a subscriber that does not read; the producer goes on. */
Test(redis, survives_a_server_that_is_tired_of_its_unread_replies,
     .timeout = 120)
{
	const char *url = live_redis_url();
	redisContext *peer = peer_open(url);
	uint32_t commands = 0;

	run(peer, "CONFIG SET client-output-buffer-limit %s",
	    "pubsub 65536 65536 60");
	open_backend(url);
	memset(&err, 0, sizeof(err));
	while (transport.backend->reconnects == 0 && commands < 2000000) {
		subscribe();
		unsubscribe();
		commands += 2;
	}
	cr_assert_eq(transport.backend->reconnects, 1, "%u commands", commands);
	/* What was overcome is no failure, and must not read like one. */
	cr_assert_eq(err.rc, TM_OK, "%s", err.text);
	assert_event(TM_EVENT_RECONNECTED, NULL);
	close_backend();
	run(peer, "CONFIG SET client-output-buffer-limit %s",
	    "pubsub 33554432 8388608 60");
	redisFree(peer);
}
