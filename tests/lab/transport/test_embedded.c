/* memory:// as the model uses it: through the broker and the backend. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <jansson.h>
#include <string.h>

#include "../../support/messages.h"
#include "lab/transport/embedded.h"
#include "lab/transport/transport.h"

static struct tm_alloc alloc;
static struct tm_transport transport;
static struct sender sender;
static struct tm_buf payload;
static struct tm_err err;

static void set_up(void)
{
	struct tm_transport_opts opts = {.alloc = &alloc};

	tm_alloc_init(&alloc);
	tm_buf_init(&payload, &alloc);
	cr_assert_eq(tm_transport_open(&transport, &opts, &err), TM_OK, "%s",
		     err.text);
}

static void tear_down(void)
{
	tm_buf_release(&payload);
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_bytes, 0);
}

TestSuite(embedded, .init = set_up, .fini = tear_down);

static void publish(const struct tm_message *message)
{
	cr_assert_eq(tm_broker_publish(transport.broker, message, &err), TM_OK,
		     "%s", err.text);
}

static void subscribe(const struct tm_id *id)
{
	cr_assert_eq(tm_backend_subscribe(transport.backend, id, &err), TM_OK);
}

static void unsubscribe(const struct tm_id *id)
{
	cr_assert_eq(tm_backend_unsubscribe(transport.backend, id, &err),
		     TM_OK);
}

static enum tm_rc next_event(struct tm_backend_event *event)
{
	return tm_backend_next_event(transport.backend, 0, event, &err);
}

/* The worker runs while somebody waits for events. */
static void let_worker_finish(void)
{
	struct tm_backend_event event;
	enum tm_rc rc;

	do
		rc = next_event(&event);
	while (rc == TM_OK);
	cr_assert_eq(rc, TM_ETIMEOUT, "%s", err.text);
}

/* What the worker stores of `id`, as JSON; NULL when that is nothing. */
static json_t *result_of(const struct tm_id *id)
{
	let_worker_finish();
	cr_assert_eq(tm_backend_get(transport.backend, id, &payload, &err),
		     TM_OK, "%s", err.text);
	return payload.length
		       ? json_loadb(payload.bytes, payload.length, 0, NULL)
		       : NULL;
}

static void assert_field(const json_t *meta, const char *key, const char *text)
{
	cr_assert_str_eq(json_string_value(json_object_get(meta, key)), text,
			 "%s", key);
}

static void assert_succeeds(const struct tm_id *id, const char *result)
{
	json_t *meta = result_of(id);

	cr_assert_not_null(meta);
	assert_field(meta, "status", "SUCCESS");
	assert_field(meta, "result", result);
	json_decref(meta);
}

/* --- the worker ----------------------------------------------------------- */

struct chord_row {
	enum tm_wire wire;
	uint32_t size;
};

