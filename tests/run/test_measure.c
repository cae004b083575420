#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../support/runs.h"
#include "run/measure.h"
#include "util/clock.h"

#define MIB 1048576u

/*
 * The measured programs are shell one-liners.  MARK waits until the sample is
 * taken, SAY does not.
 */
#define SAY(text)  "printf '" text "\\n' >&$TIDEMARK_FD;"
#define WAIT	   "read -r _ <&$TIDEMARK_ACK_FD;"
#define MARK(n)	   SAY("mark " n) WAIT
#define THREE_SAID MARK("1") MARK("2") MARK("3")

static struct tm_run *run;
static struct tm_err err;

static char *shell_argv[] = {NULL, NULL, NULL, NULL};

static struct tm_measure_opts shell(const char *script)
{
	static char sh[] = "sh", c[] = "-c", text[2048];
	struct tm_measure_opts opts = {
		.memory_limit_bytes = TM_MEMORY_LIMIT_BYTES, .grace_ms = 2000};

	snprintf(text, sizeof(text), "%s", script);
	shell_argv[0] = sh;
	shell_argv[1] = c;
	shell_argv[2] = text;
	opts.child.program = "/bin/sh";
	opts.child.argv = shell_argv;
	opts.child.stdout_fd = -1;
	opts.marks.source = TM_MARKS_FD;
	opts.marks.acknowledge = 1;
	return opts;
}

static void measure_with(const struct tm_measure_opts *opts)
{
	cr_assert_eq(tm_measure(run, opts, &err), TM_OK, "%s", err.text);
}

static void measure(const char *script)
{
	struct tm_measure_opts opts = shell(script);

	measure_with(&opts);
}

static void interrupt_ourselves(void *context, const struct tm_sample *sample,
				uint64_t rss_bytes)
{
	(void)rss_bytes;
	if (sample && sample->iteration == 3)
		raise(*(int *)context);
}

/* Run `script`, which marks 1 to 3 and then waits, and end it there.  What it
 * said was then read while it was alive. */
static void interrupt_at_three(const char *script, int signal)
{
	struct tm_measure_opts opts = shell(script);
	struct tm_interrupt interrupt;

	cr_assert_eq(tm_interrupt_open(&interrupt, NULL), TM_OK);
	opts.interrupt = &interrupt;
	opts.on_progress = interrupt_ourselves;
	opts.context = &signal;
	measure_with(&opts);
	tm_interrupt_close(&interrupt);
	cr_assert_eq(run->outcome, TM_OUTCOME_INTERRUPTED);
	cr_assert_eq(run->sample_count, 3);
}

static const char *note(size_t i)
{
	return i < run->notes.count ? run->notes.text[i] : "";
}

static void make_run(void)
{
	cr_assert_eq(tm_run_new(&run, "fake", NULL), TM_OK);
}

static void free_run(void)
{
	tm_run_free(run);
}

TestSuite(measure, .init = make_run, .fini = free_run);

/* --- what is collected ---------------------------------------------------- */

Test(measure, samples_bare_marks_from_outside)
{
	interrupt_at_three(THREE_SAID "sleep 60", SIGTERM);
	cr_assert_eq(run->samples[2].iteration, 3);
	cr_assert(tm_sample_has(&run->samples[2], TM_METRIC_rss_bytes));
	cr_assert_gt(run->samples[2].value[TM_METRIC_rss_bytes], 0);
	cr_assert_not_null(run->absent[TM_METRIC_allocated_bytes]);
	cr_assert_not_null(run->absent[TM_METRIC_maxrss_bytes]);
	cr_assert_null(run->absent[TM_METRIC_rss_bytes]);
}

/* It may be gone before it can be read. */
Test(measure, keeps_the_marks_of_a_program_that_ended_at_once)
{
	int sampled = 0;
	size_t i;

	measure(THREE_SAID);
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE, "%s", run_why(run));
	cr_assert_eq(run->sample_count, 3);
	for (i = 0; i < 3; i++)
		sampled += tm_sample_has(&run->samples[i], TM_METRIC_rss_bytes);
	cr_assert_eq(sampled > 0, !run->absent[TM_METRIC_rss_bytes]);
	cr_assert(tm_run_is_measured(run));
}

