/* What a scenario program reports to tidemark, and how it ends. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "said.h"

static struct outcome outcome;

static void assert_ok(void)
{
	cr_assert_eq(outcome.exit_code, 0, "exit %d: %s", outcome.exit_code,
		     outcome.err);
	cr_assert_str_empty(outcome.err);
}

static void run(const char *name, const char *arguments)
{
	program_run(&(struct program){.name = name}, arguments, &outcome);
}

Test(protocol, samples_as_often_as_it_was_asked)
{
	struct said said;

	run("strong_ref", "--iterations 50 --every 10 --header 2");
	assert_ok();
	said_read(&said, &outcome);
	cr_assert_eq(said.samples, 6, "0, 10, ... 50");
	cr_assert_eq(said.first.iteration, 0);
	cr_assert_eq(said.last.iteration, 50);
	cr_assert_eq(said.errors, 0);
	cr_assert(tm_sample_has(&said.last, TM_METRIC_maxrss_bytes));
	cr_assert(tm_sample_has(&said.last, TM_METRIC_live_objects));
	cr_assert_gt(said.last.value[TM_METRIC_live_objects], 0);
	cr_assert_gt(said.last.elapsed_ns, said.first.elapsed_ns);
	cr_assert_eq(said.last.value[TM_METRIC_published], 100);
	/* Each is present or absent with a reason; none is both or neither. */
	cr_assert_eq((size_t)__builtin_popcount(said.last.present) +
			     said.absences,
		     TM_METRIC_COUNT);
	json_decref(said.report);
}

static void assert_curve(const char *arguments, const char *family, int colour,
			 const char *panel, size_t pictures)
{
	json_t *curve, *names;
	struct said said;

	run("weak_ref", arguments);
	assert_ok();
	said_read(&said, &outcome);
	curve = json_object_get(said.report, "curve");
	cr_expect_str_eq(text_of(curve, "family"), family);
	cr_expect_eq(integer(curve, "colour"), colour);
	cr_expect_str_eq(text_of(curve, "panel"), panel);
	names = json_object_get(curve, "pictures");
	cr_expect(json_is_array(names));
	cr_expect_eq(json_array_size(names), pictures, "%s", arguments);
	if (pictures)
		cr_expect_str_eq(json_string_value(json_array_get(names, 0)),
				 "celery");
	json_decref(said.report);
}

/* Real Celery was measured with a chord of one task, results not read. */
Test(protocol, reports_how_its_runs_are_drawn)
{
	assert_curve("--iterations 2", "weak-ref", 1, "legacy", 1);
	assert_curve("--iterations 2 --rules pep442", "weak-ref", 1, "pep442",
		     1);
	assert_curve("--iterations 2 --rules off", "weak-ref", 1, "off", 0);
	assert_curve("--iterations 2 --header 2", "weak-ref", 1, "legacy", 0);
	assert_curve("--iterations 2 --shape delay", "weak-ref", 1, "legacy",
		     0);
	assert_curve("--iterations 2 --read-results", "weak-ref", 1, "legacy",
		     0);
}

Test(protocol, reports_what_only_the_program_knows)
{
	json_t *callbacks, *live, *garbage, *tables;
	struct said said;

	run("strong_ref", "--iterations 200 --header 3 --shape chord");
	assert_ok();
	said_read(&said, &outcome);
	cr_assert_not_null(said.report);
	cr_assert_str_eq(text_of(said.report, "scenario"), "strong-ref");
	cr_assert_str_eq(text_of(said.report, "strategy"), "strong-ref");
	cr_assert_str_eq(text_of(said.report, "rules"), "legacy");
	cr_assert_str_eq(text_of(said.report, "shape"), "chord");
	cr_assert_eq(integer(said.report, "header"), 3);
	cr_assert(json_is_false(json_object_get(said.report, "read_results")));
	cr_assert_str_eq(text_of(said.report, "broker"), "memory://");
	cr_assert_str_eq(text_of(said.report, "backend"), "memory://");
	cr_assert_eq(integer(said.report, "iterations"), 200);
	cr_assert_eq(integer(said.report, "published"), 600);
	cr_assert_gt(integer(said.report, "elapsed_ns"), 0);
	callbacks = json_object_get(said.report, "callbacks");
	cr_assert_eq(integer(callbacks, "expected"), 0);
	cr_assert_eq(integer(callbacks, "fired"), 0);

	/* LAWS.md, H=3; what is zero is left out. */
	live = json_object_get(said.report, "live_per_iteration");
	cr_assert_eq(number(live, "AsyncResult"), 10);
	cr_assert_eq(number(live, "promise"), 16);
	cr_assert_eq(number(live, "bound method"), 12);
	cr_assert_eq(json_object_size(live), 5);
	garbage = json_object_get(said.report, "garbage_per_iteration");
	cr_assert_eq(number(garbage, "AsyncResult"), 7);
	cr_assert_eq(json_object_size(garbage), 1);
	tables = json_object_get(said.report, "tables_per_iteration");
	cr_assert_eq(number(tables, "channels"), 3);
	cr_assert_eq(number(tables, "pending_unsubscribe"), 0);
	cr_assert_eq(number(tables, "subscribed_to"), 3);
	cr_assert_eq(number(tables, "pending_strong"), 3);
	cr_assert_eq(number(tables, "pending_weak"), 0);
	json_decref(said.report);
}

