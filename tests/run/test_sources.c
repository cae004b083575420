#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/runs.h"
#include "run/measure.h"

/*
 * The measured programs are shell one-liners.  None of them waits for a time:
 * what they wait for is an answer, the end of a file, or being stopped.
 */

static struct tm_run *run;
static struct tm_err err;
static struct tm_interrupt interrupt;
static struct tm_measure_opts opts;

static char sh[] = "sh", c[] = "-c", text[2048];
static char *shell_argv[] = {sh, c, text, NULL};

static void make_run(void)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
	memset(&opts, 0, sizeof(opts));
	opts.grace_ms = 2000;
	opts.child.program = "/bin/sh";
	opts.child.argv = shell_argv;
	opts.child.stdout_fd = -1;
}

static void free_run(void)
{
	tm_run_free(run);
}

TestSuite(sources, .init = make_run, .fini = free_run);

static void measure(const char *script)
{
	snprintf(text, sizeof(text), "%s", script);
	cr_assert_eq(tm_measure(run, &opts, &err), TM_OK, "%s", err.text);
}

static const char *notes(void)
{
	static char all[4096];
	size_t i;

	all[0] = '\0';
	for (i = 0; i < run->notes.count; i++)
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s\n",
			 run->notes.text[i]);
	return all;
}

/* Where the marks came from. */
static const char *marks(void)
{
	return run->sampling.marks ? run->sampling.marks : "";
}

/* --- time ----------------------------------------------------------------- */

static size_t wanted;
static size_t progressed;
static uint64_t progressed_ns;

/* Ctrl-C, once so many samples have come. */
static void stop_at_wanted(void *context, const struct tm_sample *sample,
			   uint64_t rss_bytes)
{
	(void)context;
	(void)rss_bytes;
	if (!sample || (progressed && sample->elapsed_ns == progressed_ns))
		return;
	progressed_ns = sample->elapsed_ns;
	if (++progressed == wanted)
		raise(SIGINT);
}

static void measure_until(const char *script, size_t samples)
{
	wanted = samples;
	progressed = 0;
	opts.interrupt = &interrupt;
	opts.on_progress = stop_at_wanted;
	cr_assert_eq(tm_interrupt_open(&interrupt, NULL), TM_OK);
	measure(script);
	tm_interrupt_close(&interrupt);
	cr_assert_eq(run->outcome, TM_OUTCOME_INTERRUPTED);
}

Test(sources, samples_by_time_while_no_mark_comes)
{
	opts.marks.every_ms = 5;
	opts.marks.seed = 99;
	measure_until("sleep 60", 5);
	cr_assert_geq(run->sample_count, 5);
	cr_assert_eq(run->unit, TM_UNIT_SECOND);
	cr_assert_eq(run->samples[4].iteration,
		     run->samples[4].elapsed_ns / 1000000);
	cr_assert(tm_sample_has(&run->samples[4], TM_METRIC_rss_bytes));
	cr_assert_str_eq(marks(), "time");
	cr_assert_str_eq(run->sampling.seed, "99");
	cr_assert_eq(run->sampling.every_ms.value, 5);
}

Test(sources, by_time_alone_gives_no_descriptor)
{
	opts.marks.source = TM_MARKS_TIME;
	measure("exit ${TIDEMARK_FD-7}");
	cr_assert_eq(run->exit_code, 7);
	cr_assert_eq(run->unit, TM_UNIT_SECOND);
}

Test(sources, by_descriptor_alone_takes_no_sample_by_time)
{
	opts.marks.source = TM_MARKS_FD;
	measure("exit 0");
	cr_assert_eq(run->sample_count, 0);
	cr_assert_eq(run->unit, TM_UNIT_ITERATION);
	cr_assert_str_eq(marks(), "fd");
}

static void open_gate(void *context, const struct tm_sample *sample,
		      uint64_t rss_bytes)
{
	int *gate = context;

	(void)rss_bytes;
	if (sample && *gate >= 0) {
		close(*gate);
		*gate = -1;
	}
}