ParameterizedTestParameters(embedded, runs_a_chords_body_after_its_header)
{
	static struct chord_row rows[] = {
		{TM_WIRE_4_2_2, 1}, {TM_WIRE_4_2_2, 2}, {TM_WIRE_4_2_2, 10},
		{TM_WIRE_5_2_6, 1}, {TM_WIRE_5_2_6, 2}, {TM_WIRE_5_2_6, 10},
	};

	return cr_make_param_array(struct chord_row, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct chord_row *row, embedded,
		  runs_a_chords_body_after_its_header)
{
	struct tm_id first;
	uint32_t i;

	sender_init(&sender, row->wire, "task.dummy", "task.result", row->size);
	publish(sender_next(&sender));
	first = sender.ids.task_id;
	if (row->wire == TM_WIRE_5_2_6)
		cr_assert_eq(tm_backend_set_chord_size(transport.backend,
						       &sender.ids.group_id,
						       row->size, &err),
			     TM_OK);
	for (i = 1; i < row->size; i++) {
		cr_assert_null(result_of(&sender.ids.chord_id), "%u of %u", i,
			       row->size);
		publish(sender_same_chord(&sender));
	}
	assert_succeeds(&sender.ids.chord_id, "2");
	assert_succeeds(&first, "1");
	assert_succeeds(&sender.ids.task_id, "1");
	sender_release(&sender);
}

Test(embedded, does_not_run_a_body_whose_chord_has_no_size)
{
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", "task.result", 1);
	publish(sender_next(&sender));
	cr_assert_null(result_of(&sender.ids.chord_id));
	assert_succeeds(&sender.ids.task_id, "1");
	sender_release(&sender);
}

Test(embedded, stores_a_result_as_celery_does)
{
	char text[TM_ID_TEXT + 1] = "";
	json_t *meta;

	sender_init(&sender, TM_WIRE_4_2_2, "task.dummy", "task.result", 1);
	publish(sender_next(&sender));
	meta = result_of(&sender.ids.task_id);
	cr_assert_eq(json_object_size(meta), 7);
	assert_field(meta, "status", "SUCCESS");
	assert_field(meta, "result", "1");
	cr_assert(json_is_null(json_object_get(meta, "traceback")));
	cr_assert_eq(json_array_size(json_object_get(meta, "children")), 0);
	cr_assert(json_is_array(json_object_get(meta, "children")));
	/* 2026-11-23T18:31:15.836225 */
	cr_assert_eq(json_string_length(json_object_get(meta, "date_done")),
		     26);
	tm_id_write(&sender.ids.task_id, text);
	assert_field(meta, "task_id", text);
	tm_id_write(&sender.ids.group_id, text);
	assert_field(meta, "group_id", text);
	json_decref(meta);
	sender_release(&sender);
}

Test(embedded, fails_a_task_that_it_does_not_know_and_its_chord)
{
	json_t *meta;

	sender_init(&sender, TM_WIRE_4_2_2, "task.other", "task.result", 1);
	publish(sender_next(&sender));
	meta = result_of(&sender.ids.task_id);
	assert_field(meta, "status", "FAILURE");
	assert_field(json_object_get(meta, "result"), "exc_type",
		     "NotRegistered");
	json_decref(meta);
	meta = result_of(&sender.ids.chord_id);
	assert_field(meta, "status", "FAILURE");
	assert_field(json_object_get(meta, "result"), "exc_type", "ChordError");
	json_decref(meta);
	sender_release(&sender);
}

Test(embedded, fails_a_task_with_a_very_long_name)
{
	char name[600];
	json_t *meta;

	memset(name, '"', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	sender_init(&sender, TM_WIRE_5_2_6, name, NULL, 0);
	publish(sender_next(&sender));
	meta = result_of(&sender.ids.task_id);
	assert_field(meta, "status", "FAILURE");
	json_decref(meta);
	sender_release(&sender);
}

Test(embedded, has_no_result_until_one_is_awaited)
{
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	publish(sender_next(&sender));
	cr_assert_eq(tm_backend_get(transport.backend, &sender.ids.task_id,
				    &payload, &err),
		     TM_OK);
	cr_assert_eq(payload.length, 0);
	assert_succeeds(&sender.ids.task_id, "1");
	sender_release(&sender);
}

/* --- events --------------------------------------------------------------- */

static void assert_event(enum tm_backend_event_type type,
			 const struct tm_id *id)
{
	struct tm_backend_event event;

	cr_assert_eq(next_event(&event), TM_OK, "%s", err.text);
	cr_assert_eq(event.type, type);
	cr_assert(tm_id_equal(&event.task_id, id));
	cr_assert_eq(event.payload != NULL, type == TM_EVENT_MESSAGE);
}

Test(embedded, replies_in_the_order_of_the_commands)
{
	struct tm_backend_event event;
	struct tm_id first, second;

	sender_init(&sender, TM_WIRE_4_2_2, "task.dummy", "task.result", 1);
	publish(sender_next(&sender));
	first = sender.ids.task_id;
	subscribe(&first);
	publish(sender_next(&sender));
	second = sender.ids.task_id;
	unsubscribe(&second); /* Redis replies to this too */
	subscribe(&second);
	assert_event(TM_EVENT_SUBSCRIBED, &first);
	assert_event(TM_EVENT_UNSUBSCRIBED, &second);
	assert_event(TM_EVENT_SUBSCRIBED, &second);
	assert_event(TM_EVENT_MESSAGE, &first);
	unsubscribe(&second);
	assert_event(TM_EVENT_UNSUBSCRIBED, &second);
	/* The second result comes now, without a subscriber. */
	cr_assert_eq(next_event(&event), TM_ETIMEOUT);
	assert_succeeds(&second, "1");
	sender_release(&sender);
}

Test(embedded, publishes_what_it_stores)
{
	struct tm_backend_event event;
	char bytes[512];
	size_t length;

	sender_init(&sender, TM_WIRE_4_2_2, "task.dummy", "task.result", 1);
	publish(sender_next(&sender));
	subscribe(&sender.ids.chord_id);
	assert_event(TM_EVENT_SUBSCRIBED, &sender.ids.chord_id);
	cr_assert_eq(next_event(&event), TM_OK);
	cr_assert_eq(event.type, TM_EVENT_MESSAGE);
	length = event.payload_length;
	memcpy(bytes, event.payload, length);
	assert_succeeds(&sender.ids.chord_id, "2");
	cr_assert_eq(payload.length, length);
	cr_assert_eq(memcmp(payload.bytes, bytes, length), 0);
	sender_release(&sender);
}

/* --- bounds --------------------------------------------------------------- */

Test(embedded, allocates_nothing_when_results_are_not_read)
{
	uint64_t before = alloc.live_bytes;
	uint32_t i;

	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", "task.result", 1);
	alloc.fail_after = 0;
	for (i = 0; i < 100000; i++) {
		publish(sender_next(&sender));
		cr_assert_eq(tm_backend_set_chord_size(transport.backend,
						       &sender.ids.group_id, 1,
						       &err),
			     TM_OK);
		subscribe(&sender.ids.task_id);
		unsubscribe(&sender.ids.task_id);
	}
	cr_assert_eq(alloc.live_bytes, before);
	cr_assert_eq(transport.broker->published, 100000);
	cr_assert_eq(transport.broker->dropped, 100000 - TM_EMBEDDED_MESSAGES);
	alloc.fail_after = UINT64_MAX;
	assert_succeeds(&sender.ids.chord_id, "2");
	sender_release(&sender);
}

/* A group that is larger than the usual bounds needs a larger world. */
Test(embedded, has_room_for_the_tasks_that_are_waited_for)
{
	struct tm_transport_opts opts = {
		.alloc = &alloc,
		.tasks = TM_EMBEDDED_MESSAGES + 1,
	};
	struct tm_id first;
	uint32_t i;

	tm_transport_close(&transport);
	cr_assert_eq(tm_transport_open(&transport, &opts, &err), TM_OK);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	publish(sender_next(&sender));
	first = sender.ids.task_id;
	for (i = 1; i < opts.tasks; i++)
		publish(sender_next(&sender));
	cr_assert_eq(transport.broker->dropped, 0);
	assert_succeeds(&first, "1");
	sender_release(&sender);
}

Test(embedded, keeps_the_newest_results)
{
	struct tm_id ids[2];
	uint32_t i;

	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	for (i = 0; i < TM_EMBEDDED_RESULTS + 1; i++) {
		publish(sender_next(&sender));
		if (i < 2)
			ids[i] = sender.ids.task_id;
		assert_succeeds(&sender.ids.task_id, "1");
	}
	cr_assert_null(result_of(&ids[0]));
	assert_succeeds(&ids[1], "1");
	sender_release(&sender);
}

/* As Redis does with a subscriber that does not read. */
Test(embedded, closes_a_subscriber_whose_replies_are_full)
{
	struct tm_backend_event event;
	uint32_t i;

	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	sender_next(&sender);
	for (i = 0; i < TM_EMBEDDED_EVENTS; i++)
		unsubscribe(&sender.ids.task_id);
	publish(sender_next(&sender));
	subscribe(&sender.ids.task_id); /* its reply is not kept */
	unsubscribe(&sender.ids.group_id);
	cr_assert_eq(next_event(&event), TM_OK);
	cr_assert_eq(event.type, TM_EVENT_RECONNECTED);
	cr_assert_eq(transport.backend->reconnects, 1);
	assert_event(TM_EVENT_UNSUBSCRIBED, &sender.ids.group_id);
	/* The subscription was on the old connection. */
	cr_assert_eq(next_event(&event), TM_ETIMEOUT);
	assert_succeeds(&sender.ids.task_id, "1");
	sender_release(&sender);
}

Test(embedded, lets_a_reader_subscribe_to_any_number_again)
{
	struct tm_backend_event event;
	uint32_t i;

	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	for (i = 0; i < TM_EMBEDDED_EVENTS + 1000; i++) {
		sender_next(&sender);
		subscribe(&sender.ids.task_id);
	}
	for (i = 0; i < TM_EMBEDDED_EVENTS; i++) {
		cr_assert_eq(next_event(&event), TM_OK);
		cr_assert_eq(event.type, TM_EVENT_SUBSCRIBED);
	}
	cr_assert_eq(next_event(&event), TM_ETIMEOUT);
	sender_release(&sender);
}
