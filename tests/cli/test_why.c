#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

TestSuite(cli_why, .init = driver_open, .fini = driver_close);

static void measure(void)
{
	cr_assert_eq(tidemark("exec --quiet -- sh -c 'for i in 1 2 3; do echo "
			      "sample $i $i rss_bytes=4096 >&$TIDEMARK_FD; "
			      "done'"),
		     0, "%s", driver_err());
}

Test(cli_why, explains_the_newest_run)
{
	measure();
	cr_assert_eq(tidemark("why"), 0, "%s", driver_err());
	cr_assert(strstr(driver_out(), "sh: "), "%s", driver_out());
	cr_assert(strstr(driver_out(), "resident memory (RSS)"), "%s",
		  driver_out());
}

Test(cli_why, explains_a_run_by_its_name)
{
	measure();
	cr_assert_eq(tidemark("why sh --format json"), 0, "%s", driver_err());
	cr_assert_eq(*driver_out(), '{');
	cr_assert_eq(tidemark("why sh --format markdown --all --stack 9"), 0);
	cr_assert(strstr(driver_out(), "## sh: "));
}

static json_t *explain_as_json(void)
{
	json_t *json;

	cr_assert_eq(tidemark("why --format json"), 0, "%s", driver_err());
	json = json_loads(driver_out(), 0, NULL);
	cr_assert_not_null(json);
	return json;
}

/* Two workers and the one that started them: one keeps 256 KiB an iteration. */
Test(cli_why, says_which_process_grows)
{
	char sentence[160];
	const json_t *worst;
	json_t *why;
	long pid;

	cr_assert_eq(tidemark("exec --quiet --mark-ack -- $PROGRAMS/workers "
			      "100 262144"),
		     0, "%s", driver_err());
	pid = strtol(driver_out(), NULL, 10);
	cr_assert_gt(pid, 1);
	why = explain_as_json();
	worst = json_array_get(json_object_get(why, "processes"), 0);
	cr_assert_eq(json_integer_value(json_object_get(worst, "pid")), pid);
	cr_assert_float_eq(json_number_value(json_object_get(worst, "slope")),
			   262144.0, 26214.0);
	cr_assert_gt(json_number_value(json_object_get(worst, "share")), .9);
	json_decref(why);
	cr_assert_eq(tidemark("why"), 0);
	cr_assert(strstr(driver_out(), "Nearly all of the growth is"), "%s",
		  driver_out());
	snprintf(sentence, sizeof(sentence), "\n  workers, pid %ld ", pid);
	cr_assert(strstr(driver_out(), sentence), "%s", driver_out());
}

Test(cli_why, suggests_the_options_that_made_the_run_work)
{
	cr_assert_eq(tidemark("exec --quiet -n mine --mark-regex '^iteration "
			      "([0-9]+)' --export-json o.json -- "
			      "$PROGRAMS/keeps 400 30000 print"),
		     0, "%s", driver_err());
	cr_assert_eq(tidemark("why"), 0, "%s", driver_err());
	cr_assert(strstr(driver_out(),
			 "next: tidemark exec --name mine --mark-regex "
			 "'^iteration ([0-9]+)' --preload -- "),
		  "%s", driver_out());
}

Test(cli_why, refuses_what_makes_no_sense)
{
	static const char *const calls[] = {
		"why", /* there are no runs */
		"why nothing-of-that-name",
		"why --format xml",
		"why --stack 0",
		"why --stack many",
		"why --bogus",
		"why one two",
	};
	size_t i;

	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		cr_assert_eq(tidemark(calls[i]), 2, "%s", calls[i]);
		cr_assert_eq(driver_err_lines(), 1, "%s: %s", calls[i],
			     driver_err());
	}
}

Test(cli_why, has_help)
{
	cr_assert_eq(tidemark("help why"), 0);
	cr_assert(strstr(driver_out(), "--stack N"));
}

/* --- the same verdict everywhere ------------------------------------------ */

Test(cli_why, knows_the_budget_that_the_run_was_judged_by)
{
	cr_assert_eq(tidemark("exec --max-growth 1GiB -- $PROGRAMS/keeps 400 "
			      "4000"),
		     0, "%s", driver_err());
	cr_assert_eq(tidemark("why"), 0, "%s", driver_err());
	cr_assert(strstr(driver_out(), "keeps: grows within budget"), "%s",
		  driver_out());
	cr_assert_eq(tidemark("gate --last 1"), 0, "%s", driver_out());
	cr_assert_eq(tidemark("gate --last 1 --max-growth 64"), 1, "%s",
		     driver_out());
}
