/*
 * Which runs may stand in one comparison.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "../support/runs.h"
#include "gate/comparable.h"

static struct tm_run *runs[3];
static struct tm_err err;

static void start(void)
{
	size_t i;

	for (i = 0; i < 3; i++)
		runs[i] = run_new(i == 0 ? "first" : "other");
}

static void stop(void)
{
	size_t i;

	for (i = 0; i < 3; i++)
		run_free(runs[i]);
}

TestSuite(comparable, .init = start, .fini = stop);

static enum tm_rc compare(size_t count)
{
	return tm_comparable_runs((const struct tm_run *const *)runs, count,
				  &err);
}

Test(comparable, are_runs_of_one_unit)
{
	cr_assert_eq(compare(3), TM_OK);
	run_by_time(runs[0]);
	run_by_time(runs[1]);
	run_by_time(runs[2]);
	cr_assert_eq(compare(3), TM_OK);
	cr_assert_eq(compare(1), TM_OK);
	cr_assert_eq(compare(0), TM_OK);
}

/* The second, or only the last of them. */
Test(comparable, are_no_runs_of_two_units)
{
	run_by_time(runs[1]);
	cr_assert_eq(compare(3), TM_EUSAGE);
	cr_assert_eq(compare(2), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "'first' cannot be compared with "
					    "'other'"),
			   "%s", err.text);
	run_by_time(runs[0]);
	cr_assert_eq(compare(2), TM_OK);
	cr_assert_eq(compare(3), TM_EUSAGE);
}

/* --- what was kept of one run, held against another ------------------------- */

static enum tm_rc compare_environment(const char *kept, const char *own)
{
	struct tm_facts *facts = &runs[0]->environment.facts;
	json_t *kept_json = json_loads(kept, 0, NULL);
	json_t *own_json = json_loads(own, 0, NULL);
	struct tm_facts before = {0};
	enum tm_rc rc;

	cr_assert(kept_json && own_json);
	tm_facts_release(facts);
	tm_facts_read(facts, own_json);
	tm_facts_read(&before, kept_json);
	rc = tm_comparable_environment("file", &before, runs[0], &err);
	tm_facts_release(&before);
	json_decref(kept_json);
	json_decref(own_json);
	return rc;
}

/* Where either was not asked for its allocator, a sanitizer is not known. */
Test(comparable, by_a_sanitizer_only_where_both_were_asked)
{
	const char *plain = "{\"allocator\": \"libc\"}";
	const char *asan =
		"{\"allocator\": \"libc\", \"sanitizer\": \"address\"}";
	const char *alone = "{\"sanitizer\": \"address\"}";

	cr_expect_eq(compare_environment(plain, asan), TM_EUSAGE);
	cr_expect_eq(compare_environment(asan, plain), TM_EUSAGE);
	cr_expect_eq(compare_environment(asan, asan), TM_OK);
	cr_expect_eq(compare_environment(plain, alone), TM_OK);
	cr_expect_eq(compare_environment(alone, plain), TM_OK);
	cr_expect_eq(compare_environment("{}", asan), TM_OK);
	cr_expect_eq(compare_environment(asan, "{}"), TM_OK);
}

static enum tm_rc compare_options(const char *kept, const char *own)
{
	struct tm_facts *options = &runs[0]->request.options;
	json_t *kept_json = kept ? json_loads(kept, 0, NULL) : NULL;
	json_t *own_json = own ? json_loads(own, 0, NULL) : NULL;
	struct tm_facts before = {0};
	enum tm_rc rc;

	tm_facts_release(options);
	tm_facts_read(options, own_json);
	tm_facts_read(&before, kept_json);
	rc = tm_comparable_options("file", &before, runs[0], &err);
	tm_facts_release(&before);
	json_decref(kept_json);
	json_decref(own_json);
	return rc;
}

Test(comparable, by_options_that_only_one_of_them_has)
{
	const char *some = "{\"rules\": \"legacy\"}";

	cr_expect_eq(compare_options(some, some), TM_OK);
	cr_expect_eq(compare_options(some, NULL), TM_EUSAGE);
	cr_expect_eq(compare_options(some, "{}"), TM_EUSAGE);
	cr_expect_eq(compare_options(NULL, some), TM_EUSAGE);
	cr_expect_eq(compare_options("{}", some), TM_EUSAGE);
	cr_expect_eq(compare_options(NULL, NULL), TM_OK);
	cr_expect_eq(compare_options("{}", NULL), TM_OK);
	cr_expect_eq(compare_options(NULL, "{}"), TM_OK);
	cr_expect_eq(compare_options("{}", "{\"every\": 5}"), TM_OK);
}

Test(comparable, by_options_in_any_order)
{
	cr_expect_eq(compare_options("{\"a\": 1, \"b\": {\"c\": 1, \"d\": 2}}",
				     "{\"b\": {\"d\": 2, \"c\": 1}, \"a\": 1}"),
		     TM_OK);
	cr_expect_eq(compare_options("{\"a\": {\"c\": 1, \"d\": 2}}",
				     "{\"a\": {\"d\": 2, \"c\": 2}}"),
		     TM_EUSAGE);
	cr_expect_eq(compare_options("{\"a\": 1}", "{\"a\": 1.0}"), TM_EUSAGE);
	cr_expect_eq(compare_options("{\"a\": 1}", "{\"b\": 1}"), TM_EUSAGE);
}

Test(comparable, with_both_sets_of_options_in_the_refusal)
{
	cr_assert_eq(compare_options("{\"b\": true, \"a\": \"x\"}", "{}"),
		     TM_EUSAGE);
	cr_expect_not_null(strstr(err.text, "its set of options is {\"a\": "
					    "\"x\", \"b\": true}, but here it "
					    "is {}; save"),
			   "%s", err.text);
	cr_assert_eq(compare_options(NULL, "{\"a\": 1}"), TM_EUSAGE);
	cr_expect_not_null(
		strstr(err.text, "is none, but here it is {\"a\": 1}"), "%s",
		err.text);
}
