#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "lab/celery/meta.h"

#define UUID "5ba09662-eb36-4330-a623-377b88486734"
#define META(status, result)                                                   \
	"{\"status\": " status ", \"result\": " result                         \
	", \"traceback\": null, \"children\": [], \"task_id\": \"" UUID "\"}"

static struct tm_alloc alloc;
static struct tm_err err;
static struct tm_meta *meta;

static enum tm_rc parse(const char *payload)
{
	return tm_meta_parse(&meta, &alloc, payload, strlen(payload), &err);
}

static void parse_as(const char *payload, enum tm_state state,
		     const char *result)
{
	tm_alloc_init(&alloc);
	cr_assert_eq(parse(payload), TM_OK, "%s", err.text);
	cr_assert_eq(meta->state, state);
	cr_assert_str_eq(meta->result, result);
	tm_meta_free(&alloc, meta);
	cr_assert_eq(alloc.live_bytes, 0);
}

Test(meta, reads_what_a_worker_stores)
{
	struct tm_id id;

	parse_as(META("\"SUCCESS\"", "\"2\""), TM_STATE_SUCCESS, "2");
	cr_assert_eq(tm_id_parse(&id, UUID, TM_ID_TEXT), TM_OK);
	cr_assert_eq(parse(META("\"SUCCESS\"", "\"2\"")), TM_OK);
	cr_assert(tm_id_equal(&meta->task_id, &id));
	tm_meta_free(&alloc, meta);
}

Test(meta, keeps_any_result_but_a_text_as_json)
{
	parse_as(META("\"SUCCESS\"", "2"), TM_STATE_SUCCESS, "2");
	parse_as(META("\"SUCCESS\"", "null"), TM_STATE_SUCCESS, "null");
	parse_as(META("\"SUCCESS\"", "[1, \"a\"]"), TM_STATE_SUCCESS,
		 "[1,\"a\"]");
	parse_as(META("\"SUCCESS\"", "\"\""), TM_STATE_SUCCESS, "");
}

Test(meta, knows_failed_and_pending_states)
{
	parse_as(META("\"FAILURE\"", "{\"exc_type\": \"KeyError\"}"),
		 TM_STATE_FAILURE, "{\"exc_type\":\"KeyError\"}");
	parse_as(META("\"REVOKED\"", "null"), TM_STATE_FAILURE, "null");
	parse_as(META("\"STARTED\"", "null"), TM_STATE_PENDING, "null");
	parse_as(META("\"RETRY\"", "null"), TM_STATE_PENDING, "null");
	parse_as(META("\"PENDING\"", "null"), TM_STATE_PENDING, "null");
}

struct bad_payload {
	char payload[160];
	char why[32]; /* in the error's text */
};

ParameterizedTestParameters(meta, refuses_what_is_not_a_result)
{
	static struct bad_payload rows[] = {
		{"", "is not JSON"},
		{"{", "is not JSON"},
		{"\x80\x02}q", "is not JSON"}, /* a pickle */
		{META("\"SUCCESS\"", "\"2\"") "x", "is not JSON"},
		{"[]", "not a task result"},
		{"{}", "not a task result"},
		{"\"text\"", "is not JSON"},
		{META("1", "\"2\""), "not a task result"},
		{"{\"status\": \"SUCCESS\", \"task_id\": \"" UUID "\"}",
		 "not a task result"},
		{"{\"status\": \"SUCCESS\", \"result\": 2}",
		 "not a task result"},
		{"{\"status\": \"SUCCESS\", \"result\": 2, "
		 "\"task_id\": \"not an id\"}",
		 "not a task result"},
	};

	return cr_make_param_array(struct bad_payload, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct bad_payload *row, meta, refuses_what_is_not_a_result)
{
	tm_alloc_init(&alloc);
	cr_assert_eq(parse(row->payload), TM_EUNAVAILABLE, "%s", row->payload);
	cr_assert_not_null(strstr(err.text, row->why), "%s: %s", row->payload,
			   err.text);
	cr_assert_null(strchr(err.text, '\n'));
	cr_assert_null(meta);
	cr_assert_eq(alloc.live_bytes, 0);
}

Test(meta, copies)
{
	struct tm_meta *copy;

	tm_alloc_init(&alloc);
	cr_assert_eq(parse(META("\"SUCCESS\"", "\"2\"")), TM_OK);
	copy = tm_meta_copy(&alloc, meta);
	tm_meta_free(&alloc, meta);
	cr_assert_str_eq(copy->result, "2");
	cr_assert_eq(copy->state, TM_STATE_SUCCESS);
	tm_meta_free(&alloc, copy);
	tm_meta_free(&alloc, NULL);
	cr_assert_eq(alloc.live_bytes, 0);
}

Test(meta, loses_nothing_when_memory_is_short)
{
	enum tm_rc rc = TM_ENOMEM;
	struct tm_meta *copy = NULL;
	uint64_t n;

	tm_alloc_init(&alloc);
	for (n = 0; rc != TM_OK; n++) {
		cr_assert_lt(n, 10);
		alloc.fail_after = n;
		rc = parse(META("\"SUCCESS\"", "[2]"));
		cr_assert_eq(alloc.live_blocks, rc == TM_OK ? 2 : 0);
	}
	for (n = 0; !copy; n++) {
		cr_assert_lt(n, 10);
		alloc.fail_after = n;
		copy = tm_meta_copy(&alloc, meta);
		cr_assert_eq(alloc.live_blocks, copy ? 4 : 2);
	}
	tm_meta_free(&alloc, copy);
	tm_meta_free(&alloc, meta);
	cr_assert_eq(alloc.live_bytes, 0);
}
