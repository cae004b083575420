#include <criterion/criterion.h>
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
