#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

TestSuite(cli_exec_terminal, .init = driver_open, .fini = driver_close);

static int out_has(const char *text)
{
	return strstr(driver_out(), text) != NULL;
}

/* Marks, says so, and waits to be told to go on. */
#define WAITS                                                                  \
	"for i in 1 2 3; do echo mark $i >&$TIDEMARK_FD; echo line $i; done; " \
	": >marker; while :; do sleep 0.05; done"

/* What the terminal got without the changes of the last row, each of which
 * stands between saving and restoring the cursor. */
static void without_row(char *out, size_t size)
{
	const char *from = driver_out();
	size_t used = 0;

	while (*from && used < size - 1) {
		const char *end = strncmp(from, "\0337", 2) == 0
					  ? strstr(from, "\0338")
					  : NULL;

		if (end)
			from = end + 2;
		else if (strncmp(from, "\033D\033[A", 5) == 0)
			from += 5;
		else
			out[used++] = *from++;
	}
	out[used] = '\0';
}

Test(cli_exec_terminal, shows_a_live_row_below_the_programs_lines)
{
	char plain[16384];

	cr_assert_eq(driver_terminal(
			     "exec --format none -n mine -- sh -c '" WAITS "'",
			     "  iteration 3"),
		     3, "%s", driver_out());
	/* The last row is kept out of the region that scrolls, and given back.
	 */
	cr_assert(out_has("\033[1;23r"), "%s", driver_out());
	cr_assert(out_has("\033[24;1H"));
	cr_assert(out_has("\033[r\033[24;1H\033[2K\0338"));
	cr_assert(out_has("  iteration 3"), "%s", driver_out());
	without_row(plain, sizeof(plain));
	cr_assert_not_null(strstr(plain, "line 1\r\nline 2\r\nline 3\r\n"),
			   "%s", plain);
	cr_assert_null(strstr(plain, "so far"));
	cr_assert_null(strstr(plain, "iteration 3 "));
}

/* What is found stands behind the name, and a field is whole or not there. */
Test(cli_exec_terminal, shows_what_is_found_before_the_figures)
{
	char name[] = "a-name-that-leaves-little-room-for-others";
	char command[512];
	const char *row;

	snprintf(command, sizeof(command),
		 "exec --format none -n %s -- sh -c 'for i in 1 2 3 4 5 6; do "
		 "echo mark $i >&$TIDEMARK_FD; done; : >marker; while :; do "
		 "sleep 0.05; done'",
		 name);
	cr_assert_eq(driver_terminal(command, "so far: inconclusive  "), 3,
		     "%s", driver_out());
	name[40] = '\0';
	row = strstr(driver_out(), "  so far: ");
	cr_assert_not_null(row);
	cr_assert_eq(strncmp(row - 40, name, 40), 0, "%.60s", row - 40);
	/* There is room for the seconds, but not for the iteration. */
	row = strstr(row, "\033[K");
	cr_assert(row && row[-2] == ' ' && row[-1] == 's', "%s", driver_out());
}

Test(cli_exec_terminal, gives_the_row_back_before_it_says_how_it_ended)
{
	const char *given_back, *ending;

	cr_assert_eq(
		driver_terminal("exec -n mine -- sh -c '" WAITS "'", "mine  "),
		3);
	given_back = strstr(driver_out(), "\033[r");
	ending = strstr(driver_out(), "interrupted by Ctrl-C");
	cr_assert(given_back && ending && given_back < ending, "%s",
		  driver_out());
	cr_assert_null(strstr(ending, "\0337"));
}

Test(cli_exec_terminal, heeds_ctrl_c_and_keeps_the_run)
{
	json_t *run;

	cr_assert_eq(driver_terminal(
			     "exec --export-json o.json -- sh -c '" WAITS "'",
			     "  iteration 3"),
		     3);
	cr_assert(out_has("interrupted by Ctrl-C; program ended by signal 2"),
		  "%s", driver_out());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	run = driver_first_run("o.json");
	cr_assert_str_eq(json_string_value(json_object_get(run, "outcome")),
			 "interrupted");
	cr_assert_eq(json_array_size(json_object_get(run, "samples")), 3);
	json_decref(run);
}

Test(cli_exec_terminal, kills_at_the_second_ctrl_c_what_defies_the_first)
{
	cr_assert_eq(
		driver_terminal(
			"exec -- sh -c 'trap \": >marker-2\" INT TERM; " WAITS
			"'",
			"  iteration 3"),
		3);
	cr_assert(out_has("interrupted by Ctrl-C; program ended by signal 9"),
		  "%s", driver_out());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
}

