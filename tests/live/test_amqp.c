#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "../support/messages.h"
#include "../support/wire.h"
#include "live.h"
#include "peer.h"
#include "proxy.h"
#include "lab/transport/deadline.h"

static struct tm_alloc alloc;
static struct tm_transport transport;
static struct tm_err err;

static void open_broker(const char *url, int publisher_confirms,
			uint32_t connect_ms)
{
	struct tm_transport_opts opts = {
		.alloc = &alloc,
		.broker_url = url,
		.backend_url = "null://",
		.publisher_confirms = publisher_confirms,
		.connect_ms = connect_ms,
	};

	tm_alloc_init(&alloc);
	live_open(&transport, &opts);
}

static void close_broker(void)
{
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_bytes, 0);
}

static void publish(const struct tm_message *message)
{
	cr_assert_eq(tm_broker_publish(transport.broker, message, &err), TM_OK,
		     "%s", err.text);
}

static void flush(void)
{
	cr_assert_eq(tm_broker_flush(transport.broker, &err), TM_OK, "%s",
		     err.text);
}

/* What was injected may need a moment to arrive. */
static enum tm_rc flush_until_noticed(void)
{
	uint64_t deadline = tm_deadline_in(10000);
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK && transport.broker->reconnects == 0 &&
	       tm_deadline_left_ms(deadline) > 0)
		rc = tm_broker_flush(transport.broker, &err);
	return rc;
}

static int port_of(const char *url)
{
	struct tm_url parts;

	cr_assert_eq(tm_url_parse(&parts, url, NULL), TM_OK);
	return parts.port;
}

/* --- what arrives --------------------------------------------------------- */

struct capture_row {
	enum tm_wire wire;
	char path[80];
};

ParameterizedTestParameters(amqp, delivers_every_field_of_the_capture)
{
	static struct capture_row rows[] = {
		{TM_WIRE_4_2_2, WIRE_4_2_2},
		{TM_WIRE_5_2_6, WIRE_5_2_6},
	};

	return cr_make_param_array(struct capture_row, rows, 2);
}

ParameterizedTest(struct capture_row *row, amqp,
		  delivers_every_field_of_the_capture)
{
	const char *url = live_amqp_url();
	json_t *capture = wire_capture(row->path);
	json_t *wanted = wire_from_capture(capture);
	amqp_connection_state_t peer = peer_open(url);
	struct tm_message_encoder *encoder;
	struct tm_message_template fixed;
	struct tm_message_ids ids;
	json_t *got;

	open_broker(url, 1, 0);
	wire_template_of(capture, row->wire, &fixed, &ids);
	cr_assert_eq(tm_message_encoder_new(&encoder, &alloc, &fixed, &err),
		     TM_OK);
	publish(tm_message_encode(encoder, &ids));
	flush();
	got = peer_get(peer);
	cr_assert_not_null(got);
	cr_assert(json_equal(got, wanted), "got %s\nwanted %s",
		  json_dumps(got, 0), json_dumps(wanted, 0));
	cr_assert_null(peer_get(peer));
	json_decref(got);
	json_decref(wanted);
	json_decref(capture);
	tm_message_encoder_free(encoder);
	close_broker();
	peer_close(peer);
}

Test(amqp, declares_what_celery_declares)
{
	const char *url = live_amqp_url();
	amqp_connection_state_t peer = peer_open(url);
	json_t *got;

	amqp_queue_delete(peer, 1, amqp_cstring_bytes("celery"), 0, 0);
	cr_assert_eq(amqp_get_rpc_reply(peer).reply_type, AMQP_RESPONSE_NORMAL);
	amqp_exchange_delete(peer, 1, amqp_cstring_bytes("celery"), 0);
	cr_assert_eq(amqp_get_rpc_reply(peer).reply_type, AMQP_RESPONSE_NORMAL);
	open_broker(url, 0, 0);
	cr_assert(peer_agrees_with_declarations(peer));
	peer_publish(peer, "celery", "celery");
	got = peer_get(peer); /* so the queue is bound to the exchange */
	cr_assert_not_null(got);
	json_decref(got);
	close_broker();
	peer_close(peer);
}