/* The program marks once it has been sampled by time. */
Test(sources, forgets_time_when_the_first_mark_comes)
{
	char script[128];
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	cr_assert_neq(dup2(ends[0], STDIN_FILENO), -1);
	opts.child.input = TM_CHILD_INPUT_PASSED;
	opts.marks.acknowledge = 1;
	opts.on_progress = open_gate;
	opts.context = &ends[1];
	snprintf(script, sizeof(script),
		 "read x; for i in 1 2 3; do echo mark $i >&$TIDEMARK_FD;"
		 "read x <&$TIDEMARK_ACK_FD; done");
	measure(script);
	cr_assert_eq(run->sample_count, 3);
	cr_assert_eq(run->samples[0].iteration, 1);
	cr_assert(tm_sample_has(&run->samples[0], TM_METRIC_rss_bytes));
	cr_assert_eq(run->unit, TM_UNIT_ITERATION);
	cr_assert_str_eq(marks(), "fd");
	cr_assert_geq(run->sampling.dropped_by_time.value, 1);
	cr_assert_eq(run->sampling.acknowledged.value, 3);
}

/* --- acknowledgement ------------------------------------------------------ */

Test(sources, samples_each_mark_that_waits_for_it)
{
	size_t i;

	opts.marks.acknowledge = 1;
	measure("i=0; while [ $i -lt 200 ]; do i=$((i+1)); "
		"echo mark $i >&$TIDEMARK_FD; read x <&$TIDEMARK_ACK_FD; done");
	cr_assert_eq(run->sample_count, 200);
	for (i = 0; i < 200; i++)
		cr_assert(tm_sample_has(&run->samples[i], TM_METRIC_rss_bytes),
			  "%zu", i);
	cr_assert_eq(run->sampling.marks_skipped.value, 0);
}

/* More answers than a pipe holds (65,536), also without those to the marks that
 * are still unread when the program ends; neither side may wait. */
Test(sources, does_not_wait_for_a_program_that_reads_no_acknowledgement)
{
	opts.marks.acknowledge = 1;
	measure("i=0; while [ $i -lt 140 ]; do i=$((i+1)); "
		"seq -f 'mark %.0f' ${i}000 ${i}999 >&$TIDEMARK_FD; done");
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_eq(run->sampling.marks_seen.value, 140000);
	cr_assert_eq(run->samples[run->sample_count - 1].iteration, 140999);
	cr_assert_not_null(strstr(notes(), "were not read"), "%s", notes());
	cr_assert_eq(run->sampling.acknowledged.value, 0);
}

/* As the documented lines for a shell, for Python and for Node. */
Test(sources, counts_no_acknowledgement_that_was_not_read)
{
	opts.marks.acknowledge = 1;
	measure("for i in 1 2 3 4 5; do echo mark $i >&$TIDEMARK_FD; "
		"sleep 0.05; done; read x <&$TIDEMARK_ACK_FD; exec true");
	cr_assert(run->sampling.acknowledged.is_known);
	cr_assert_eq(run->sampling.acknowledged.value, 1);
	cr_assert_not_null(strstr(notes(),
				  "4 of 5 acknowledgements were not "
				  "read: it did not wait at its marks"),
			   "%s", notes());
}

/* The last mark is also the program's end. */
Test(sources, does_not_note_the_last_acknowledgement)
{
	opts.marks.acknowledge = 1;
	measure("echo mark 1 >&$TIDEMARK_FD; read x <&$TIDEMARK_ACK_FD; "
		"echo mark 2 >&$TIDEMARK_FD; sleep 0.1");
	cr_assert_eq(run->sampling.acknowledged.value, 1);
	cr_assert_null(strstr(notes(), "acknowledgements"), "%s", notes());
}

Test(sources, acknowledges_a_line_that_it_cannot_read_too)
{
	opts.marks.acknowledge = 1;
	measure("echo rubbish >&$TIDEMARK_FD; read x <&$TIDEMARK_ACK_FD; "
		"echo mark 1 >&$TIDEMARK_FD; read x <&$TIDEMARK_ACK_FD");
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_eq(run->sample_count, 1);
}

static void die_at_once(void *context, const struct tm_sample *sample,
			uint64_t rss_bytes)
{
	(void)context;
	(void)rss_bytes;
	if (sample)
		raise(SIGKILL);
}

