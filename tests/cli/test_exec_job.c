#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "driver.h"

/*
 * `exec` as a job of a shell: who has the terminal, who is stopped by Ctrl-Z
 * and goes on with `fg`, and what is left of it all at the end.
 */
TestSuite(cli_exec_job, .init = driver_open, .fini = driver_close);

#define CTRL_C	       "\003"
#define CTRL_Z	       "\032"
#define CTRL_BACKSLASH "\034"

#define ROW_IS_TAKEN	  "\033[1;23r"
#define ROW_IS_GIVEN_BACK "\033[r"

/* Three marks, and then it waits to be told to end.  It does not fork: a shell
 * whose vfork()ed child is stopped before its exec() does not count as such. */
#define WAITS                                                                  \
	"sh -c \"echo \\$\\$ >pid; for i in 1 2 3; do "                        \
	"echo mark \\$i >&\\$TIDEMARK_FD; echo line \\$i; done; "              \
	"exec sleep 60\"; "

static int out_has(const char *text)
{
	return strstr(driver_out(), text) != NULL;
}

/* --- the terminal is handed over ------------------------------------------ */

Test(cli_exec_job, gives_the_terminal_to_a_program_and_takes_it_back)
{
	pid_t shell = driver_shell(
		"$TIDEMARK exec --quiet --stdin -- sh -c 'echo ready; read a; "
		"echo got $a; read b; echo and $b'; "
		"echo back; read c; echo then $c");

	driver_see("ready");
	driver_type("one\n");
	driver_see("got one");
	cr_assert_neq(driver_front(), shell);
	driver_type("two\n");
	driver_see("and two");
	/* tidemark is of the shell's group, which could not read else. */
	driver_see("back");
	cr_assert_eq(driver_front(), shell);
	driver_type("three\n");
	driver_see("then three");
	driver_shell_end();
}

Test(cli_exec_job, takes_it_back_from_what_cannot_be_started)
{
	pid_t shell = driver_shell("echo '#!/no/such/interpreter' >bad; "
				   "chmod +x bad; "
				   "$TIDEMARK exec --stdin -- ./bad; "
				   "echo status $?; read a; echo then $a");

	driver_see("cannot start './bad'");
	driver_see("status 2");
	cr_assert_eq(driver_front(), shell);
	driver_type("one\n");
	driver_see("then one");
	driver_shell_end();
}

Test(cli_exec_job, does_not_take_the_terminal_from_the_shell)
{
	pid_t shell = driver_shell(
		"set -m; $TIDEMARK exec --quiet --stdin -- sed 's/^/got /;q' & "
		"until grep -q '^State:.T' /proc/$!/status; do sleep 0.01; "
		"done; echo stopped; read a; echo shell $a; fg; "
		"echo status $?");

	driver_see("stopped");
	cr_assert_eq(driver_front(), shell);
	driver_type("one\n");
	driver_see("shell one");
	driver_type("two\n");
	driver_see("got two");
	driver_see("status 0");
	driver_shell_end();
}

/* --- Ctrl-Z --------------------------------------------------------------- */

Test(cli_exec_job, stops_with_the_program_that_has_the_terminal)
{
	pid_t shell = driver_shell(
		"set -m; $TIDEMARK exec --stdin --format none -- sh -c "
		"'echo ready; exec sed \"s/^/got /;q\"'; echo stopped $?; "
		"read a; echo shell $a; fg; echo status $?");

	driver_see("ready");
	driver_type(CTRL_Z);
	driver_see("stopped 148");
	cr_assert_eq(driver_front(), shell);
	driver_type("one\n");
	driver_see("shell one");
	driver_type("two\n");
	driver_see("got two");
	driver_see("it was suspended for ");
	driver_see("status 0");
	driver_shell_end();
}

/* The shell waits until all of a job have stopped. */
Test(cli_exec_job, stops_with_all_of_its_job)
{
	driver_shell("set -m; { $TIDEMARK exec --quiet --stdin -- sh -c "
		     "'echo ready; exec sed \"s/^/got /;q\"'; } | cat; "
		     "echo stopped $?; fg; echo status $?");
	driver_see("ready");
	driver_type(CTRL_Z);
	driver_see("stopped 148");
	driver_type("two\n");
	driver_see("got two");
	driver_see("status 0");
	driver_shell_end();
}

Test(cli_exec_job, stops_the_program_and_leaves_the_terminal_as_it_was)
{
	driver_shell("set -m; stty -a >before; $TIDEMARK exec --format none "
		     "-- " WAITS
		     "echo stopped $?; until grep -q '^State:.T' /proc/$(cat "
		     "pid)/status; do sleep 0.01; done; echo both; stty -a | "
		     "cmp - before && echo same; read a; fg; echo status $?");
	driver_see(ROW_IS_TAKEN);
	driver_see("  iteration 3");
	driver_type(CTRL_Z);
	driver_see(ROW_IS_GIVEN_BACK);
	driver_see("stopped 148");
	driver_see("both");
	driver_see("same");
	driver_type("\n");
	driver_see(ROW_IS_TAKEN);
	driver_see("  iteration 3");
	driver_type(CTRL_C);
	driver_see(ROW_IS_GIVEN_BACK);
	driver_see("it was suspended for ");
	driver_see("interrupted by Ctrl-C");
	driver_see("status 3");
	driver_shell_end();
}

