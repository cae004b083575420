#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"

TestSuite(cli_exec_marks, .init = driver_open, .fini = driver_close);

static int err_has(const char *text)
{
	return strstr(driver_err(), text) != NULL;
}

static const json_t *member(const json_t *run, const char *key)
{
	return json_object_get(run, key);
}

/* The samples of the run in o.json, and the iteration of the last. */
static size_t count_samples(json_int_t *last)
{
	json_t *run = driver_first_run("o.json");
	const json_t *samples = member(run, "samples");
	size_t count = json_array_size(samples);

	cr_assert_gt(count, 0, "%s", driver_err());
	*last = json_integer_value(
		member(json_array_get(samples, count - 1), "iteration"));
	json_decref(run);
	return count;
}

static void has_unit(const char *unit)
{
	json_t *run = driver_first_run("o.json");

	cr_assert_str_eq(json_string_value(member(run, "unit")), unit);
	json_decref(run);
}

/* --- what it prints ------------------------------------------------------- */

Test(cli_exec_marks, are_matched_in_output_that_passes_unchanged)
{
	json_int_t last;

	cr_assert_eq(tidemark("exec --mark-regex 'iteration ([0-9]+)' "
			      "--export-json o.json -- $PROGRAMS/keeps 400 "
			      "4000 print"),
		     0, "%s", driver_err());
	cr_assert_eq(system("seq -f 'iteration %g done' 400 | cmp - out"), 0);
	cr_assert_gt(count_samples(&last), 50);
	cr_assert_leq(last, 400);
	cr_assert_gt(last, 300);
	has_unit("iteration");
	cr_assert(err_has("keeps  grows "), "%s", driver_err());
}

Test(cli_exec_marks, are_counted_without_a_group_and_on_stderr_too)
{
	json_int_t last;

	cr_assert_eq(tidemark("exec --mark-regex done --export-json o.json -- "
			      "sh -c 'for i in 1 2 3; do echo done; sleep "
			      "0.05; echo done >&2; sleep 0.05; done'"),
		     0, "%s", driver_err());
	count_samples(&last);
	cr_assert_eq(last, 6);
	cr_assert_str_eq(driver_out(), "done\ndone\ndone\n");
	cr_assert_eq(strncmp(driver_err(), "done\ndone\ndone\n", 15), 0);
}

Test(cli_exec_marks, of_a_regex_that_cannot_be_read_are_a_mistake)
{
	cr_assert_eq(tidemark("exec --mark-regex '(' -- echo started"), 2);
	cr_assert_eq(driver_err_lines(), 1, "%s", driver_err());
	cr_assert(err_has("regular expression"), "%s", driver_err());
	cr_assert_str_eq(driver_out(), "");
}

/* --- signals, answers, time ----------------------------------------------- */

Test(cli_exec_marks, are_signals)
{
	json_int_t last;

	cr_assert_eq(tidemark("exec --mark-signal --export-json o.json -- "
			      "$PROGRAMS/keeps 400 4000 signal"),
		     0, "%s", driver_err());
	cr_assert_gt(count_samples(&last), 20);
	cr_assert_leq(last, 400);
	has_unit("iteration");
}

Test(cli_exec_marks, are_answered_when_they_are_sampled)
{
	json_int_t last;

	cr_assert_eq(tidemark("exec --mark-fd --mark-ack --export-json o.json "
			      "-- $PROGRAMS/keeps 300 4000"),
		     0, "%s", driver_err());
	cr_assert_eq(count_samples(&last), 300);
	cr_assert_eq(last, 300);
}

Test(cli_exec_marks, by_time_give_rates_a_second_and_say_so)
{
	json_int_t last;

	cr_assert_eq(tidemark("exec --every 0.01 --export-json o.json -- "
			      "$PROGRAMS/keeps 1000 40000 silent"),
		     0, "%s", driver_err());
	cr_assert_gt(count_samples(&last), 20);
	has_unit("second");
	cr_assert(err_has("rates are per second"), "%s", driver_err());
	cr_assert(err_has("keeps  grows "), "%s", driver_err());
	cr_assert(err_has(" per second ("), "%s", driver_err());
	cr_assert(err_has("  per second\n"), "%s", driver_err());
	cr_assert_not(err_has("objects, entries"), "%s", driver_err());
	cr_assert_not(err_has("per iteration ("), "%s", driver_err());
}

Test(cli_exec_marks, are_missed_in_a_program_without_marks)
{
	cr_assert_eq(tidemark("exec --export-json o.json -- "
			      "$PROGRAMS/keeps 500 0 silent"),
		     0, "%s", driver_err());
	has_unit("second");
	cr_assert(err_has("rates are per second"), "%s", driver_err());
}

/* All marks are in the pipe at once: one look is one sample. */
Test(cli_exec_marks, that_share_a_look_are_not_called_samples)
{
	json_int_t last;

	cr_assert_eq(tidemark("exec --mark-fd --export-json o.json -- sh -c '"
			      "for i in 1 2 3 4 5 6 7 8 9; do echo mark; done "
			      ">marks; cat marks >&$TIDEMARK_FD; sleep 0.3'"),
		     0, "%s", driver_err());
	cr_assert_eq(count_samples(&last), 9);
	cr_assert_eq(last, 9);
	cr_assert(err_has("; 1 sample of 9 marks"), "%s", driver_err());
	cr_assert(err_has("--mark-ack"), "%s", driver_err());
}

/* --- a process that runs already ------------------------------------------ */

static pid_t start_keeper(const char *iterations)
{
	char path[4200];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/keeps", getenv("PROGRAMS"));
	pid = fork();
	if (pid == 0) {
		int null_fd = open("/dev/null", O_RDWR);

		dup2(null_fd, STDOUT_FILENO);
		execl(path, "keeps", iterations, "4000", "silent",
		      (char *)NULL);
		_exit(127);
	}
	cr_assert_gt(pid, 0);
	return pid;
}

Test(cli_exec_marks, come_from_a_process_that_is_left_unharmed)
{
	char command[128];
	json_int_t last;
	int status;
	pid_t pid = start_keeper("100000");

	snprintf(command, sizeof(command),
		 "exec --pid %ld --every 0.02 --timeout 1 --export-json o.json",
		 (long)pid);
	cr_assert_eq(tidemark(command), 0, "%s", driver_err());
	cr_assert(err_has("the program keeps running"), "%s", driver_err());
	cr_assert_gt(count_samples(&last), 10);
	/* It still runs, and is not stopped. */
	cr_assert_eq(waitpid(pid, &status, WNOHANG | WUNTRACED), 0);
	cr_assert_eq(kill(pid, SIGTERM), 0);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

Test(cli_exec_marks, end_with_the_process_that_is_watched)
{
	char command[128];
	json_t *run;
	int status;
	pid_t pid = start_keeper("1000");

	snprintf(command, sizeof(command),
		 "exec --pid %ld -n watched --export-json o.json", (long)pid);
	cr_assert_eq(tidemark(command), 0, "%s", driver_err());
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	run = driver_first_run("o.json");
	cr_assert_str_eq(json_string_value(member(run, "name")), "watched");
	cr_assert_eq(json_integer_value(member(member(run, "request"), "pid")),
		     pid);
	cr_assert_not_null(strstr(
		json_string_value(member(member(run, "request"), "program")),
		"/keeps"));
	json_decref(run);
}