Test(protocol, counts_callbacks_and_memory)
{
	struct said said;
	json_t *callbacks;

	run("weak_ref_naive", "--iterations 20 --read-results --shape delay");
	assert_ok();
	said_read(&said, &outcome);
	callbacks = json_object_get(said.report, "callbacks");
	cr_assert_eq(integer(callbacks, "expected"), 20);
	cr_assert_eq(integer(callbacks, "fired"), 0);
	cr_assert(json_is_true(json_object_get(said.report, "read_results")));
	json_decref(said.report);

	run("weak_ref", "--iterations 20 --read-results --shape delay");
	assert_ok();
	said_read(&said, &outcome);
	callbacks = json_object_get(said.report, "callbacks");
	cr_assert_eq(integer(callbacks, "expected"), 20);
	cr_assert_eq(integer(callbacks, "fired"), 20);
	json_decref(said.report);
}

/* One iteration leaves nothing to compare with. */
Test(protocol, gives_no_growth_of_a_single_iteration)
{
	struct said said;

	run("strong_ref", "--iterations 1");
	assert_ok();
	said_read(&said, &outcome);
	cr_assert_null(json_object_get(said.report, "live_per_iteration"));
	cr_assert_null(json_object_get(said.report, "tables_per_iteration"));
	json_decref(said.report);
}

/* --- endings -------------------------------------------------------------- */

static void interrupt_with(int signal)
{
	struct program program = {.name = "discard",
				  .signal = signal,
				  .signal_at = TM_METRIC_COUNT + 5};
	struct said said;

	/* Each metric that is absent is a line too, so five samples at least
	 * have come by then. */
	program_run(&program, "--iterations 1000000000 --every 2000", &outcome);
	cr_assert_eq(outcome.exit_code, 3, "exit %d", outcome.exit_code);
	said_read(&said, &outcome);
	cr_assert_eq(said.errors, 1);
	cr_assert_not_null(strstr(said.error, "interrupted after "), "%s",
			   said.error);
	cr_assert_not_null(said.report, "what was measured is kept");
	cr_assert_gt(integer(said.report, "iterations"), 0);
	cr_assert_eq((json_int_t)said.last.iteration,
		     integer(said.report, "iterations"));
	json_decref(said.report);
}

Test(ending, by_ctrl_c_keeps_what_was_measured)
{
	interrupt_with(SIGINT);
}

Test(ending, by_sigterm_keeps_what_was_measured)
{
	interrupt_with(SIGTERM);
}

/* null:// never replies, so the first get() times out. */
Test(ending, by_a_failure_keeps_what_was_measured)
{
	struct said said;

	run("strong_ref", "--broker null:// --backend null:// --read-results "
			  "--read-timeout-ms 1");
	cr_assert_eq(outcome.exit_code, 3);
	said_read(&said, &outcome);
	cr_assert_eq(said.errors, 1);
	cr_assert_not_null(strstr(said.error, "is a worker running?"), "%s",
			   said.error);
	cr_assert_not_null(said.report);
	json_decref(said.report);
}

/* Under AddressSanitizer with leaks found, an exit code other than 0 says so;
 * in every build the lab checks its own allocator. */
Test(ending, loses_no_byte_of_the_harness)
{
	static const char *const names[] = {"strong_ref",     "weak_ref",
					    "weak_ref_naive", "no_finalizer",
					    "no_promise",     "discard"};
	static const char *const ways[] = {
		"--iterations 50 --every 10 --header 3",
		"--iterations 50 --shape group --read-results",
		"--iterations 50 --shape delay --rules off",
		("--iterations 50 --rules pep442 --wire 4.2.2 "
		 "--broker null:// --backend null://"),
	};
	size_t i, k;

	setenv("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=1", 1);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (k = 0; k < 4; k++) {
			/* Without a collector get() and discard() still work;
			 * null:// sends no reply that discard awaits. */
			if (k == 3 && strcmp(names[i], "discard") == 0)
				continue;
			run(names[i], ways[k]);
			assert_ok();
		}
	}
}