/* Nobody could continue it: as the kernel does, it takes no notice. */
Test(cli_exec_job, continues_where_no_shell_would_resume_it)
{
	driver_shell("exec $TIDEMARK exec --quiet --stdin -- sh -c 'echo "
		     "ready; read a; echo got $a; kill -TSTP $$; echo on'");
	driver_see("ready");
	driver_type(CTRL_Z "one\n");
	driver_see("got one");
	driver_see("on");
	driver_shell_end();
}

/* --- the live row --------------------------------------------------------- */

Test(cli_exec_job, shows_no_row_from_the_background)
{
	driver_shell("set -m; $TIDEMARK exec --format none -- sh -c 'echo mark "
		     "1 >&$TIDEMARK_FD; sleep 0.3' & wait; echo waited");
	driver_see("program exited with 0");
	driver_see("waited");
	driver_shell_end();
	cr_assert_not(out_has("\0337"), "%s", driver_out());
	cr_assert_not(out_has(ROW_IS_GIVEN_BACK), "%s", driver_out());
}

Test(cli_exec_job, takes_the_row_anew_when_the_window_changes)
{
	driver_shell("trap : INT; $TIDEMARK exec --format none -- " WAITS
		     "echo status $?");
	driver_see(ROW_IS_TAKEN);
	driver_see("  iteration 3");
	driver_resize(10, 40);
	/* All rows scroll, the cursor leaves the last one, what is below it
	 * goes, and the row is taken. */
	driver_see("\0337\033[r\0338"
		   "\033D\033[A"
		   "\0337\033[B\r\033[J\0338"
		   "\0337\033[1;9r\0338");
	driver_see("\033[10;1H");
	driver_resize(4, 40);
	driver_see(ROW_IS_GIVEN_BACK);
	driver_resize(24, 80);
	driver_see(ROW_IS_TAKEN);
	driver_see("\033[24;1H");
	driver_type(CTRL_C);
	driver_see("status 3");
	driver_shell_end();
}

Test(cli_exec_job, says_its_own_on_a_line_of_its_own)
{
	driver_shell("$TIDEMARK exec --format none -- printf unended");
	driver_see("unended");
	driver_see("\033[0m\033[?25h");
	driver_see("   \r\033[Ktidemark: ");
	driver_shell_end();
}

Test(cli_exec_job, misses_no_curve_of_a_program_that_ends_at_once)
{
	driver_shell("$TIDEMARK exec --mark-fd -- true");
	driver_see("program exited with 0");
	driver_shell_end();
	cr_assert_not(out_has("cannot draw"), "%s", driver_out());
}

/* --- how it ends ---------------------------------------------------------- */

struct ending {
	char command[64]; /* of a program that has the terminal */
	char keys[4];	  /* typed when it is ready */
	char status[16];
};

ParameterizedTestParameters(cli_exec_job, leaves_the_terminal_as_it_was)
{
	static struct ending rows[] = {
		{"exit 0", "", "status 0"},
		{"stty raw -echo", "", "status 0"},
		{"stty raw -echo; kill -KILL $$", "", "status 137"},
		{"stty raw -echo; kill -SEGV $$", "", "status 139"},
		{"stty -echo; echo ready; exec cat", CTRL_C, "status 3"},
		{"stty -echo; echo ready; exec cat", CTRL_BACKSLASH,
		 "status 131"},
	};

	return cr_make_param_array(struct ending, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct ending *row, cli_exec_job,
		  leaves_the_terminal_as_it_was)
{
	char script[512];

	snprintf(script, sizeof(script),
		 "stty -a >before; $TIDEMARK exec --format none --stdin -- "
		 "sh -c '%s'; echo status $?; stty -a | cmp - before && echo "
		 "same",
		 row->command);
	driver_shell(script);
	if (*row->keys) {
		driver_see("ready");
		driver_type(row->keys);
	}
	driver_see(row->status);
	driver_see("same");
	driver_shell_end();
	cr_assert_not(out_has("\033[1;23r"), "%s", driver_out());
}

ParameterizedTestParameters(cli_exec_job, gives_the_row_back_when_interrupted)
{
	static struct ending rows[] = {
		{"Ctrl-C; program ended by signal 2", CTRL_C, "status 3"},
		{"Ctrl-\\; program ended by signal 3", CTRL_BACKSLASH,
		 "status 3"},
	};

	return cr_make_param_array(struct ending, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct ending *row, cli_exec_job,
		  gives_the_row_back_when_interrupted)
{
	driver_shell("trap : INT QUIT; stty -a >before; $TIDEMARK exec "
		     "--format none -- " WAITS
		     "echo status $?; stty -a | cmp - before && echo same");
	driver_see(ROW_IS_TAKEN);
	driver_see("  iteration 3");
	driver_type(row->keys);
	driver_see(ROW_IS_GIVEN_BACK);
	driver_see(row->command);
	driver_see(row->status);
	driver_see("same");
	driver_shell_end();
}

Test(cli_exec_job, outlives_its_terminal_when_nohup_says_so)
{
	driver_shell("trap '' HUP; $TIDEMARK exec --quiet --mark-ack -- sh -c "
		     "'kill -HUP $PPID; echo mark >&$TIDEMARK_FD; read x "
		     "<&$TIDEMARK_ACK_FD; exit 7'; echo status $?");
	driver_see("status 7");
	driver_shell_end();
}