/* The program dies with tidemark; what it started waits for an
 * acknowledgement that never comes. */
Test(sources, a_program_that_waits_notices_that_tidemark_died)
{
	char said[32] = "";
	int ends[2], status;
	pid_t pid;

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		opts.marks.acknowledge = 1;
		opts.marks.source = TM_MARKS_FD;
		opts.child.stdout_fd = ends[1];
		opts.on_progress = die_at_once;
		measure("(read x <&$TIDEMARK_ACK_FD || echo ended) & "
			"echo mark 1 >&$TIDEMARK_FD; wait");
		_exit(1);
	}
	close(ends[1]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFSIGNALED(status));
	cr_assert_geq(read(ends[0], said, sizeof(said) - 1), 0);
	cr_assert_str_eq(said, "ended\n");
}

/* --- what it prints ------------------------------------------------------- */

static char output[1 << 20];
static size_t output_length;

/* Measure with `regex` and keep in `output` what went on. */
static void measure_output(const char *regex, const char *script, int pipe_size)
{
	int ends[2], status;
	ssize_t got;
	pid_t pid;

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	if (pipe_size)
		cr_assert_geq(fcntl(ends[1], F_SETPIPE_SZ, pipe_size), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		opts.marks.source = TM_MARKS_REGEX;
		opts.marks.regex = regex;
		opts.child.stdout_fd = ends[1];
		measure(script);
		_exit(run->outcome == TM_OUTCOME_COMPLETE ? 0 : 1);
	}
	close(ends[1]);
	output_length = 0;
	while ((got = read(ends[0], output + output_length,
			   sizeof(output) - output_length)) > 0)
		output_length += (size_t)got;
	close(ends[0]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert_eq(status, 0);
}

static void match(const char *regex, const char *script)
{
	opts.marks.source = TM_MARKS_REGEX;
	opts.marks.regex = regex;
	measure(script);
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE, "%s", run_why(run));
}

Test(sources, finds_marks_in_what_it_prints)
{
	match("iteration ([0-9]+)",
	      "for i in 10 20 30; do echo iteration $i; done");
	cr_assert_eq(run->sample_count, 3);
	cr_assert_eq(run->samples[0].iteration, 10);
	cr_assert_eq(run->samples[2].iteration, 30);
	cr_assert_eq(run->unit, TM_UNIT_ITERATION);
	cr_assert_str_eq(marks(), "regex");
}

Test(sources, counts_matches_on_both_streams)
{
	int quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);

	cr_assert_neq(dup2(quiet, STDERR_FILENO), -1);
	match("Memory usage:", "for i in 1 2 3; do echo Memory usage: $i; "
			       "echo Memory usage: $i >&2; done");
	cr_assert_eq(run->sample_count, 6);
	cr_assert_eq(run->samples[5].iteration, 6);
}

Test(sources, finds_a_last_line_without_a_newline)
{
	match("n=([0-9])", "printf 'n=1\\nn=2'");
	cr_assert_eq(run->samples[run->sample_count - 1].iteration, 2);
}

Test(sources, says_that_nothing_matched)
{
	match("never", "echo something");
	cr_assert_not_null(strstr(notes(), "no output line matched 'never'"),
			   "%s", notes());
	match("at (.*)", "echo at home");
	cr_assert_not_null(strstr(notes(), "not an integer ('home')"), "%s",
			   notes());
}

Test(sources, changes_no_byte)
{
	static const char bytes[] = "a\r\nb\0c\n\003\004\021\023\032\177\377\n";

	measure_output("x",
		       "printf 'a\\r\\nb\\0c\\n"
		       "\\003\\004\\021\\023\\032\\177\\377\\n'",
		       0);
	cr_assert_eq(output_length, sizeof(bytes) - 1);
	cr_assert_eq(memcmp(output, bytes, output_length), 0);
}

/* Its stdio would keep lines back for a pipe. */
Test(sources, lets_the_program_print_to_a_terminal)
{
	measure_output("x", "test -t 1 && echo terminal", 0);
	cr_assert_str_eq(output, "terminal\n");
}

