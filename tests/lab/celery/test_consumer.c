/* The tables of celery/backends/async.py and redis-py's PubSub. */
#include <criterion/criterion.h>
#include <string.h>

#include "lab/celery/consumer.h"
#include "lab/runtime/exception.h"
#include "script.h"

static struct tm_alloc alloc;
static struct tm_runtime *runtime;
static struct script script;
static struct tm_consumer consumer;
static struct tm_err err;

static void start(void)
{
	tm_alloc_init(&alloc);
	runtime = tm_runtime_new(&alloc, TM_RULES_LEGACY);
	cr_assert_not_null(runtime);
	script_open(&script);
	cr_assert_eq(tm_consumer_init(&consumer, runtime, &script.base, &err),
		     TM_OK);
}

static void stop(void)
{
	tm_consumer_release(&consumer);
	tm_runtime_free(runtime);
	cr_assert_eq(alloc.live_bytes, 0);
}

static void consume_from(uint8_t task)
{
	struct tm_id id = script_id(task);

	cr_assert_eq(tm_consumer_consume_from(&consumer, &id, &err), TM_OK);
}

static void cancel_for(uint8_t task)
{
	struct tm_id id = script_id(task);

	cr_assert_eq(tm_consumer_cancel_for(&consumer, &id, &err), TM_OK);
}

static void add_pending(uint8_t task, struct tm_object *result, int weak)
{
	struct tm_id id = script_id(task);

	cr_assert_eq(
		tm_consumer_add_pending(&consumer, &id, result, weak, &err),
		TM_OK);
}

/* channels, pending_unsubscribe, subscribed_to, strong, weak */
static void assert_counts(uint64_t channels, uint64_t awaited,
			  uint64_t subscribed, uint64_t strong, uint64_t weak)
{
	struct tm_table_counts counts;

	tm_consumer_counts(&consumer, &counts);
	cr_assert_eq(counts.channels, channels);
	cr_assert_eq(counts.pending_unsubscribe, awaited);
	cr_assert_eq(counts.subscribed_to, subscribed);
	cr_assert_eq(counts.pending_strong, strong);
	cr_assert_eq(counts.pending_weak, weak);
}

static enum tm_rc forget_meta(void *context, const struct tm_meta *meta,
			      struct tm_err *error)
{
	int *seen = context;

	(void)error;
	*seen += meta->state == TM_STATE_SUCCESS;
	return TM_OK;
}

static enum tm_rc drain(int *seen)
{
	return tm_consumer_drain_event(&consumer, 0, forget_meta, seen, &err);
}

static void drain_all(void)
{
	int seen = 0;

	while (script.event_next < script.event_count)
		cr_assert_eq(drain(&seen), TM_OK, "%s", err.text);
}

/* --- channels ------------------------------------------------------------- */

Test(consumer, subscribes_once_to_a_task)
{
	start();
	consume_from(1);
	consume_from(1);
	consume_from(2);
	cr_assert_str_eq(script.said, "S1 S2");
	assert_counts(2, 0, 2, 0, 0);
	stop();
}

/* redis-py keeps the channel until the reply is read. */
Test(consumer, keeps_the_channel_until_the_reply_is_read)
{
	start();
	consume_from(1);
	cancel_for(1);
	assert_counts(1, 1, 0, 0, 0);
	script_add(&script, TM_EVENT_SUBSCRIBED, 1, NULL);
	drain_all();
	assert_counts(1, 1, 0, 0, 0);
	script_add(&script, TM_EVENT_UNSUBSCRIBED, 1, NULL);
	drain_all();
	assert_counts(0, 0, 0, 0, 0);
	cr_assert_str_eq(script.said, "S1 U1");
	stop();
}

/* Why 4.2.2 leaves an entry for each chord: the body's result unsubscribes at
 * its end, and never was subscribed. */