Test(cli_exec_terminal, draws_the_curve_in_colours_unless_switched_off)
{
	const char *command = "exec -- sh -c 'for i in $(seq 20); do echo mark "
			      "$i >&$TIDEMARK_FD; sleep 0.01; done'";

	cr_assert_eq(driver_terminal(command, NULL), 0);
	cr_assert(out_has("iterations"), "%s", driver_out());
	cr_assert(out_has("\033[1m"), "%s", driver_out());
	setenv("NO_COLOR", "1", 1);
	cr_assert_eq(driver_terminal(command, NULL), 0);
	cr_assert(out_has("iterations"), "%s", driver_out());
	cr_assert_not(out_has("\033[1m"), "%s", driver_out());
}

Test(cli_exec_terminal, draws_one_curve_as_a_line)
{
	cr_assert_eq(tidemark("exec --format term -- $PROGRAMS/keeps 300 4000"),
		     0);
	cr_assert_not_null(strstr(driver_err(), "***"), "%s", driver_err());
	cr_assert_not_null(strstr(driver_err(), "iterations"));
}

/* The table is there; `exec` keeps its status as well. */
Test(cli_exec_terminal, compares_what_has_no_curve)
{
	cr_assert_eq(tidemark("exec -- true"), 0);
	cr_assert_null(strstr(driver_err(), "tidemark plot"), "%s",
		       driver_err());
	cr_assert_eq(driver_terminal("compare true", NULL), 0, "%s",
		     driver_out());
	cr_assert(out_has("cannot draw the curves: "), "%s", driver_out());
}

Test(cli_exec_terminal, draws_a_name_that_begins_with_a_quote)
{
	cr_assert_eq(tidemark("exec --quiet --name \"'a'b\" -- "
			      "$PROGRAMS/keeps 300 4000"),
		     0);
	cr_assert_eq(tidemark("plot --format term \"'a'b\""), 0, "%s",
		     driver_err());
	cr_assert(out_has("'a'b"), "%s", driver_out());
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	while (*text) {
		size_t length = strcspn(text, "\r\n");

		longest = length > longest ? length : longest;
		text += length + (text[length] != '\0');
	}
	return longest;
}

/* Of two rows, as where a CI's terminal does not say how many it has. */
Test(cli_exec_terminal, draws_no_wider_than_a_terminal_without_height)
{
	cr_assert_eq(tidemark("exec --quiet -- $PROGRAMS/keeps 300 4000"), 0);
	setenv("NO_COLOR", "1", 1);
	driver_shell("stty rows 2 cols 60; \"$TIDEMARK\" plot --format term "
		     "results/runs/*");
	driver_shell_end();
	cr_assert(out_has("iterations"), "%s", driver_out());
	cr_assert_leq(longest_line(driver_out()), 60, "%s", driver_out());
}

Test(cli_exec_terminal, shows_nothing_live_when_quiet_or_dumb)
{
	cr_assert_eq(driver_terminal("exec --quiet -- echo said", NULL), 0);
	cr_assert_str_eq(driver_out(), "said\r\n");
	cr_assert_eq(driver_terminal("exec --stdin --format none -- sleep 0.3",
				     NULL),
		     0);
	cr_assert_not(out_has("so far"), "%s", driver_out());
	cr_assert_not(out_has("\r\033[Ksleep"), "%s", driver_out());
	setenv("TERM", "dumb", 1);
	cr_assert_eq(driver_terminal("exec -- sleep 0.2", NULL), 0);
	cr_assert_not(out_has("\0337"), "%s", driver_out());
}

#define NAME_OF_50 "a-name-of-fifty-characters-for-a-program-that-ends"

Test(cli_exec_terminal, breaks_its_notes_between_words)
{
	cr_assert_eq(driver_terminal("exec --format none -n " NAME_OF_50
				     " -- sh -c :",
				     NULL),
		     0);
	cr_assert(out_has("tidemark: " NAME_OF_50 ": program exited\r\nwith "),
		  "%s", driver_out());
	cr_assert_eq(tidemark("exec -n " NAME_OF_50 " -- sh -c :"), 0);
	cr_assert_not_null(strstr(driver_err(), ": program exited with 0 "),
			   "%s", driver_err());
}