/* A reader with little room makes tidemark and the program wait. */
Test(sources, passes_everything_on_in_order)
{
	size_t i, at = 0;

	measure_output("^40000$", "seq 1 40000", 4096);
	for (i = 1; i <= 40000; i++) {
		char number[16];
		size_t length =
			(size_t)snprintf(number, sizeof(number), "%zu\n", i);

		cr_assert_leq(at + length, output_length);
		cr_assert_eq(memcmp(output + at, number, length), 0, "%zu", i);
		at += length;
	}
	cr_assert_eq(at, output_length);
}

static void print_to_a_pipe_without_reader(const char *script)
{
	int ends[2];

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	close(ends[0]);
	opts.child.stdout_fd = ends[1];
	opts.marks.source = TM_MARKS_REGEX;
	opts.marks.regex = "^y$";
	measure(script);
	close(ends[1]);
	cr_assert_not_null(strstr(notes(), "its stdout was closed: what it "
					   "printed could not be written "
					   "(Broken pipe)"),
			   "%s", notes());
	cr_assert_gt(run->sample_count, 0);
}

/* As it does without tidemark. */
Test(sources, ends_a_program_whose_output_has_no_reader, .timeout = 20)
{
	print_to_a_pipe_without_reader("exec yes");
	cr_assert_eq(run->signal, SIGPIPE, "%d", run->exit_code);
}

/* Which of its processes wrote is not known: their writes fail. */
Test(sources, continues_with_a_program_that_outlives_its_output, .timeout = 20)
{
	print_to_a_pipe_without_reader("yes 2>/dev/null; sleep 0.1; exit 3");
	cr_assert_eq(run->exit_code, 3);
}

Test(sources, lets_writes_fail_when_the_disk_is_full, .timeout = 20)
{
	opts.child.stdout_fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	opts.marks.source = TM_MARKS_REGEX;
	opts.marks.regex = "x";
	measure("trap '' PIPE; while echo y 2>/dev/null; do :; done; exit 4");
	cr_assert_eq(run->exit_code, 4);
	cr_assert_not_null(strstr(notes(), "(No space left on device)"), "%s",
			   notes());
}

Test(sources, refuses_an_expression_that_cannot_be_read)
{
	opts.marks.source = TM_MARKS_REGEX;
	opts.marks.regex = "a(";
	cr_assert_eq(tm_measure(run, &opts, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "'a('"), "%s", err.text);
}

/* --- signals -------------------------------------------------------------- */

Test(sources, counts_signals)
{
	char script[128];

	opts.marks.source = TM_MARKS_SIGNAL;
	opts.marks.signal = SIGRTMIN;
	snprintf(script, sizeof(script),
		 "for i in 1 2 3 4 5; do kill -%d $TIDEMARK_PID; done",
		 SIGRTMIN);
	measure(script);
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_eq(run->sample_count, 5);
	cr_assert_eq(run->samples[4].iteration, 5);
	cr_assert_str_eq(marks(), "signal");
	cr_assert_null(strstr(notes(), "10 ms apart"));
}

Test(sources, takes_usr1_by_default)
{
	opts.marks.source = TM_MARKS_SIGNAL;
	measure("kill -USR1 $TIDEMARK_PID");
	cr_assert_eq(run->sample_count, 1);
	/* One that comes when the run is over does no harm. */
	raise(SIGUSR1);
}

Test(sources, says_that_no_signal_came)
{
	opts.marks.source = TM_MARKS_SIGNAL;
	measure("exit 0");
	cr_assert_not_null(strstr(notes(), "no mark signal"), "%s", notes());
}

Test(sources, refuses_signals_that_have_a_meaning)
{
	static const int meant[] = {SIGINT, SIGTERM, SIGKILL, SIGCHLD, 200};
	size_t i;

	opts.marks.source = TM_MARKS_SIGNAL;
	for (i = 0; i < sizeof(meant) / sizeof(*meant); i++) {
		opts.marks.signal = meant[i];
		cr_assert_eq(tm_measure(run, &opts, &err), TM_EUSAGE);
	}
}