Test(consumer, waits_for_the_reply_of_a_channel_never_subscribed_to)
{
	start();
	cancel_for(1);
	assert_counts(0, 1, 0, 0, 0);
	cr_assert_str_eq(script.said, "U1");
	stop();
}

/* Subscribed to again before the reply came: the reply is no longer meant. */
Test(consumer, ignores_a_reply_that_it_does_not_await)
{
	start();
	consume_from(1);
	cancel_for(1);
	consume_from(1);
	assert_counts(1, 0, 1, 0, 0);
	script_add(&script, TM_EVENT_UNSUBSCRIBED, 1, NULL);
	script_add(&script, TM_EVENT_UNSUBSCRIBED, 2, NULL);
	drain_all();
	assert_counts(1, 0, 1, 0, 0);
	stop();
}

Test(consumer, subscribes_again_on_a_new_connection)
{
	start();
	consume_from(1);
	consume_from(2);
	cancel_for(2);
	cancel_for(3);
	script.said[0] = '\0';
	script_add(&script, TM_EVENT_RECONNECTED, 0, NULL);
	drain_all();
	cr_assert_eq(strlen(script.said), strlen("S1 S2 U2 U3"));
	cr_assert_not_null(strstr(script.said, "S1"));
	cr_assert_not_null(strstr(script.said, "S2"));
	cr_assert_not_null(strstr(script.said, "U2"));
	cr_assert_not_null(strstr(script.said, "U3"));
	cr_assert_gt(strstr(script.said, "U2"), strstr(script.said, "S2"));
	stop();
}

Test(consumer, passes_on_what_the_backend_fails_with)
{
	struct tm_id id = script_id(1);

	start();
	script.fail_commands = TM_EUNAVAILABLE;
	cr_assert_eq(tm_consumer_consume_from(&consumer, &id, &err),
		     TM_EUNAVAILABLE);
	cr_assert_str_eq(err.text, "as written");
	cr_assert_eq(tm_consumer_cancel_for(&consumer, &id, &err),
		     TM_EUNAVAILABLE);
	stop();
}

/* --- pending results ------------------------------------------------------ */

static struct tm_object *result_new(void)
{
	return (struct tm_object *)tm_exception_new(runtime, "a result");
}

Test(consumer, holds_a_pending_result_strongly)
{
	struct tm_object *result;
	struct tm_id id = script_id(1);

	start();
	result = result_new();
	add_pending(1, result, 0);
	assert_counts(1, 0, 1, 1, 0);
	cr_assert_eq(result->refcount, 2);
	tm_unref(runtime, result);
	cr_assert_eq(tm_consumer_find_pending(&consumer, &id), result);
	cr_assert_eq(tm_consumer_remove_pending(&consumer, &id, &err), TM_OK);
	cr_assert_null(tm_consumer_find_pending(&consumer, &id));
	cr_assert_eq(runtime->live_objects, 0);
	assert_counts(1, 1, 0, 0, 0);
	cr_assert_str_eq(script.said, "S1 U1");
	stop();
}

/* --- messages ------------------------------------------------------------- */

#define UUID_1 "01000000-0000-4000-8000-000000000000"
#define RESULT                                                                 \
	"{\"status\":\"SUCCESS\",\"result\":\"2\",\"task_id\":\"" UUID_1 "\"}"

Test(consumer, hands_a_result_on)
{
	int seen = 0;

	start();
	script_add(&script, TM_EVENT_MESSAGE, 1, RESULT);
	cr_assert_eq(drain(&seen), TM_OK);
	cr_assert_eq(seen, 1);
	cr_assert_eq(drain(&seen), TM_ETIMEOUT);
	stop();
}

Test(consumer, says_what_is_wrong_with_a_result)
{
	int seen = 0;

	start();
	script_add(&script, TM_EVENT_MESSAGE, 1, "{\"status\": ");
	cr_assert_eq(drain(&seen), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "is not JSON"), "%s", err.text);
	cr_assert_eq(seen, 0);
	stop();
}