Test(measure, keeps_samples_absences_and_the_report)
{
	measure(SAY("absent pss_bytes not today")
			SAY("sample 0 10 rss_bytes=4096 live_objects=0")
				SAY("sample 5 1000000010 rss_bytes=8192")
					SAY("report {\"published\": 5}"));
	cr_assert_eq(run->sample_count, 2);
	cr_assert_eq(run->samples[1].value[TM_METRIC_rss_bytes], 8192);
	cr_assert(tm_sample_has(&run->samples[0], TM_METRIC_live_objects));
	cr_assert_not(tm_sample_has(&run->samples[1], TM_METRIC_live_objects));
	cr_assert_str_eq(run->absent[TM_METRIC_pss_bytes], "not today");
	cr_assert_eq(tm_facts_find(&run->report.other, "published")->number, 5);
	cr_assert_eq(run->exit_code, 0);
}

Test(measure, notes_the_number_of_a_line_that_it_cannot_read)
{
	measure(MARK("1") SAY("rubbish") WAIT MARK("2") SAY("\\001\\377")
			WAIT MARK("1"));
	cr_assert_eq(run->sample_count, 2);
	cr_assert_eq(run->notes.count, 3);
	cr_assert_not_null(strstr(note(0), "line 2"), "%s", note(0));
	cr_assert_not_null(strstr(note(1), "line 4"), "%s", note(1));
	cr_assert_null(strchr(note(1), '\001'));
	cr_assert_not_null(strstr(note(2), "backwards"), "%s", note(2));
}

Test(measure, only_counts_the_later_bad_lines)
{
	measure("for i in 1 2 3 4 5 6 7 8; do " SAY("bad") "done");
	cr_assert_eq(run->notes.count, 6);
	cr_assert_not_null(strstr(note(5), "3 more"), "%s", note(5));
}

Test(measure, loses_only_the_line_that_was_cut_off)
{
	measure(SAY("mark 1") "printf 'mark 2' >&$TIDEMARK_FD");
	cr_assert_eq(run->sample_count, 1);
	cr_assert_not_null(strstr(note(0), "cut off"), "%s", note(0));
}

Test(measure, refuses_a_second_report_and_one_that_is_no_json)
{
	measure(SAY("report {oops") SAY("report {\"a\": 1}")
			SAY("report {\"a\": 2}"));
	cr_assert_eq(tm_facts_find(&run->report.other, "a")->number, 1);
	cr_assert_eq(run->notes.count, 2);
}

Test(measure, thins_evenly_and_keeps_the_last_sample)
{
	struct tm_measure_opts opts =
		shell("i=0; while [ $i -lt 100 ]; do i=$((i+1));"
		      "echo \"sample $i $i rss_bytes=$i\";"
		      "done >&$TIDEMARK_FD");
	size_t i;

	opts.samples_max = 16;
	measure_with(&opts);
	cr_assert_leq(run->sample_count, 17);
	cr_assert_geq(run->sample_count, 8);
	cr_assert_eq(run->samples[0].iteration, 1);
	for (i = 2; i + 1 < run->sample_count; i++)
		cr_assert_eq(run->samples[i].iteration -
				     run->samples[i - 1].iteration,
			     run->samples[1].iteration -
				     run->samples[0].iteration);
	cr_assert_eq(run->samples[run->sample_count - 1].iteration, 100);
	cr_assert_not_null(strstr(note(0), "was kept"), "%s", note(0));
}

Test(measure, says_that_a_peak_was_inherited)
{
	measure(SAY("sample 0 0 maxrss_bytes=419430400 hwm_bytes=2097152"));
	cr_assert_not_null(strstr(note(0), "400 MiB"), "%s", note(0));
	cr_assert(tm_sample_has(&run->samples[0], TM_METRIC_maxrss_bytes));
}

Test(measure, records_the_libraries_of_the_program)
{
	interrupt_at_three(THREE_SAID "sleep 60", SIGTERM);
	cr_assert_str_eq(tm_facts_text(&run->environment.facts, "allocator"),
			 "libc");
}

/* --- the endings ---------------------------------------------------------- */

Test(measure, keeps_what_a_program_said_before_it_crashed)
{
	measure(THREE_SAID "kill -SEGV $$");
	cr_assert_eq(run->outcome, TM_OUTCOME_CRASHED);
	cr_assert_not_null(strstr(run_why(run), "signal 11"));
	cr_assert_eq(run->sample_count, 3);
	cr_assert_eq(run->exit_code, -1);
	cr_assert_eq(run->signal, 11);
	cr_assert_not(tm_run_is_measured(run));
}

