#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"

TestSuite(cli_exec, .init = driver_open, .fini = driver_close);

static int err_has(const char *text)
{
	return strstr(driver_err(), text) != NULL;
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

/* Twenty marks, each a line of `seq` behind it. */
#define MARKS                                                                  \
	"for i in $(seq 20); do echo mark $i >&$TIDEMARK_FD; echo line $i; "   \
	"done"

/* How many times the last call printed `text` on stderr. */
static size_t count_in_err(const char *text)
{
	const char *at = driver_err();
	size_t count = 0;

	for (; (at = strstr(at, text)); at += strlen(text))
		count++;
	return count;
}

/* Below the table where there is one. */
Test(cli_exec, says_each_note_once)
{
	cr_assert_eq(tidemark("exec -- sh -c '" MARKS "; echo junk "
			      ">&$TIDEMARK_FD'"),
		     0);
	cr_expect_eq(count_in_err("unknown line ("), 1, "%s", driver_err());
	cr_expect(err_has("\n[1] "), "%s", driver_err());
}

/* --- a program that goes well --------------------------------------------- */

Test(cli_exec, measures_a_program_and_leaves_its_output_alone)
{
	json_t *run;

	cr_assert_eq(tidemark("exec --export-json o.json --name mine -- sh -c "
			      "'" MARKS "'"),
		     0, "%s", driver_err());
	cr_assert_eq(system("seq -f 'line %g' 20 | cmp - out"), 0);
	cr_assert(err_has("mine: program exited with 0"), "%s", driver_err());
	cr_assert(err_has("\nnext: tidemark "));
	cr_assert_null(strchr(driver_err(), '\033'));
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	run = driver_first_run("o.json");
	cr_assert_str_eq(text_of(run, "outcome"), "complete");
	cr_assert_str_eq(text_of(run, "name"), "mine");
	cr_assert_eq(json_array_size(json_object_get(run, "samples")), 20);
	json_decref(run);
}

Test(cli_exec, leaves_input_and_output_alone_byte_for_byte)
{
	driver_write("in", "a\nb\r\n\033[31mc\n\nno line end");
	cr_assert_eq(tidemark("exec --quiet cat <in"), 0, "%s", driver_err());
	cr_assert_eq(system("cmp in out"), 0);
	cr_assert_str_eq(driver_err(), "");
	cr_assert_eq(tidemark("exec --quiet -- sh -c 'printf x; printf y >&2'"),
		     0);
	cr_assert_str_eq(driver_out(), "x");
	cr_assert_str_eq(driver_err(), "y");
}

Test(cli_exec, names_a_script_and_not_its_interpreter)
{
	driver_write("made.sh", "exit 0\n");
	cr_assert_eq(tidemark("exec -- sh -e ./made.sh"), 0);
	cr_assert(err_has("made.sh: program exited"), "%s", driver_err());
	cr_assert_eq(tidemark("exec -- sh -c 'exit 0'"), 0);
	cr_assert(err_has("tidemark: sh: program exited"));
}

/* A terminal would obey what such a name holds. */
Test(cli_exec, prints_no_control_character_of_a_name)
{
	driver_write("a\033[2J\n\x9b.sh", "exit 3\n");
	cr_assert_eq(tidemark("exec -- sh ./a*.sh"), 3, "%s", driver_err());
	cr_assert(err_has("tidemark: a?[2J??.sh: "), "%s", driver_err());
	cr_assert_null(strpbrk(driver_err(), "\033\x9b"), "%s", driver_err());
}

Test(cli_exec, warms_up_repeats_and_numbers_its_runs)
{
	cr_assert_eq(tidemark("exec -w 2 -r3 -n mine -- sh -c '" MARKS
			      "; echo once'"),
		     0, "%s", driver_err());
	cr_assert_eq(system("test $(grep -c once out) = 5"), 0);
	cr_assert_eq(driver_count_runs("results/runs"), 3);
	cr_assert(err_has("mine-2: program exited"));
	cr_assert(err_has("mine-3: program exited"));
	cr_assert_not(err_has("mine-4"));
}

Test(cli_exec, starts_no_more_runs_of_a_program_that_fails)
{
	cr_assert_eq(tidemark("exec --runs 3 -- sh -c 'echo ran; exit 7'"), 7);
	cr_assert_str_eq(driver_out(), "ran\n");
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	cr_assert_eq(tidemark("exec --warmup 2 -- sh -c 'echo ran; exit 7'"),
		     7);
	cr_assert_str_eq(driver_out(), "ran\n");
	cr_assert(err_has("program exited with 7"), "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
}

Test(cli_exec, exports_in_every_form)
{
	cr_assert_eq(tidemark("exec --command-name mine --export-json o.json "
			      "--export-markdown o.md --export-csv o.csv "
			      "--export-junit o.xml --max-growth 1MiB "
			      "--ignore mappings $PROGRAMS/keeps 300 0"),
		     0, "%s", driver_err());
	cr_assert_eq(system("grep -q '^| mine ' o.md"), 0);
	cr_assert_eq(system("grep -q '^mine,' o.csv"), 0);
	cr_assert_eq(system("grep -q '<testsuite .*mine' o.xml"), 0);
	json_decref(driver_first_run("o.json"));
}

/* --- the verdict ---------------------------------------------------------- */

/* What may be done about it is said by why. */
Test(cli_exec, explains_growth_within_the_budget)
{
	cr_assert_eq(tidemark("exec --max-growth 65536 --ignore mappings -- "
			      "$PROGRAMS/keeps 400 4000"),
		     0, "%s", driver_err());
	cr_assert(err_has("gate: PASS"), "%s", driver_err());
	cr_assert(err_has("\nnext: tidemark why results/runs/"), "%s",
		  driver_err());
}

Test(cli_exec, says_that_a_program_grows_and_fails_it_only_if_asked)
{
	cr_assert_eq(tidemark("exec -- $PROGRAMS/keeps 400 4000"), 0, "%s",
		     driver_err());
	cr_assert(err_has("keeps  grows "), "%s", driver_err());
	cr_assert(err_has("\nnext: tidemark why results/runs/"));
	cr_assert(err_has("hint: --preload"));
	cr_assert_not(err_has("FAIL"));
	cr_assert_not(err_has("gate:"));
	cr_assert_eq(
		tidemark("exec --max-growth 64 -- $PROGRAMS/keeps 400 4000"), 1,
		"%s", driver_err());
	cr_assert(err_has("gate: FAIL: 1 over budget"), "%s", driver_err());
	cr_assert_eq(tidemark("exec --quiet --max-growth 64 -- $PROGRAMS/keeps "
			      "400 4000"),
		     1);
	cr_assert(err_has("gate: FAIL"), "%s", driver_err());
	cr_assert_eq(tidemark("exec --metric rss_bytes --max-growth 1MiB "
			      "$PROGRAMS/keeps 400 4000"),
		     0, "%s", driver_err());
}

Test(cli_exec, passes_what_keeps_nothing)
{
	cr_assert_eq(tidemark("exec --ignore mappings --max-growth 64 "
			      "$PROGRAMS/keeps 400 0"),
		     0, "%s", driver_err());
	cr_assert(err_has("gate: PASS"), "%s", driver_err());
	cr_assert_eq(tidemark("exec --quiet -- $PROGRAMS/keeps 400 0"), 0);
}

Test(cli_exec, passes_nothing_that_it_could_not_judge)
{
	cr_assert_eq(tidemark("exec --mark-fd -- true"), 0, "%s", driver_err());
	cr_assert(err_has("inconclusive"), "%s", driver_err());
	cr_assert_eq(tidemark("exec --mark-fd --max-growth 64 -- true"), 3);
	cr_assert(err_has("gate: INCONCLUSIVE"), "%s", driver_err());
}

Test(cli_exec, runs_again_what_would_fail_when_asked_to_confirm)
{
	cr_assert_eq(tidemark("exec --confirm -- $PROGRAMS/keeps 400 4000"), 1,
		     "%s", driver_err());
	cr_assert(err_has("running it again to confirm"), "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 3);
}

/* --- the exit status ------------------------------------------------------ */
struct status {
	char arguments[64];
	int code;
	char says[48];
};

ParameterizedTestParameters(cli_exec, ends_as_its_program_did)
{
	static struct status rows[] = {
		{"true", 0, "program exited with 0"},
		{"-- sh -c 'exit 7'", 7, "program exited with 7"},
		{"sh -c 'exit 7' --max-growth 1", 7, "program exited with 7"},
		{"--max-growth 1 sh -c 'exit 7'", 7, "program exited with 7"},
		{"-- sh -c 'kill -TERM $$'", 143, "ended by signal 15"},
		{"-- sh -c 'kill -SEGV $$'", 139, "ended by signal 11"},
	};

	return cr_make_param_array(struct status, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct status *row, cli_exec, ends_as_its_program_did)
{
	char command[128];

	snprintf(command, sizeof(command), "exec %s", row->arguments);
	cr_assert_eq(tidemark(command), row->code, "%s: %s", command,
		     driver_err());
	cr_assert(err_has(row->says), "%s: %s", command, driver_err());
}

/* --- programs that end badly ---------------------------------------------- */

#define THREE "for i in 1 2 3; do echo mark $i >&$TIDEMARK_FD; done; "

struct ending {
	char arguments[160];
	int code;
	char outcome[16];
	char says[64];
};

ParameterizedTestParameters(cli_exec, keeps_what_was_measured)
{
	static struct ending rows[] = {
		{"-- sh -c '" THREE "kill -SEGV $$'", 139, "crashed",
		 "ended by signal 11 (Segmentation fault)"},
		{"-- sh -c '" THREE "exit 5'", 5, "failed",
		 "program exited with 5"},
		{"--timeout 0.4 -- sh -c '" THREE
		 "while :; do sleep 0.05; done'",
		 3, "timeout",
		 "stopped after 0.4 s, its time limit; program "
		 "ended by signal"},
		{"--memory-limit 40MiB -- $PROGRAMS/keeps 100000 1000000", 3,
		 "limit", "the memory limit is 40 MiB; program ended"},
	};

	return cr_make_param_array(struct ending, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct ending *row, cli_exec, keeps_what_was_measured)
{
	char command[256];
	json_t *run;

	snprintf(command, sizeof(command), "exec --export-json o.json %s",
		 row->arguments);
	cr_assert_eq(tidemark(command), row->code, "%s", driver_err());
	cr_assert(err_has(row->says), "%s", driver_err());
	cr_assert(err_has(", kept"), "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	run = driver_first_run("o.json");
	cr_assert_str_eq(text_of(run, "outcome"), row->outcome);
	cr_assert_geq(json_array_size(json_object_get(run, "samples")), 3);
	json_decref(run);
}

Test(cli_exec, fails_what_grew_until_it_was_stopped)
{
	cr_assert_eq(tidemark("exec --max-growth 64 --memory-limit 60MiB -- "
			      "$PROGRAMS/keeps 100000 100000"),
		     1, "%s", driver_err());
	cr_assert(err_has("gate: FAIL"), "%s", driver_err());
}

Test(cli_exec, keeps_what_was_measured_before_sigterm)
{
	cr_assert_eq(tidemark("exec --export-json o.json -- sh -c '" THREE
			      "kill -TERM $PPID; while :; do sleep 0.05; "
			      "done'"),
		     3, "%s", driver_err());
	cr_assert(err_has("interrupted by Terminated; program ended by signal"),
		  "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	json_decref(driver_first_run("o.json"));
}

struct interrupted {
	char arguments[200]; /* the program sends Ctrl-C's signal to tidemark */
	int code;
	char says[24];
};

#define INTERRUPT "kill -INT $PPID; while :; do sleep 0.05; done"

/* Growth over a budget wins; else a run that was cut short is not complete,
 * however its program ended and whatever it shows. */
ParameterizedTestParameters(cli_exec, tells_by_its_status_that_ctrl_c_ended_it)
{
	static struct interrupted rows[] = {
		{"-- sh -c '" THREE INTERRUPT "'", 3, "ended by signal 2"},
		{"--max-growth 64 -- sh -c '" THREE INTERRUPT "'", 3,
		 "gate: INCONCLUSIVE"},
		{"--max-growth 64KiB --metric rss --mark-ack -- sh -c "
		 "'$PROGRAMS/keeps 100 0; " INTERRUPT "'",
		 3, "gate: INCONCLUSIVE"},
		{"--max-growth 64 --mark-ack -- sh -c '$PROGRAMS/keeps 300 "
		 "100000; " INTERRUPT "'",
		 1, "gate: FAIL"},
		{"-- sh -c '" THREE "trap \"exit 0\" INT; " INTERRUPT "'", 3,
		 "exited with 0"},
		{"-- sh -c '" THREE "trap \"exit 7\" INT; " INTERRUPT "'", 3,
		 "exited with 7"},
	};

	return cr_make_param_array(struct interrupted, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct interrupted *row, cli_exec,
		  tells_by_its_status_that_ctrl_c_ended_it)
{
	char command[512];
	json_t *run;

	snprintf(command, sizeof(command), "exec --export-json o.json %s",
		 row->arguments);
	cr_assert_eq(tidemark(command), row->code, "%s", driver_err());
	cr_assert(err_has("interrupted by Ctrl-C; program "), "%s",
		  driver_err());
	cr_assert(err_has(row->says), "%s", driver_err());
	run = driver_first_run("o.json");
	cr_assert_str_eq(text_of(run, "outcome"), "interrupted");
	json_decref(run);
}

/* The program gets it as it was: bit 16 of the ignored ones. */
Test(cli_exec, reports_the_status_where_SIGCHLD_is_ignored)
{
	driver_write("ignores", "trap '' CHLD\n"
				"exec $PROGRAMS/../../../tidemark exec --quiet "
				"-- \"$@\"\n");
	cr_assert_eq(tidemark("exec --quiet -- bash ignores sh -c 'exit 42'"),
		     42, "%s", driver_err());
	cr_assert_eq(tidemark("exec --quiet -- bash ignores grep -q "
			      "'SigIgn:.*[13579bdf][0-9a-f]\\{4\\}$' "
			      "/proc/self/status"),
		     0, "%s", driver_err());
}

Test(cli_exec, survives_what_a_program_signals_to_its_parent)
{
	cr_assert_eq(tidemark("exec -- sh -c 'kill -USR1 $PPID; kill -USR2 "
			      "$PPID; sleep 0.1; exit 4'"),
		     4, "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
}

#define TCMALLOC "/usr/lib/x86_64-linux-gnu/libtcmalloc_minimal.so.4"

/* It allocates when it is first asked for the size of a block. */
Test(cli_exec, counts_programs_that_use_tcmalloc)
{
	if (access(TCMALLOC, R_OK) != 0)
		cr_skip_test("no " TCMALLOC);
	/* Not for tidemark itself: AddressSanitizer wants to be the first. */
	cr_assert_eq(tidemark("exec --preload -- sh -c "
			      "'LD_PRELOAD=$LD_PRELOAD:" TCMALLOC
			      " exec ls /'"),
		     0, "%s", driver_err());
}

Test(cli_exec, removes_what_a_killed_one_left)
{
	char folder[256] = "";
	struct stat info;
	FILE *where;

	cr_assert_neq(tidemark("exec --preload -- sh -c 'echo "
			       "$TIDEMARK_PRELOAD >where; kill -9 $PPID'"),
		      0);
	where = fopen("where", "re");
	cr_assert_not_null(where);
	cr_assert_eq(fscanf(where, "%255s", folder), 1);
	fclose(where);
	cr_assert_eq(stat(folder, &info), 0, "%s", folder);
	cr_assert_eq(tidemark("exec --quiet -- true"), 0);
	cr_assert_neq(stat(folder, &info), 0, "%s", folder);
}

/* --- what cannot be written ----------------------------------------------- */

Test(cli_exec, starts_nothing_whose_run_it_could_not_store)
{
	cr_assert_eq(tidemark("exec --results-dir /proc/a/b -- touch started"),
		     2);
	cr_assert(err_has("cannot store runs in '/proc/a/b'"), "%s",
		  driver_err());
	cr_assert_neq(access("started", F_OK), 0);
	/* A folder that is missing is made, but only for a run. */
	cr_assert_eq(tidemark("exec --results-dir new/runs -- /no/program"), 2);
	cr_assert_neq(access("new", F_OK), 0);
}

Test(cli_exec, prints_the_run_that_it_cannot_store)
{
	cr_assert_eq(
		tidemark("exec --results-dir lost -- sh -c '" THREE ": >lost'"),
		3);
	cr_assert(err_has("not stored"), "%s", driver_err());
	cr_assert(err_has("lost"));
	cr_assert_not(err_has("next:"));
}

Test(cli_exec, says_what_found_a_full_disk)
{
	const char *program = "-- sh -c '" THREE "'";
	char command[160];

	snprintf(command, sizeof(command), "exec --export-json /dev/full %s",
		 program);
	cr_assert_eq(tidemark(command), 3);
	cr_assert(err_has("/dev/full"), "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	snprintf(command, sizeof(command), "exec %s 2>/dev/full", program);
	cr_assert_eq(tidemark(command), 3);
	cr_assert_eq(driver_count_runs("results/runs"), 2);
}

Test(cli_exec, calls_a_program_flat_that_does_nothing)
{
	cr_assert_eq(tidemark("exec --every 0.02 -- sleep 1.5"), 0);
	cr_assert(err_has("sleep: no growth"), "%s", driver_err());
}

Test(cli_exec, keeps_its_exit_code_when_its_output_is_closed)
{
	cr_assert_eq(mkfifo("pipe", 0600), 0);
	cr_assert_eq(tidemark("exec -- sh -c 'sleep 0.2; exit 7' 2>pipe & "
			      "pid=$!; head -n 0 <pipe; wait $pid"),
		     7);
	cr_assert_eq(tidemark("exec --every 0.02 -- sleep 0.5 2>pipe & pid=$!; "
			      "head -n 0 <pipe; wait $pid"),
		     0);
	cr_assert_eq(driver_count_runs("results/runs"), 2);
}

/* The verdict stands, though its text was not read. */
Test(cli_exec, keeps_its_verdict_when_its_output_is_closed)
{
	cr_assert_eq(mkfifo("pipe", 0600), 0);
	cr_assert_eq(tidemark("exec --max-growth 64 -- "
			      "$PROGRAMS/keeps 400 4000 2>pipe & pid=$!; "
			      "head -n 0 <pipe; wait $pid"),
		     1);
	cr_assert_eq(driver_count_runs("results/runs"), 1);
}

/* --- mistakes ------------------------------------------------------------- */

struct mistake {
	char arguments[72];
	char says[72];
};

ParameterizedTestParameters(cli_exec, reports_a_mistake_in_one_line)
{
	static struct mistake rows[] = {
		{"exec", "exec needs a program: tidemark exec [OPTION...] --"},
		{"exec --", "exec needs a program"},
		{"exec no-such", "cannot run 'no-such': not found in PATH"},
		{"exec ./no-such", "cannot run './no-such': No such file"},
		{"exec /tmp", "cannot run '/tmp': it is a folder"},
		{"exec ./plain", "cannot run './plain': Permission denied"},
		{"exec --runs 0 true",
		 "--runs needs a whole number of at least 1"},
		{"exec -w x true", "--warmup needs a whole number, not 'x'"},
		{"exec -w", "--warmup needs a value"},
		{"exec -x true", "unknown option '-x'"},
		{"exec --prelod true", "(did you mean '--preload'?)"},
		{"exec --mark-fd --every 1 true", "--mark-fd and --every"},
		{"exec --every 1 --mark-regex x true",
		 "cannot be used together"},
		{"exec --mark-regex '\\d+' true", "no '\\d': write [0-9]"},
		{"exec --every 0 true",
		 "--every needs a duration of at least 1 ms"},
		{"exec --mark-signal=KILL true", "--mark-signal needs USR1"},
		{"exec --mark-ack --every 1 true",
		 "--mark-ack acknowledges marks"},
		{"exec --sample-bytes 1KiB true", "needs --preload"},
		{"exec --extend true", "--extend cannot make your program"},
		{"exec --format png true", "--format is auto, term or none"},
		{"exec --name '' true", "--name needs a name"},
		{"exec --max-growth x true", "x"},
		{"exec --pid 0", "--pid needs the number of a process"},
		{"exec --pid 1 true", "leave out 'true'"},
		{"exec --pid 1 --preload",
		 "--preload and --pid cannot be used"},
		{"exec --pid 1 --runs 2", "--runs and --pid cannot be used"},
		{"exec --pid 1 --mark-fd",
		 "--mark-fd and --pid cannot be used"},
		{"exec --pid 1 --memory-limit 1MiB", "--pid leaves it alone"},
		{"exec --pid 999999999", "there is no process 999999999"},
	};

	return cr_make_param_array(struct mistake, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct mistake *row, cli_exec, reports_a_mistake_in_one_line)
{
	driver_write("plain", "echo no program\n");
	cr_assert_eq(tidemark(row->arguments), 2, "%s: %s", row->arguments,
		     driver_err());
	cr_assert_not_null(strstr(driver_err(), row->says), "%s: %s",
			   row->arguments, driver_err());
	cr_assert_eq(strncmp(driver_err(), "tidemark: ", 10), 0);
	cr_assert_eq(driver_err_lines(), 1, "%s", driver_err());
	cr_assert_str_eq(driver_out(), "");
	cr_assert_eq(driver_count_runs("results/runs"), 0);
}

Test(cli_exec, explains_its_options)
{
	cr_assert_eq(tidemark("help exec"), 0);
	cr_assert_not_null(strstr(driver_out(), "--mark-signal[=NAME] "));
	cr_assert_not_null(strstr(driver_out(), "  -w, --warmup N "));
	cr_assert_null(strstr(driver_out(), "command-name"));
	cr_assert_eq(tidemark("exec -h"), 0);
	cr_assert_not_null(strstr(driver_out(), "--mark-regex RE"));
}
