#include <criterion/criterion.h>
#include <string.h>

#include "results/request.h"

static struct tm_run_request request, back;

static void stop(void)
{
	tm_run_request_release(&request);
	tm_run_request_release(&back);
}

TestSuite(request, .fini = stop);

static void fill(void)
{
	request.is_known = 1;
	request.job = strdup("nightly");
	tm_texts_add(&request.argv, "./server");
	tm_texts_add(&request.argv, "a\xff");
	tm_facts_set_bool(&request.options, "preload", 0);
	request.memory_limit_bytes = tm_known_int(0);
	request.is_given_known = 1;
	request.variables.is_known = 1;
	request.file_size_bytes = tm_known_int(9);
	request.file_build_id = strdup("44bc");
	tm_facts_set_text(&request.other, "shell", "sh");
}

Test(request, survives_a_round_trip)
{
	json_t *json;

	fill();
	json = tm_run_request_to_json(&request);
	tm_run_request_from_json(&back, json);
	json_decref(json);
	cr_expect(back.is_known);
	cr_expect_str_eq(back.job, "nightly");
	cr_expect_null(back.program);
	cr_assert_eq(back.argv.count, 2);
	cr_expect_str_eq(back.argv.text[1], "a?");
	cr_expect_eq(back.options.count, 1);
	cr_expect_eq(tm_facts_find(&back.options, "preload")->number, 0);
	cr_expect(back.memory_limit_bytes.is_known);
	cr_expect_not(back.timeout_ms.is_known);
	cr_expect_not(back.pid.is_known);
	cr_expect(back.is_given_known, "known to be empty");
	cr_expect_eq(back.given.count, 0);
	cr_expect(back.variables.is_known);
	cr_expect_eq(back.file_size_bytes.value, 9);
	cr_expect_null(back.file_modified);
	cr_expect_str_eq(back.file_build_id, "44bc");
	cr_expect_eq(back.other.count, 1);
	cr_expect_str_eq(tm_facts_text(&back.other, "shell"), "sh");
}

/* Keys of another version, and values of another type, are written as they
 * were read. */
Test(request, keeps_what_has_no_member)
{
	static const char text[] =
		"{\"job\": 7, \"argv\": [\"a\", 1], \"options\": [], "
		"\"given\": [\"--name x\"], \"file\": {\"inode\": 3}, "
		"\"limits\": {\"stack\": 8192}, \"pid\": 1.5}";
	json_t *json = json_loads(text, 0, NULL);
	json_t *again;

	cr_assert_not_null(json);
	tm_run_request_from_json(&request, json);
	cr_expect_null(request.job);
	cr_expect_eq(request.argv.count, 1);
	cr_expect_str_eq(request.given.text[0], "--name x");
	cr_expect_not(request.options.is_known);
	again = tm_run_request_to_json(&request);
	cr_expect(json_equal(again, json));
	json_decref(again);
	json_decref(json);
}

Test(request, that_is_missing_is_not_known)
{
	tm_run_request_from_json(&request, NULL);
	cr_expect_not(request.is_known);
	cr_expect_not(request.is_given_known);
	cr_expect_not(request.options.is_known);
	cr_expect_eq(request.other.count, 0);
}
