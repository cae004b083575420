#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

TestSuite(cli_sets, .init = driver_open, .fini = driver_close);

static int out_has(const char *text)
{
	return strstr(driver_out(), text) != NULL;
}

/* --- suites --------------------------------------------------------------- */

static const char suite[] = "[global]\n"
			    "scenario = tells-flags\n"
			    "iterations = 5\n"
			    "[first]\n"
			    "rules = legacy\n"
			    "[second]\n"
			    "rules = pep442\n";

Test(cli_sets, runs_the_jobs_of_a_suite)
{
	driver_write("s.ini", suite);
	cr_assert_eq(tidemark("run --suite s.ini --export-json out.json"), 0,
		     "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 2);
	cr_assert(out_has("first"));
	cr_assert(out_has("second"));
	cr_assert_eq(system("grep -q 'iterations 5 --rules pep442' out.json"),
		     0);
}

Test(cli_sets, lets_flags_win_over_a_suite)
{
	driver_write("s.ini", suite);
	cr_assert_eq(tidemark("run --suite s.ini --iterations 9 second "
			      "--export-json out.json"),
		     0, "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	cr_assert_eq(system("grep -q 'iterations 9 --rules pep442' out.json"),
		     0);
}

Test(cli_sets, knows_which_jobs_a_suite_has)
{
	driver_write("s.ini", suite);
	cr_assert_eq(tidemark("run --suite s.ini secnod"), 2);
	cr_assert_not_null(strstr(driver_err(), "did you mean 'second'?"));
}

Test(cli_sets, names_the_line_of_a_scenario_that_is_not_there)
{
	driver_write("s.ini", "[a]\nscenario = grows\n[b]\nscenario = grwos\n");
	cr_assert_eq(tidemark("run --suite s.ini"), 2);
	cr_assert_not_null(strstr(driver_err(), "s.ini:3: unknown scenario"),
			   "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 0);
}

/* --- comparing ------------------------------------------------------------ */

Test(cli_sets, compares_stored_runs_by_name_folder_and_age)
{
	cr_assert_eq(tidemark("run grows tells-flags"), 0);
	cr_assert_eq(tidemark("compare grows results/runs/*tells-flags"), 0,
		     "%s", driver_err());
	cr_assert(out_has("grows") && out_has("tells-flags"));
	cr_assert_eq(tidemark("compare --last 2 --export-json all.json"), 0);
	cr_assert(out_has("grows") && out_has("tells-flags"));
	cr_assert_eq(system("grep -q rss_bytes all.json"), 0);
}

Test(cli_sets, searches_the_given_folder)
{
	cr_assert_eq(tidemark("run grows --results-dir elsewhere"), 0);
	cr_assert(out_has("next: tidemark plot elsewhere/"));
	cr_assert_eq(tidemark("compare grows --results-dir elsewhere"), 0);
	cr_assert_eq(tidemark("compare grows"), 2);
}

/* Whatever the folder is called: one that looks like an option, or that holds
 * characters which are not seen. */
Test(cli_sets, suggests_commands_that_work_when_pasted)
{
	static const char *const folders[] = {
		"-x", "\"it's 5 $\"", "\"$(printf 'a\\342\\200\\213b\\nc')\""};
	char text[512];
	const char *next;
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		snprintf(text, sizeof(text),
			 "run grows --max-growth 16 --results-dir=%s",
			 folders[i]);
		cr_assert_neq(tidemark(text), 2, "%s", driver_err());
		next = strstr(driver_out(), "next: tidemark ");
		cr_assert_not_null(next, "%s", driver_out());
		next += strlen("next: tidemark ");
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(next, "\n"),
			 next);
		cr_expect_neq(tidemark(text), 2, "%s\n%s", text, driver_err());
		cr_expect(out_has("grows: "), "%s", driver_out());
	}
}

Test(cli_sets, names_the_file_that_is_broken)
{
	cr_assert_eq(tidemark("run grows"), 0);
	cr_assert_eq(system("for f in results/runs/*/run.json; do "
			    "head -c 100 \"$f\" >x; mv x \"$f\"; done"),
		     0);
	cr_assert_eq(tidemark("compare grows"), 2);
	cr_assert_not_null(strstr(driver_err(), "run.json' line "), "%s",
			   driver_err());
	cr_assert_eq(driver_err_lines(), 1);
}