/* Read the queue: how many messages, and how many different ones. */
static void count_messages(amqp_connection_state_t peer, size_t *all,
			   size_t *different)
{
	json_t *seen = json_object();
	json_t *got;

	*all = 0;
	while ((got = peer_get(peer)) != NULL) {
		const json_t *properties = json_object_get(got, "properties");

		json_object_set_new(seen,
				    json_string_value(json_object_get(
					    properties, "correlation_id")),
				    json_true());
		++*all;
		json_decref(got);
	}
	*different = json_object_size(seen);
	json_decref(seen);
}

Test(amqp, has_every_message_confirmed_once)
{
	const char *url = live_amqp_url();
	amqp_connection_state_t peer = peer_open(url);
	struct sender sender;
	size_t all, different;
	int i;

	open_broker(url, 1, 0);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	for (i = 0; i < 700; i++)
		publish(sender_next(&sender));
	flush();
	count_messages(peer, &all, &different);
	cr_assert_eq(all, 700);
	cr_assert_eq(different, 700);
	cr_assert_eq(transport.broker->published, 700);
	sender_release(&sender);
	close_broker();
	peer_close(peer);
}

/* --- what is refused ------------------------------------------------------ */

struct refused_row {
	char user[40];
	char path[16];
	char says[40];
};

ParameterizedTestParameters(amqp, says_in_one_line_why_it_is_refused)
{
	static struct refused_row rows[] = {
		{"guest:not-the-secret", "/", "ACCESS_REFUSED"},
		{"nobody:not-the-secret", "/", "ACCESS_REFUSED"},
		{"guest:guest", "nowhere", "nowhere"},
	};

	return cr_make_param_array(struct refused_row, rows, 3);
}

ParameterizedTest(struct refused_row *row, amqp,
		  says_in_one_line_why_it_is_refused)
{
	struct tm_transport_opts opts = {.alloc = &alloc,
					 .backend_url = "null://"};

	opts.broker_url =
		live_changed_url(live_amqp_url(), row->user, 0, row->path);
	tm_alloc_init(&alloc);
	cr_assert_eq(tm_transport_open(&transport, &opts, &err),
		     TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, row->says), "%s", err.text);
	cr_assert_null(strstr(err.text, "secret"), "%s", err.text);
	cr_assert_null(strchr(err.text, '\n'));
	cr_assert_eq(alloc.live_blocks, 0);
}

/* --- what fails later ----------------------------------------------------- */

Test(amqp, loses_no_confirmed_message_when_the_network_fails)
{
	const char *url = live_amqp_url();
	amqp_connection_state_t peer = peer_open(url);
	struct sender sender;
	struct proxy proxy;
	size_t all, different;
	int i;

	proxy_start(&proxy, port_of(url));
	open_broker(live_changed_url(url, NULL, proxy.port, NULL), 1, 0);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	for (i = 0; i < 600; i++) {
		if (i % 100 == 50)
			proxy_hang_up(&proxy);
		publish(sender_next(&sender));
	}
	flush();
	cr_assert_geq(transport.broker->reconnects, 1);
	cr_assert_eq(transport.broker->published, 600);
	count_messages(peer, &all, &different);
	cr_assert_eq(different, 600);
	sender_release(&sender);
	close_broker();
	proxy_stop(&proxy);
	peer_close(peer);
}

Test(amqp, continues_without_confirms_when_the_network_fails)
{
	const char *url = live_amqp_url();
	amqp_connection_state_t peer = peer_open(url);
	struct sender sender;
	struct proxy proxy;
	size_t all, different;

	proxy_start(&proxy, port_of(url));
	open_broker(live_changed_url(url, NULL, proxy.port, NULL), 0, 0);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	proxy_hang_up(&proxy);
	cr_assert_eq(flush_until_noticed(), TM_OK, "%s", err.text);
	cr_assert_eq(transport.broker->reconnects, 1);
	publish(sender_next(&sender));
	close_broker(); /* the server has processed all by then */
	count_messages(peer, &all, &different);
	cr_assert_eq(all, 1);
	sender_release(&sender);
	proxy_stop(&proxy);
	peer_close(peer);
}

