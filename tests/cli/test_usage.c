#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

TestSuite(cli_usage, .init = driver_open, .fini = driver_close);

struct mistake {
	char arguments[80];
	char says[72];
};

ParameterizedTestParameters(cli_usage, reports_a_mistake_in_one_line)
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
		{"run grows --iterations -5", "whole number from 1 to "
					      "1000000000000, not '-5'"},
		{"run grows --iterations=", "whole number from 1 to"},
		{"run grows --shape ring", "shape is chord|group|delay"},
		{"run grows --quiet=yes", "--quiet takes no value"},
		{"run grows --timeout soon", "timeout is a time"},
		{"run grows -x", "unknown option '-x'"},
		{"run ./no-such", "cannot run './no-such': No such file"},
		{"run /tmp", "it is a folder"},
		{"run --suite none.ini", "cannot read the suite 'none.ini'"},
		{"run grows --results-dir ''", "the results folder's name"},
		{"exec --mark-regex '(' true",
		 "--mark-regex: cannot read the regular expression '('"},
		{"compare", "compare needs runs"},
		{"compare nothing", "no run 'nothing' in 'results/runs'"},
		{"compare --last 0", "--last needs a whole number of at"},
		{"compare --last 5", "no runs yet in 'results/runs'"},
		{"compare /etc", "'/etc' does not contain a run"},
		{"plot", "plot needs runs"},
		{"plot x --format gif", "--format is png, svg or term"},
	};

	return cr_make_param_array(struct mistake, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct mistake *row, cli_usage, reports_a_mistake_in_one_line)
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

Test(cli_usage, says_what_a_run_is)
{
	static const char *const commands[] = {"plot", "compare", "why",
					       "gate"};
	char arguments[40];
	size_t i;

	for (i = 0; i < 4; i++) {
		snprintf(arguments, sizeof(arguments), "help %s", commands[i]);
		cr_assert_eq(tidemark(arguments), 0);
		cr_expect_not_null(strstr(driver_out(),
					  "\nA RUN is the folder of a stored "
					  "run, or a name: "),
				   "%s", driver_out());
	}
	cr_assert_eq(tidemark("help run"), 0);
	cr_expect_null(strstr(driver_out(), "A RUN"));
}

/* The names that `tidemark help` lists: two spaces, a name, more spaces. */
static size_t list_commands(char names[][16], size_t max)
{
	const char *line = strstr(driver_out(), "\n  ");
	size_t count = 0;

	while (line && line[1] == ' ' && count < max) {
		sscanf(line, " %15s", names[count++]);
		line = strchr(line + 1, '\n');
	}
	return count;
}

Test(cli_usage, helps_with_every_command_in_80_columns)
{
	char names[16][16], arguments[40];
	size_t count, i;

	cr_assert_eq(tidemark("help"), 0);
	count = list_commands(names, 16);
	cr_assert_eq(count, 9, "%s", driver_out());
	for (i = 0; i < count; i++) {
		snprintf(arguments, sizeof(arguments), "help %.15s", names[i]);
		cr_assert_eq(tidemark(arguments), 0);
		cr_assert_not_null(strstr(driver_out(), "\nExamples:\n"));
		cr_assert_null(strchr(driver_out(), '\033'));
		cr_assert_eq(system("cp out help; ! grep -E '^.{81}' out"), 0);
		snprintf(arguments, sizeof(arguments), "%.15s --help",
			 names[i]);
		cr_assert_eq(tidemark(arguments), 0);
		cr_assert_eq(system("cmp out help"), 0, "%s", arguments);
	}
}

Test(cli_usage, prints_manual_pages_and_completions)
{
	cr_assert_eq(tidemark("help --man"), 0);
	cr_assert_eq(strncmp(driver_out(), ".TH TIDEMARK 1 ", 15), 0);
	cr_assert_eq(tidemark("help exec --man"), 0);
	cr_assert_eq(strncmp(driver_out(), ".TH TIDEMARK-EXEC 1 ", 20), 0);
	cr_assert_eq(tidemark("help --completion bash"), 0);
	cr_assert_eq(system("bash -n out"), 0);
	cr_assert_eq(tidemark("help --completion csh"), 2);
	cr_assert_not_null(strstr(driver_err(), "bash, zsh or fish"));
}

Test(cli_usage, lists_metrics_and_stored_runs)
{
	cr_assert_eq(tidemark("list --metrics"), 0);
	/* Each text begins in one column, behind the longest name. */
	cr_assert_not_null(strstr(driver_out(), "\nrss_bytes             "));
	cr_assert_not_null(strstr(driver_out(), "\nheap_committed_bytes  "));
	cr_assert_eq(tidemark("list --metrics --brief"), 0);
	cr_assert_not_null(strstr(driver_out(), "\nrss_bytes\n"));
	cr_assert_eq(tidemark("list --runs"), 0);
	cr_assert_str_eq(driver_out(), "");
	cr_assert_not_null(strstr(driver_err(), "no runs in 'results/runs'"),
			   "%s", driver_err());
	cr_assert_eq(tidemark("run grows --quiet"), 0);
	cr_assert_eq(tidemark("list --runs --brief"), 0);
	cr_assert_str_eq(driver_out(), "grows\n");
	cr_assert_eq(tidemark("list --runs --metrics"), 2);
	cr_assert_eq(tidemark("list --runs --results-dir results/runs"), 0);
	cr_assert_eq(tidemark("list --results-dir results/runs"), 2);
	cr_assert_not_null(strstr(driver_err(), "--runs"), "%s", driver_err());
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
