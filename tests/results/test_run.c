#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "results/environment.h"
#include "results/run.h"

static struct tm_run *run;

static void make_run(void)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
}

static void free_run(void)
{
	tm_run_free(run);
}

static void add(uint64_t iteration, uint64_t elapsed_ns)
{
	struct tm_sample sample = {.iteration = iteration,
				   .elapsed_ns = elapsed_ns};

	cr_assert_eq(tm_run_add_sample(run, &sample, NULL), TM_OK);
}

TestSuite(run, .init = make_run, .fini = free_run);

Test(run, has_no_rate_before_time_has_passed)
{
	double rate;

	cr_assert_not(tm_run_rate(run, &rate));
	add(0, 5);
	cr_assert_not(tm_run_rate(run, &rate));
	add(10, 5);
	cr_assert_not(tm_run_rate(run, &rate));
	add(10, 1000000005);
	cr_assert(tm_run_rate(run, &rate));
	cr_assert_float_eq(rate, 10.0, 1e-9);
}

Test(run, is_measured_only_when_complete_and_sampled)
{
	cr_assert_not(tm_run_is_measured(run));
	add(1, 1);
	cr_assert(tm_run_is_measured(run));
	tm_run_set_outcome(run, TM_OUTCOME_LIMIT, "too large");
	cr_assert_not(tm_run_is_measured(run));
}

Test(run, keeps_more_samples_than_it_first_has_room_for)
{
	uint64_t i;

	for (i = 0; i < 1000; i++)
		add(i, i);
	cr_assert_eq(run->sample_count, 1000);
	for (i = 0; i < 1000; i++)
		cr_assert_eq(run->samples[i].iteration, i);
}

/* Words may quote whatever a program wrote. */
Test(run, keeps_words_printable)
{
	tm_run_set_outcome(run, TM_OUTCOME_FAILED, "%s", "a\033[31m\xff");
	cr_assert_str_eq(run->outcome_text, "a?[31m?");
	tm_run_set_absent(run, TM_METRIC_garbage, "caf\xc3\xa9\n");
	cr_assert_str_eq(run->absent[TM_METRIC_garbage], "caf\xc3\xa9?");
	tm_run_note(run, "%s", "\xc3");
	cr_assert_str_eq(run->notes.text[0], "?");
}

Test(run, knows_its_outcomes_by_name)
{
	enum tm_outcome outcome;

	cr_assert(tm_outcome_find(&outcome, "timeout"));
	cr_assert_eq(outcome, TM_OUTCOME_TIMEOUT);
	cr_assert_str_eq(tm_outcome_name(TM_OUTCOME_LIMIT), "limit");
	cr_assert_not(tm_outcome_find(&outcome, "victory"));
}

Test(environment, knows_the_machine_and_the_program)
{
	static const char *const keys[] = {"tidemark", "commit", "kernel",
					   "machine"};
	json_t *environment = tm_environment_new();
	size_t i;

	cr_assert_not_null(environment);
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		cr_assert(json_is_string(json_object_get(environment, keys[i])),
			  "%s", keys[i]);
	cr_assert_gt(json_integer_value(json_object_get(environment, "cpus")),
		     0);
	cr_assert_eq(
		json_integer_value(json_object_get(environment, "page_bytes")),
		sysconf(_SC_PAGESIZE));
	cr_assert_eq(json_integer_value(
			     json_object_get(environment, "memory_bytes")),
		     sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE));
	if (json_object_get(environment, "cpu"))
		cr_assert_null(strpbrk(
			json_string_value(json_object_get(environment, "cpu")),
			":\n"));
	cr_assert_str_eq(
		json_string_value(json_object_get(
			json_object_get(environment, "libraries"), "jansson")),
		jansson_version_str());
	json_decref(environment);
}

Test(environment, sees_the_allocator_of_a_process)
{
	json_t *environment = json_object();
	const char *allocator;

	tm_environment_add_process(environment, getpid());
	allocator =
		json_string_value(json_object_get(environment, "allocator"));
#if defined(__SANITIZE_ADDRESS__)
	cr_assert_str_eq(
		json_string_value(json_object_get(environment, "sanitizer")),
		"address");
#else
	cr_assert_str_eq(allocator, "jemalloc");
	cr_assert_eq(strncmp(json_string_value(json_object_get(
				     environment, "allocator_version")),
			     "5.", 2),
		     0);
#endif
	cr_assert_not_null(allocator);
	json_decref(environment);
}

Test(run, is_counted_in_units_with_names)
{
	enum tm_unit unit;

	cr_assert(tm_unit_find(&unit, "iteration"));
	cr_assert_eq(unit, TM_UNIT_ITERATION);
	cr_assert_str_eq(tm_unit_name(unit), "iteration");
	cr_assert_str_eq(tm_unit_per(unit), "per iteration");
	cr_assert_eq(tm_unit_scale(unit), 1.0);
	cr_assert(tm_unit_find(&unit, "second"));
	cr_assert_eq(unit, TM_UNIT_SECOND);
	cr_assert_str_eq(tm_unit_name(unit), "second");
	cr_assert_str_eq(tm_unit_per(unit), "per second");
	cr_assert_eq(tm_unit_scale(unit), 1000.0);
	cr_assert_not(tm_unit_find(&unit, "week"));
	cr_assert_not(tm_unit_find(&unit, ""));
}

Test(run, has_a_rate_only_where_iterations_and_time_go_on)
{
	double rate;

	add(5, 1000000000);
	add(5, 2000000000);
	cr_assert_not(tm_run_rate(run, &rate));
	add(7, 3000000000);
	cr_assert(tm_run_rate(run, &rate));
	cr_assert_float_eq(rate, 1, 1e-12);
	run->unit = TM_UNIT_SECOND;
	cr_assert_not(tm_run_rate(run, &rate));
}

Test(run, counts_the_samples_that_hold_something)
{
	add(1, 1);
	add(2, 2);
	add(3, 3);
	cr_assert_eq(tm_run_measured_count(run), 0);
	tm_sample_set(&run->samples[0], TM_METRIC_rss_bytes, 0);
	tm_sample_set(&run->samples[2], TM_METRIC_rss_bytes, 1);
	cr_assert_eq(tm_run_measured_count(run), 2);
}

Test(run, starts_complete_and_without_an_exit_code)
{
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_null(run->outcome_text);
	cr_assert_eq(run->exit_code, -1);
	cr_assert_eq(run->signal, 0);
	cr_assert_eq(strlen(run->started), 20);
	cr_assert_eq(run->notes.count, 0);
}