Test(amqp, says_that_the_server_stays_gone)
{
	const char *url = live_amqp_url();
	struct sender sender;
	struct proxy proxy;

	proxy_start(&proxy, port_of(url));
	open_broker(live_changed_url(url, NULL, proxy.port, NULL), 0, 0);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	proxy_shut_down(&proxy);
	cr_assert_eq(flush_until_noticed(), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "reconnecting did not help"), "%s",
			   err.text);
	cr_assert_null(strstr(err.text, "guest:"), "%s", err.text);
	cr_assert_eq(transport.broker->published, 0);
	sender_release(&sender);
	close_broker();
	proxy_stop(&proxy);
}

/* Frames as a server sends them: type 1, channel, length, class, method. */
#define FRAME(channel, length) "\x01\x00" channel "\x00\x00\x00" length
#define BLOCKED		       FRAME("\x00", "\x0f") "\x00\x0a\x00\x3c\x0alow memory\xce"
#define UNBLOCKED	       FRAME("\x00", "\x04") "\x00\x0a\x00\x3d\xce"
#define CLOSED(code)                                                           \
	FRAME("\x00", "\x10")                                                  \
	"\x00\x0a\x00\x32" code "\x05words\x00\x00\x00\x00\xce"
#define CHANNEL_CLOSED                                                         \
	FRAME("\x01", "\x10")                                                  \
	"\x00\x14\x00\x28\x01\x94\x05words\x00\x00\x00\x00\xce"
#define INJECT(frames) proxy_inject(&proxy, frames, sizeof(frames) - 1)

static struct proxy proxy;

static void open_through_proxy(uint32_t connect_ms)
{
	const char *url = live_amqp_url();

	proxy_start(&proxy, port_of(url));
	open_broker(live_changed_url(url, NULL, proxy.port, NULL), 0,
		    connect_ms);
}

static void close_with_proxy(void)
{
	close_broker();
	proxy_stop(&proxy);
}

Test(amqp, says_that_the_server_blocks_publishers)
{
	open_through_proxy(100);
	INJECT(BLOCKED);
	cr_assert_eq(flush_until_noticed(), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "connection.blocked"), "%s",
			   err.text);
	cr_assert_not_null(strstr(err.text, "low memory"), "%s", err.text);
	close_with_proxy();
}

Test(amqp, continues_when_the_server_unblocks_publishers)
{
	open_through_proxy(0);
	INJECT(BLOCKED UNBLOCKED);
	flush();
	cr_assert_eq(transport.broker->reconnects, 0);
	close_with_proxy();
}

/* 320, CONNECTION_FORCED, is how RabbitMQ says that it is being stopped. */
Test(amqp, reconnects_when_the_server_ends_the_connection)
{
	open_through_proxy(0);
	INJECT(CLOSED("\x01\x40"));
	cr_assert_eq(flush_until_noticed(), TM_OK, "%s", err.text);
	cr_assert_eq(transport.broker->reconnects, 1);
	close_with_proxy();
}

Test(amqp, repeats_why_the_server_closed_the_connection)
{
	open_through_proxy(0);
	INJECT(CLOSED("\x02\x1e"));
	cr_assert_eq(flush_until_noticed(), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "542 words"), "%s", err.text);
	close_with_proxy();
}

Test(amqp, repeats_why_the_server_closed_the_channel)
{
	open_through_proxy(0);
	INJECT(CHANNEL_CLOSED);
	cr_assert_eq(flush_until_noticed(), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "404 words"), "%s", err.text);
	close_with_proxy();
}

/* The second connection does not idle through the broker: that the server
 * drops it shows that the first one was kept by its heartbeats. */
Test(amqp, keeps_its_heartbeat_while_it_idles, .timeout = 60)
{
	const char *url = live_amqp_url();
	struct tm_alloc silent_alloc;
	struct tm_transport silent;
	struct tm_transport_opts opts = {.alloc = &silent_alloc,
					 .backend_url = "null://"};

	opts.broker_url = live_changed_url(url, NULL, 0, "/?heartbeat=2");
	tm_alloc_init(&silent_alloc);
	live_open(&silent, &opts);
	open_broker(opts.broker_url, 0, 0);
	cr_assert_eq(tm_broker_idle(transport.broker, 9000, &err), TM_OK, "%s",
		     err.text);
	flush();
	cr_assert_eq(transport.broker->reconnects, 0);
	cr_assert_eq(tm_broker_flush(silent.broker, &err), TM_OK, "%s",
		     err.text);
	cr_assert_eq(silent.broker->reconnects, 1);
	close_broker();
	tm_transport_close(&silent);
}
