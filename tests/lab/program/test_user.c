/* Programs as a user writes them. */
#include <criterion/criterion.h>
#include <string.h>

#include "said.h"
#include "tidemark.h"

static struct outcome outcome;

static void assert_ok(void)
{
	cr_assert_eq(outcome.exit_code, 0, "exit %d: %s", outcome.exit_code,
		     outcome.err);
	cr_assert_str_empty(outcome.err);
}

static const struct tm_scenario without_celery = {
	.name = "mine",
	.summary = "forgets to free",
};

static int main_without_celery(int argc, char **argv)
{
	struct tm_lab *lab = tm_lab_open(argc, argv, &without_celery);
	uint64_t loops = 0;

	while (tm_lab_next(lab))
		loops++;
	if (loops != tm_lab_iteration(lab))
		return 99;
	return tm_lab_close(lab);
}

Test(user, program_needs_no_celery)
{
	struct program mine = {.name = "mine", .main = main_without_celery};
	struct said said;

	program_run(&mine, "--iterations 30 --every 10", &outcome);
	assert_ok();
	said_read(&said, &outcome);
	cr_assert_eq(said.samples, 4);
	cr_assert_eq(said.last.iteration, 30);
	cr_assert_not(tm_sample_has(&said.last, TM_METRIC_live_objects));
	cr_assert(tm_sample_has(&said.last, TM_METRIC_maxrss_bytes));
	cr_assert_str_eq(text_of(said.report, "scenario"), "mine");
	cr_assert_eq(integer(said.report, "iterations"), 30);
	cr_assert_null(json_object_get(said.report, "strategy"));
	json_decref(said.report);
}

Test(user, program_takes_the_flags_and_describes_itself)
{
	struct program mine = {.name = "mine", .main = main_without_celery};

	program_run(&mine, "--describe", &outcome);
	assert_ok();
	cr_assert_str_eq(outcome.out, "mine\tforgets to free\n");
	program_run(&mine, "--iterations none", &outcome);
	cr_assert_eq(outcome.exit_code, 2);
}

/* Celery's functions on a lab that has none, and on no lab at all, do
 * nothing. */
static int main_that_asks_too_much(int argc, char **argv)
{
	struct tm_lab *lab = tm_lab_open(argc, argv, &without_celery);
	struct tm_signature *task = tm_lab_si(lab, "task.dummy");
	struct tm_object *result = tm_lab_chord(lab, task, task);

	if (task || result)
		return 99;
	while (tm_lab_next(lab)) {
		tm_lab_read(lab, result);
		tm_lab_discard(lab, result);
		tm_lab_drop(lab, result);
	}
	tm_lab_read(NULL, NULL);
	tm_lab_discard(NULL, NULL);
	tm_lab_drop(NULL, NULL);
	if (tm_lab_next(NULL) || tm_lab_si(NULL, "x") ||
	    tm_lab_chord(NULL, NULL, NULL) || tm_lab_iteration(NULL) != 0)
		return 98;
	return tm_lab_close(lab);
}

Test(user, program_may_call_anything_on_any_lab)
{
	struct program mine = {.name = "mine", .main = main_that_asks_too_much};

	program_run(&mine, "--iterations 3", &outcome);
	assert_ok();
	/* A lab that has failed already takes every call as well. */
	program_run(&mine, "--rules wrong", &outcome);
	cr_assert_eq(outcome.exit_code, 2);
}

static int main_with_an_unknown_strategy(int argc, char **argv)
{
	static const struct tm_scenario scenario = {
		.name = "mine", .summary = "", .strategy = "hold-tight"};
	struct tm_lab *lab = tm_lab_open(argc, argv, &scenario);

	while (tm_lab_next(lab))
		;
	return tm_lab_close(lab);
}

Test(user, program_with_an_unknown_strategy_is_refused)
{
	struct program mine = {.name = "mine",
			       .main = main_with_an_unknown_strategy,
			       .unmeasured = 1};

	program_run(&mine, "", &outcome);
	cr_assert_eq(outcome.exit_code, 2);
	cr_assert_not_null(strstr(outcome.err, "'hold-tight'"), "%s",
			   outcome.err);
	cr_assert_eq(lines_of(outcome.err), 1);
	program_run(&mine, "--describe", &outcome);
	cr_assert_eq(outcome.exit_code, 2);
	cr_assert_str_empty(outcome.out);
}

static int main_without_a_summary(int argc, char **argv)
{
	static const struct tm_scenario scenario = {.name = "mine",
						    .strategy = "weak-ref"};
	struct tm_lab *lab = tm_lab_open(argc, argv, &scenario);

	while (tm_lab_next(lab))
		;
	return tm_lab_close(lab);
}

Test(user, program_without_a_summary_is_described_by_its_strategy)
{
	struct program mine = {.name = "mine", .main = main_without_a_summary};

	program_run(&mine, "--describe", &outcome);
	assert_ok();
	cr_assert_str_eq(outcome.out, "mine\tCelery 4.3.0: the promise holds a "
				      "WeakMethod\n");
}

/* A task that always fails ends the loop with its error. */
static int main_with_a_failing_task(int argc, char **argv)
{
	static const struct tm_scenario scenario = {
		.name = "mine", .summary = "", .strategy = "weak-ref"};
	struct tm_lab *lab = tm_lab_open(argc, argv, &scenario);
	struct tm_signature *task = tm_lab_si(lab, "task.nobody_knows");

	while (tm_lab_next(lab)) {
		struct tm_object *result = tm_lab_chord(lab, task, task);

		tm_lab_read(lab, result);
		tm_lab_drop(lab, result);
	}
	return tm_lab_close(lab);
}

Test(user, program_learns_that_a_task_failed)
{
	struct program mine = {.name = "mine",
			       .main = main_with_a_failing_task,
			       .unmeasured = 1};

	program_run(&mine, "--read-results", &outcome);
	cr_assert_eq(outcome.exit_code, 3);
	cr_assert_not_null(strstr(outcome.err, "a task failed: "), "%s",
			   outcome.err);
	cr_assert_eq(lines_of(outcome.err), 1);
}