/* --- results that are not waited for -------------------------------------- */

static struct tm_id numbered(uint32_t number)
{
	struct tm_id id = script_id(0xff);

	memcpy(id.bytes + 9, &number, sizeof(number));
	return id;
}

static void put(uint32_t number, const char *text)
{
	char copy[16];
	struct tm_meta meta = {
		.task_id = numbered(number),
		.state = TM_STATE_SUCCESS,
		.result = copy,
	};

	strcpy(copy, text);
	cr_assert_eq(tm_consumer_buffer_put(&consumer, &meta), TM_OK);
}

static int take(uint32_t number, const char *text)
{
	struct tm_id id = numbered(number);
	struct tm_meta *meta = tm_consumer_buffer_take(&consumer, &id);
	int found = meta && strcmp(meta->result, text) == 0;

	tm_meta_free(&alloc, meta);
	return found;
}

static uint64_t buffered(void)
{
	struct tm_table_counts counts;

	tm_consumer_counts(&consumer, &counts);
	return counts.buffered;
}

Test(buffer, keeps_a_result_until_it_is_asked_for)
{
	start();
	put(1, "one");
	cr_assert_eq(buffered(), 1);
	cr_assert_not(take(2, "one"));
	cr_assert(take(1, "one"));
	cr_assert_not(take(1, "one"));
	cr_assert_eq(buffered(), 0);
	stop();
}

Test(buffer, keeps_the_last_result_of_a_task)
{
	start();
	put(1, "one");
	put(1, "two");
	cr_assert_eq(buffered(), 1);
	cr_assert(take(1, "two"));
	stop();
}

Test(buffer, gives_up_the_oldest_past_its_bound)
{
	uint32_t i;

	start();
	for (i = 1; i <= TM_MESSAGE_BUFFER_MAX + 3; i++)
		put(i, "x");
	cr_assert_eq(buffered(), 8192);
	for (i = 1; i <= 3; i++)
		cr_assert_not(take(i, "x"));
	cr_assert(take(4, "x"));
	cr_assert(take(TM_MESSAGE_BUFFER_MAX + 3, "x"));
	stop();
}

/* Put and taken in turns, for longer than the ring is. */
Test(buffer, stays_small_when_results_are_taken)
{
	uint64_t bytes = 0;
	uint32_t i;

	start();
	for (i = 1; i <= 3 * TM_MESSAGE_BUFFER_MAX; i++) {
		put(i, "x");
		cr_assert(take(i, "x"));
		if (i == 1)
			bytes = alloc.live_bytes;
		cr_assert_eq(alloc.live_bytes, bytes);
	}
	stop();
}

Test(buffer, holds_what_it_held_when_memory_is_short)
{
	enum tm_rc rc = TM_ENOMEM;
	char text[] = "new";
	struct tm_meta meta = {.task_id = numbered(2),
			       .state = TM_STATE_SUCCESS,
			       .result = text};
	uint64_t n;

	start();
	put(1, "old");
	for (n = 0; rc != TM_OK; n++) {
		cr_assert_lt(n, 10);
		alloc.fail_after = n;
		rc = tm_consumer_buffer_put(&consumer, &meta);
		alloc.fail_after = UINT64_MAX;
		cr_assert_eq(buffered(), rc == TM_OK ? 2 : 1);
	}
	cr_assert_gt(n, 1);
	cr_assert(take(1, "old"));
	cr_assert(take(2, "new"));
	stop();
}

/* tm_consumer_release() must be right after any failure of init. */
Test(consumer, says_when_memory_is_short)
{
	start();
	stop();
	runtime = tm_runtime_new(&alloc, TM_RULES_LEGACY);
	alloc.fail_after = 0;
	cr_assert_eq(tm_consumer_init(&consumer, runtime, &script.base, &err),
		     TM_ENOMEM);
	alloc.fail_after = UINT64_MAX;
	stop();
}