Test(measure, keeps_what_a_program_said_before_it_failed)
{
	measure(THREE_SAID "exit 3");
	cr_assert_eq(run->outcome, TM_OUTCOME_FAILED);
	cr_assert_str_eq(run_why(run), "ended with exit code 3");
	cr_assert_eq(run->exit_code, 3);
	cr_assert_eq(run->sample_count, 3);
}

Test(measure, gives_the_programs_own_reason)
{
	measure(SAY("mark 1") SAY("error the broker is gone") "exit 3");
	cr_assert_eq(run->outcome, TM_OUTCOME_FAILED);
	cr_assert_str_eq(run_why(run), "the broker is gone");
}

Test(measure, stops_a_silent_program_at_the_memory_limit)
{
	struct tm_measure_opts opts =
		shell(SAY("mark 1") "x=0123456789abcdef;"
				    "while :; do x=$x$x; done");

	opts.memory_limit_bytes = 50 * MIB;
	measure_with(&opts);
	cr_assert_eq(run->outcome, TM_OUTCOME_LIMIT, "%s", run_why(run));
	cr_assert_not_null(strstr(run_why(run), "limit is 50 MiB"));
	cr_assert_eq(run->sample_count, 1);
}

Test(measure, stops_at_the_memory_that_a_sample_reports)
{
	struct tm_measure_opts opts =
		shell(SAY("sample 1 1 rss_bytes=1048577") "sleep 60");

	opts.memory_limit_bytes = MIB;
	opts.child.argv = shell_argv;
	measure_with(&opts);
	cr_assert_eq(run->outcome, TM_OUTCOME_LIMIT);
}

Test(measure, stops_a_program_that_hangs)
{
	struct tm_measure_opts opts = shell(THREE_SAID "sleep 60");

	opts.timeout_ms = 2000;
	measure_with(&opts);
	cr_assert_eq(run->outcome, TM_OUTCOME_TIMEOUT);
	cr_assert_eq(run->sample_count, 3);
}

Test(measure, kills_a_program_that_ignores_being_asked)
{
	struct tm_measure_opts opts =
		shell("trap '' TERM; " SAY("mark 1") "while :; do sleep 1; "
						     "done");

	/* Long enough for a shell to start, however busy the machine is. */
	opts.timeout_ms = 2000;
	opts.grace_ms = 200;
	measure_with(&opts);
	cr_assert_eq(run->outcome, TM_OUTCOME_TIMEOUT);
	cr_assert_eq(run->sample_count, 1);
}

/* The sleep holds TIDEMARK_FD open and outlives the shell that started it. */
Test(measure, does_not_wait_for_what_the_program_left_behind)
{
	uint64_t started_ns = tm_clock_ns();

	measure(SAY("mark 1") "sleep 20 2>/dev/null & exit 0");
	cr_assert_eq(run->outcome, TM_OUTCOME_COMPLETE);
	cr_assert_lt(tm_clock_ns() - started_ns, 15 * 1000000000ull);
}

Test(measure, keeps_what_was_measured_before_ctrl_c)
{
	interrupt_at_three(THREE_SAID "sleep 60", SIGINT);
	cr_assert_str_eq(run_why(run), "interrupted by Ctrl-C");
}

Test(measure, keeps_what_was_measured_before_sigterm)
{
	interrupt_at_three(THREE_SAID "sleep 60", SIGTERM);
}

/* --- what cannot be started ----------------------------------------------- */

Test(measure, refuses_a_program_that_is_not_there)
{
	struct tm_measure_opts opts = shell("");

	opts.child.program = "/no/such/program";
	cr_assert_eq(tm_measure(run, &opts, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "/no/such/program"));
	cr_assert_not_null(strstr(err.text, "No such file"));
}

Test(measure, refuses_a_file_that_is_no_program)
{
	struct tm_measure_opts opts = shell("");

	opts.child.program = "/etc/passwd";
	cr_assert_eq(tm_measure(run, &opts, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "Permission denied"));
}

Test(measure, leaves_no_descriptor_open)
{
	int before = dup(0);
	int after;

	cr_assert_geq(before, 0);
	close(before);
	measure(THREE_SAID);
	after = dup(0);
	close(after);
	cr_assert_eq(after, before);
}
