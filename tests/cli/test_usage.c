#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "driver.h"

TestSuite(cli_usage, .init = driver_open, .fini = driver_close);

struct mistake {
	char arguments[80];
	char says[72];
};

ParameterizedTestParameters(cli_usage, answers_a_mistake_in_one_line)
{
	static struct mistake rows[] = {
		{"lst", "unknown command 'lst' (did you mean 'list'?)"},
		{"--versoin", "unknown option '--versoin'"},
		{"help rnu", "unknown command 'rnu' (did you mean 'run'?)"},
		{"list grows", "list takes no arguments"},
		{"run grwos", "unknown scenario 'grwos' (did you mean "
			      "'grows'?)"},
		{"run sh ./a.sh", "yours: tidemark exec -- sh ./a.sh"},
		{"run grows --iteratons 5", "(did you mean '--iterations'?)"},
		{"run grows --iterations", "--iterations needs a value"},
		{"run grows --iterations -5", "whole number above 0, not '-5'"},
		{"run grows --iterations=", "whole number above 0"},
		{"run grows --shape ring", "shape is chord|group|delay"},
		{"run grows --quiet=yes", "--quiet takes no value"},
		{"run grows --timeout soon", "timeout is a time"},
		{"run grows -x", "unknown option '-x'"},
		{"run ./no-such", "cannot run './no-such': No such file"},
		{"run /tmp", "it is a folder"},
		{"run --suite none.ini", "cannot read the suite 'none.ini'"},
		{"run grows --results-dir ''", "the results folder's name"},
		{"compare", "compare needs runs"},
		{"compare nothing", "no run 'nothing' in 'results/runs'"},
		{"compare --last 0", "--last needs a whole number of at"},
		{"compare --last 5", "no runs yet in 'results/runs'"},
		{"compare /etc", "'/etc' holds no run"},
		{"plot", "plot needs runs"},
		{"plot x --format gif", "--format is png, svg or term"},
	};

	return cr_make_param_array(struct mistake, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct mistake *row, cli_usage, answers_a_mistake_in_one_line)
{
	int code = tidemark(row->arguments);

	/* A results folder that cannot be is found after the run. */
	cr_assert(code == 2 || (code == 3 && strstr(row->arguments, "-dir")),
		  "%s: exit %d", row->arguments, code);
	cr_assert_not_null(strstr(driver_err(), row->says), "%s: %s",
			   row->arguments, driver_err());
	cr_assert_eq(strncmp(driver_err(), "tidemark: ", 10), 0);
	cr_assert_eq(driver_err_lines(), 1, "%s", driver_err());
}

Test(cli_usage, starts_nothing_when_one_of_several_names_is_wrong)
{
	cr_assert_eq(tidemark("run grows grwos"), 2);
	cr_assert_eq(driver_count_runs("results/runs"), 0);
}

Test(cli_usage, lists_the_commands_without_one)
{
	cr_assert_eq(tidemark(""), 2);
	cr_assert_not_null(strstr(driver_err(), "Usage: tidemark COMMAND"));
	cr_assert_eq(tidemark("--help"), 0);
	cr_assert_not_null(strstr(driver_out(), "Usage: tidemark COMMAND"));
	cr_assert_str_eq(driver_err(), "");
}

Test(cli_usage, shows_the_options_of_a_command)
{
	cr_assert_eq(tidemark("help run"), 0);
	cr_assert_not_null(strstr(driver_out(), "--memory-limit SIZE"));
	cr_assert_not_null(strstr(driver_out(), "--suite FILE"));
	cr_assert_eq(tidemark("run grows --help"), 0);
	cr_assert_not_null(strstr(driver_out(), "--memory-limit SIZE"));
	cr_assert_eq(driver_count_runs("results/runs"), 0);
}

Test(cli_usage, shows_its_version)
{
	cr_assert_eq(tidemark("--version"), 0);
	cr_assert_eq(strncmp(driver_out(), "tidemark ", 9), 0);
}

Test(cli_usage, lists_scenarios_with_what_they_say_of_themselves)
{
	cr_assert_eq(tidemark("list"), 0);
	cr_assert_not_null(
		strstr(driver_out(), "grows by 1,000 bytes an iteration\n"));
	cr_assert_not_null(strstr(driver_out(), "eats-memory"));
	cr_assert_not_null(strstr(driver_out(), "(does not describe itself)"));
}
