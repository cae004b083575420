#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "driver.h"

/* Programs are in a folder of their own: a word that is a file's name means the
 * file, not the run. */
static void start(void)
{
	driver_open();
	cr_assert_eq(mkdir("p", 0777), 0);
}

TestSuite(cli_gate, .init = start, .fini = driver_close);

#define assert_out(text)                                                       \
	cr_assert_not_null(strstr(driver_out(), text), "no '%s' in: %s", text, \
			   driver_out())
#define assert_err(text)                                                       \
	cr_assert_not_null(strstr(driver_err(), text), "no '%s' in: %s", text, \
			   driver_err())

/* 100 samples, 100 iterations apart, of memory that grows by $1 bytes an
 * iteration; tidemark runs it as a program of its own. */
static void write_program(const char *name, const char *growth)
{
	char text[512], path[64], command[80];

	snprintf(text, sizeof(text),
		 "#!/bin/sh\n"
		 "echo x >>calls\n"
		 "i=0; while [ $i -lt 100 ]; do\n"
		 "echo \"sample ${i}00 ${i}00000 "
		 "allocated_bytes=$((1000000 + i * 100 * %s)) "
		 "rss_bytes=8000000\"; i=$((i + 1))\n"
		 "done >\"/dev/fd/$TIDEMARK_FD\"\n",
		 growth);
	snprintf(path, sizeof(path), "p/%s", name);
	driver_write(path, text);
	snprintf(command, sizeof(command), "chmod +x %s", path);
	cr_assert_eq(system(command), 0);
}

static size_t calls(void)
{
	FILE *file = fopen("calls", "r");
	size_t count = 0;
	int c;

	while (file && (c = fgetc(file)) != EOF)
		count += c == '\n';
	if (file)
		fclose(file);
	return count;
}

/* --- run --max-growth ----------------------------------------------------- */

Test(cli_gate, of_a_run_passes_what_is_flat)
{
	write_program("calm", "0");
	cr_assert_eq(tidemark("run p/calm --max-growth 16"), 0, "%s",
		     driver_err());
	assert_out("gate: PASS: 0 over budget, 1 within");
	assert_out("next: tidemark gate results/runs/");
}

/* What it suggests judges as it did, though the run keeps no budget. */
Test(cli_gate, of_a_stored_run_suggests_why_with_its_budgets)
{
	write_program("leaky", "100");
	cr_assert_eq(tidemark("run p/leaky"), 0);
	cr_assert_eq(tidemark("gate leaky"), 1);
	assert_out("next: tidemark why results/runs/");
	cr_assert_eq(tidemark("gate leaky --max-growth 16 --max-growth "
			      "allocated=32.5 --ignore maxrss,hwm"),
		     1);
	assert_out("next: tidemark why --max-growth 16 --max-growth "
		   "allocated_bytes=32.5");
	assert_out(" --ignore maxrss_bytes,hwm_bytes ");
	cr_assert_eq(tidemark("gate leaky --metric allocated,rss"), 1);
	assert_out("next: tidemark why --metric rss_bytes,allocated_bytes ");

	cr_assert_eq(tidemark("why leaky --max-growth 16 --format json"), 0);
	assert_out("\"growth\": \"grows\",");
	cr_assert_eq(tidemark("why leaky --max-growth 200 --format json"), 0);
	assert_out("\"growth\": \"grows within budget\",");
	cr_assert_eq(tidemark("why leaky --metric nothing"), 2);
	assert_err("--metric: unknown metric 'nothing'");
}

Test(cli_gate, of_a_run_fails_what_grows_over_its_budget)
{
	write_program("leaky", "100");
	cr_assert_eq(tidemark("run p/leaky --max-growth 16"), 1);
	assert_out("FAIL     allocated_bytes grows ");
	assert_out("\nnext: tidemark why results/runs/");
	cr_assert_eq(tidemark("run p/leaky --max-growth 200"), 0);
	cr_assert_eq(tidemark("run p/leaky"), 0);
}

/* Why, of the one that fails; not the gate again. */
Test(cli_gate, of_several_runs_explains_the_one_that_fails)
{
	write_program("calm", "0");
	write_program("leaky", "100");
	cr_assert_eq(tidemark("run p/calm p/leaky --max-growth 16"), 1);
	assert_out("-leaky\n      tidemark plot results/runs/");
	cr_assert_null(strstr(driver_out(), "next: tidemark gate"));
	cr_assert_eq(tidemark("gate calm leaky --max-growth 16"), 1);
	assert_out("-leaky\n      tidemark plot results/runs/");
}

Test(cli_gate, without_a_mark_is_inconclusive)
{
	cr_assert_eq(tidemark("run silent --max-growth 16"), 3);
	assert_out("measured nothing");
}

Test(cli_gate, of_a_program_that_refuses_its_flags_is_a_usage_error)
{
	cr_assert_eq(tidemark("run refuses --max-growth 16"), 2);
}

Test(cli_gate, judges_what_a_cut_run_has_measured)
{
	driver_write("p/cut", "#!/bin/sh\n"
			      "i=0; while [ $i -lt 100 ]; do\n"
			      "echo \"sample ${i}00 ${i}00000 "
			      "rss_bytes=$((9000000 + i * 100000))\"\n"
			      "i=$((i + 1)); done >\"/dev/fd/$TIDEMARK_FD\"\n"
			      "kill -SEGV $$\n");
	cr_assert_eq(system("chmod +x p/cut"), 0);
	cr_assert_eq(tidemark("run p/cut --max-growth 16"), 1);
	assert_out("the run did not complete (crashed)");
}

Test(cli_gate, refuses_an_invalid_budget)
{
	cr_assert_eq(tidemark("run grows --max-growth lots"), 2);
	cr_assert_eq(driver_err_lines(), 1);
	assert_err("not 'lots'");
	cr_assert_eq(tidemark("run grows --max-growth apples=3"), 2);
	assert_err("unknown metric 'apples'");
}

/* --- confirm and extend --------------------------------------------------- */

Test(cli_gate, confirms_a_failure_in_fresh_processes)
{
	write_program("leaky", "100");
	cr_assert_eq(tidemark("run p/leaky --max-growth 16 --confirm --quiet"),
		     1);
	cr_assert_eq(calls(), 3);
	assert_out("gate: FAIL: 3 over budget");
}

Test(cli_gate, takes_back_a_failure_that_is_not_confirmed)
{
	/* Grows the first time only. */
	write_program("once", "$([ $(wc -l <calls) -gt 1 ] && echo 0 || "
			      "echo 100)");
	cr_assert_eq(tidemark("run p/once --max-growth 16 --confirm --quiet"),
		     0, "%s", driver_out());
	cr_assert_eq(calls(), 3);
	assert_out("overruled: of 3 runs 1 failed and 2 passed");
}

Test(cli_gate, confirms_a_stored_failure_by_running_its_job)
{
	write_program("leaky", "100");
	driver_write("s.ini", "[loop]\n"
			      "scenario = p/leaky\n"
			      "max-growth = 16\n");
	cr_assert_eq(tidemark("run --suite s.ini --quiet"), 1);
	cr_assert_eq(calls(), 1);
	cr_assert_eq(tidemark("gate --suite s.ini"), 1);
	cr_assert_eq(calls(), 1);
	cr_assert_eq(tidemark("gate --suite s.ini --confirm --quiet"), 1);
	cr_assert_eq(calls(), 3);
	assert_out("loop-3");
	assert_out("gate: FAIL: 3 over budget");
}

Test(cli_gate, runs_nothing_again_that_passes)
{
	write_program("calm", "0");
	cr_assert_eq(tidemark("run p/calm --max-growth 16 --confirm --extend"),
		     0);
	cr_assert_eq(calls(), 1);
}

Test(cli_gate, looks_three_times_at_most_at_what_is_inconclusive)
{
	/* As much noise as would be growth. */
	driver_write("p/noisy",
		     "#!/bin/sh\n"
		     "echo \"$*\" >>calls\n"
		     "i=0; while [ $i -lt 100 ]; do\n"
		     "echo \"sample ${i}00 ${i}00000 "
		     "allocated_bytes=$((1000000 + i * 271 % 97 * 1000))\"\n"
		     "i=$((i + 1)); done >\"/dev/fd/$TIDEMARK_FD\"\n");
	cr_assert_eq(system("chmod +x p/noisy"), 0);
	cr_assert_eq(tidemark("run p/noisy --iterations 1000 --max-growth 1 "
			      "--extend --quiet"),
		     3, "%s", driver_out());
	cr_assert_eq(calls(), 3);
	cr_assert_eq(system("tail -n 1 calls | grep -q -- '--iterations 4000'"),
		     0);
}

/* --- suites --------------------------------------------------------------- */

Test(cli_gate, takes_budgets_from_a_suite)
{
	write_program("leaky", "100");
	driver_write("s.ini", "[global]\n"
			      "scenario = p/leaky\n"
			      "max-growth = 16\n"
			      "[strict]\n"
			      "[loose]\n"
			      "max-growth.allocated_bytes = 300\n"
			      "[blind]\n"
			      "ignore = allocated_bytes\n");
	cr_assert_eq(tidemark("run --suite s.ini"), 1, "%s", driver_err());
	assert_out("strict  FAIL");
	assert_out("loose   pass");
	assert_out("blind   pass");
	cr_assert_eq(tidemark("gate --suite s.ini"), 1);
	cr_assert_eq(tidemark("gate --suite s.ini loose"), 3);
	assert_out("missing: 'strict' has no run");
	cr_assert_eq(tidemark("run --suite s.ini loose"), 0);
}

Test(cli_gate, names_the_line_of_an_invalid_budget)
{
	driver_write("s.ini", "[a]\nscenario = grows\nmax-growth = -1\n");
	cr_assert_eq(tidemark("run --suite s.ini"), 2);
	assert_err("s.ini:3: a budget is a number of bytes per iteration");
	driver_write("s.ini", "[a]\nmax-growth.rs_bytes = 1\n");
	cr_assert_eq(tidemark("run --suite s.ini"), 2);
	assert_err("did you mean 'rss_bytes'?");
	driver_write("s.ini", "[a]\nignore = nothing\n");
	cr_assert_eq(tidemark("run --suite s.ini"), 2);
	driver_write("s.ini", "[a]\nmax-grwth = 1\n");
	cr_assert_eq(tidemark("run --suite s.ini"), 2);
	assert_err("did you mean 'max-growth'?");
}

Test(cli_gate, names_the_metric_of_an_invalid_budget)
{
	cr_assert_eq(tidemark("gate --max-growth rss=-1 run"), 2);
	assert_err("--max-growth: a budget for rss_bytes is a number of bytes "
		   "per iteration (per second without marks), such as 16 or "
		   "1KiB, not '-1'");
	cr_assert_eq(tidemark("gate --max-growth descriptors=x run"), 2);
	assert_err("--max-growth: a budget for descriptors is a number of "
		   "descriptors per iteration (per second without marks), such "
		   "as 0.01 or 2, not 'x'");
	cr_assert_eq(tidemark("gate --max-growth -1 run"), 2);
	assert_err("--max-growth: a budget is a number of bytes per iteration");
	cr_assert_eq(tidemark("gate --ignore rs_bytes run"), 2);
	assert_err("--ignore: unknown metric 'rs_bytes'");
	cr_assert_eq(tidemark("gate --metric rs_bytes run"), 2);
	assert_err("--metric: unknown metric 'rs_bytes'");
}

/* --- stored runs ---------------------------------------------------------- */

Test(cli_gate, that_fails_exits_with_1_even_if_an_export_fails)
{
	write_program("leaky", "100");
	write_program("calm", "0");
	cr_assert_eq(tidemark("run p/leaky p/calm"), 0);
	cr_assert_eq(tidemark("gate leaky --export-json /dev/full"), 1);
	assert_err("/dev/full");
	cr_assert_eq(tidemark("gate calm --export-json /dev/full"), 3);
	cr_assert_eq(tidemark("run p/leaky --max-growth 16 --export-junit "
			      "/dev/full"),
		     1);
	assert_err("/dev/full");
	cr_assert_eq(tidemark("run p/leaky --max-growth 16 --export-json "
			      "/dev/full"),
		     1);
}

Test(cli_gate, of_stored_runs_gives_the_same_bytes_in_every_form)
{
	write_program("leaky", "100");
	write_program("calm", "0");
	cr_assert_eq(tidemark("run p/leaky p/calm"), 0);
	cr_assert_eq(system("true"), 0);
	cr_assert_eq(tidemark("gate leaky calm --export-json a.json "
			      "--export-csv a.csv --export-markdown a.md "
			      "--export-junit a.xml"),
		     1);
	assert_out("leaky  FAIL");
	assert_out("next: tidemark why");
	cr_assert_eq(tidemark("gate leaky calm --export-json b.json "
			      "--export-csv b.csv --export-markdown b.md "
			      "--export-junit b.xml"),
		     1);
	cr_assert_eq(system("for f in json csv md xml; do cmp a.$f b.$f || "
			    "exit 1; done"),
		     0);
}

Test(cli_gate, annotates_in_githubs_ci)
{
	write_program("leaky", "100");
	cr_assert_eq(tidemark("run p/leaky"), 0);
	cr_assert_eq(tidemark("gate leaky"), 1);
	cr_assert_null(strstr(driver_out(), "::error"));
	setenv("GITHUB_ACTIONS", "true", 1);
	cr_assert_eq(tidemark("gate leaky"), 1);
	assert_out("::error title=memory growth%3A leaky::");
	cr_assert_eq(tidemark("gate leaky --format json"), 1);
	cr_assert_null(strstr(driver_out(), "::error"));
}

static int has_command(const char *text)
{
	for (; text; text = strchr(text, '\n')) {
		text += strspn(text, "\n \t");
		if (strncmp(text, "::", 2) == 0 &&
		    strncmp(text, "::error title=memory growth%3A ", 31) != 0)
			return 1;
	}
	return 0;
}

/* Such a name comes from a pull request; the runner obeys a line that begins
 * so, also behind blanks. */
Test(cli_gate, lets_no_name_be_a_command_to_github)
{
	static const char *const commands[] = {
		"gate --last 1",
		"why",
		"list --runs --brief",
		"plot --last 1 --format term",
		"compare --last 1",
		"why --format markdown",
		"gate --last 1 --format markdown",
		"gate --last 1 --format csv"};
	size_t i;

	write_program("::error::pwned", "100");
	setenv("GITHUB_ACTIONS", "true", 1);
	cr_assert_eq(tidemark("run p/::error::pwned --max-growth 1"), 1);
	cr_assert_not(has_command(driver_out()), "%s", driver_out());
	cr_assert_not(has_command(driver_err()), "%s", driver_err());
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		tidemark(commands[i]);
		cr_expect_not(has_command(driver_out()), "%s: %s", commands[i],
			      driver_out());
		cr_expect_not(has_command(driver_err()), "%s: %s", commands[i],
			      driver_err());
		cr_expect_not_null(strstr(driver_out(), "pwned"), "%s: %s",
				   commands[i], driver_out());
	}
}

Test(cli_gate, needs_runs_that_are_there)
{
	cr_assert_eq(tidemark("gate"), 2);
	assert_err("gate needs runs");
	cr_assert_eq(tidemark("gate nobody"), 2);
	cr_assert_eq(driver_err_lines(), 1);
	cr_assert_eq(tidemark("gate nobody --format html"), 2);
	assert_err("not 'html'");
	cr_assert_eq(tidemark("gate nobody --confirm"), 2);
	assert_err("--confirm needs --suite");
}

/* --- samples that are none ------------------------------------------------ */

static const char header[] = "iteration,elapsed_ns,allocated_bytes\n";

/* Put other samples in the place of a stored run's. */
static int gate_samples(const char *rows, int count)
{
	char command[256];
	FILE *file;

	write_program("calm", "0");
	cr_assert_eq(tidemark("run p/calm --results-dir r --quiet"), 0);
	cr_assert_eq(system("mv r/*-calm r/x"), 0);
	file = fopen("r/x/samples.csv", "w");
	cr_assert_not_null(file);
	fputs(header, file);
	fputs(rows, file);
	fclose(file);
	snprintf(command, sizeof(command),
		 "sed -i 's/\"sample_count\": 100/\"sample_count\": %d/' "
		 "r/x/run.json",
		 count);
	cr_assert_eq(system(command), 0);
	return tidemark("gate r/x");
}

Test(cli_gate, does_not_pass_an_empty_file)
{
	cr_assert_eq(gate_samples("", 0), 3);
	assert_out("measured nothing");
}

Test(cli_gate, does_not_pass_one_sample)
{
	cr_assert_eq(gate_samples("1,1,5\n", 1), 3);
	assert_out("1 sample;");
}

Test(cli_gate, does_not_pass_a_file_that_is_cut_off)
{
	cr_assert_eq(gate_samples("1,1,5\n2,2,6", 2), 2);
	assert_err("is cut off in line 3");
	cr_assert_eq(driver_err_lines(), 1);
}

Test(cli_gate, does_not_pass_what_is_no_number)
{
	cr_assert_eq(gate_samples("1,1,nan\n", 1), 2);
	cr_assert_eq(tidemark("gate r/x"), 2);
	assert_err("line 2: not a valid sample");
}

Test(cli_gate, does_not_pass_negative_numbers)
{
	cr_assert_eq(gate_samples("1,1,-5\n", 1), 2);
	assert_err("line 2: not a valid sample");
}

Test(cli_gate, does_not_pass_numbers_too_large_to_count)
{
	cr_assert_eq(gate_samples("1,1,99999999999999999999999\n", 1), 2);
	assert_err("line 2: not a valid sample");
}

Test(cli_gate, does_not_pass_duplicates_of_one_sample)
{
	cr_assert_eq(
		gate_samples("1,1,5\n1,1,5\n1,1,5\n1,1,5\n1,1,5\n1,1,5\n", 6),
		3);
}

Test(cli_gate, does_not_pass_samples_in_another_order)
{
	cr_assert_eq(gate_samples("100,1,5\n300,3,5\n200,2,5\n", 3), 2);
	assert_err("line 4: iteration decreases from 300 to 200");
	cr_assert_eq(driver_err_lines(), 1);
}

Test(cli_gate, does_not_pass_a_run_of_a_newer_schema)
{
	cr_assert_eq(gate_samples("1,1,5\n", 1), 3);
	cr_assert_eq(system("sed -i 's/\"schema\": 1/\"schema\": 9/' "
			    "r/x/run.json"),
		     0);
	cr_assert_eq(tidemark("gate r/x"), 2);
	assert_err("update tidemark");
}

/* --- baselines ------------------------------------------------------------ */

Test(cli_gate, holds_runs_to_a_baseline)
{
	write_program("loop", "100");
	cr_assert_eq(tidemark("run p/loop --quiet"), 0);
	cr_assert_eq(tidemark("baseline save loop --baseline b/b.json"), 0,
		     "%s", driver_err());
	assert_out("saved 1 run in b/b.json");
	cr_assert_eq(tidemark("baseline check loop --baseline b/b.json"), 0);
	cr_assert_eq(tidemark("baseline show --baseline b/b.json"), 0);
	cr_assert_eq(system("cmp out b/b.json"), 0);
	/* A little more each time: still held to the first. */
	write_program("loop", "140");
	cr_assert_eq(tidemark("run p/loop --baseline b/b.json"), 1);
	cr_assert_eq(tidemark("gate loop --baseline b/b.json --max-growth "
			      "200"),
		     0);
}

Test(cli_gate, says_which_growth_a_baseline_allows)
{
	write_program("loop", "100");
	write_program("calm", "0");
	cr_assert_eq(tidemark("run p/loop p/calm --quiet"), 0);
	cr_assert_eq(tidemark("baseline save calm --baseline b.json"), 0);
	cr_assert_null(strstr(driver_out(), "its budget allows that"));
	cr_assert_eq(tidemark("baseline save loop --baseline b.json"), 0);
	assert_out("loop: ");
	assert_out(" per iteration: its budget allows that");
}

Test(cli_gate, names_what_a_baseline_misses)
{
	write_program("one", "0");
	write_program("two", "0");
	cr_assert_eq(tidemark("run p/one p/two --quiet"), 0);
	cr_assert_eq(tidemark("baseline save one --baseline b.json"), 0);
	cr_assert_eq(tidemark("baseline check two --baseline b.json"), 3);
	assert_out("'two' is not in the baseline");
	assert_out("'one' is in the baseline");
}

struct ignored {
	char line[64];
	char says[80];
};

ParameterizedTestParameters(cli_gate, refuses_what_baseline_would_ignore)
{
	static struct ignored rows[] = {
		{"save x --export-junit j.xml",
		 "--export-junit cannot be used with 'baseline save'"},
		{"save x --confirm", "--confirm cannot be used with"},
		{"--format json save x", "--format cannot be used with"},
		{"save x --brief", "--brief cannot be used with"},
		{"save x --extend", "unknown option '--extend'"},
		{"check x --extend", "unknown option '--extend'"},
		{"show --brief", "--brief cannot be used with 'baseline show'"},
		{"show --max-growth 1", "--max-growth cannot be used with"},
		{"show --last 1", "--last cannot be used with"},
		{"show x", "baseline show takes no runs"},
	};

	return cr_make_param_array(struct ignored, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct ignored *row, cli_gate,
		  refuses_what_baseline_would_ignore)
{
	char line[96];

	snprintf(line, sizeof(line), "baseline %s", row->line);
	cr_expect_eq(tidemark(line), 2, "%s", line);
	assert_err(row->says);
}

Test(cli_gate, explains_how_baseline_is_called)
{
	cr_assert_eq(tidemark("baseline"), 2);
	cr_assert_eq(tidemark("baseline sve x"), 2);
	assert_err("save, show or check, not 'sve'");
	cr_assert_eq(tidemark("baseline --help"), 0);
	assert_out("--baseline FILE       the file of budgets that is written");
	cr_assert_eq(tidemark("baseline show --baseline none.json"), 2);
	assert_err("none.json");
	cr_assert_eq(driver_err_lines(), 1);
}

/* --- two commands in turns ------------------------------------------------ */

Test(cli_gate, compares_two_commands_in_turns)
{
	write_program("calm", "0");
	write_program("leaky", "100");
	cr_assert_eq(tidemark("compare --ab --runs 2 --quiet -- p/calm -- "
			      "p/leaky"),
		     0, "%s", driver_err());
	cr_assert_eq(calls(), 4);
	assert_out("b-leaky (2 runs) against a-calm (2 runs)");
	assert_out("grows more\n");
	/* A B, then B A. */
	cr_assert(strstr(driver_out(), "\nb-leaky-2") <
		  strstr(driver_out(), "\na-calm-2"));
}

Test(cli_gate, needs_two_commands_to_compare)
{
	cr_assert_eq(tidemark("compare --ab"), 2);
	cr_assert_eq(tidemark("compare --ab -- p/one"), 2);
	cr_assert_eq(tidemark("compare --ab -- p/one --"), 2);
	cr_assert_eq(tidemark("compare --ab -- -- p/one"), 2);
	cr_assert_eq(tidemark("compare --ab -- a -- b -- c"), 2);
	assert_err("--ab needs two commands");
}

Test(cli_gate, compares_no_seconds_with_iterations)
{
	cr_assert_eq(tidemark("exec --quiet --name timed --every 0.01 -- sleep "
			      "0.2"),
		     0, "%s", driver_err());
	cr_assert_eq(tidemark("exec --quiet --name marked -- sh -c 'for i in 1 "
			      "2 3; do echo mark $i >&$TIDEMARK_FD; done'"),
		     0, "%s", driver_err());
	cr_assert_eq(tidemark("compare timed marked"), 2);
	assert_err("it has rates per second, this run has rates per iteration");
	cr_assert_eq(driver_err_lines(), 1);
}

Test(cli_gate, compares_stored_runs_by_the_slopes_within_them)
{
	write_program("calm", "0");
	write_program("leaky", "100");
	cr_assert_eq(tidemark("run p/calm p/leaky --quiet"), 0);
	cr_assert_eq(tidemark("compare calm leaky"), 0);
	assert_out("leaky (1 run) against calm (1 run)");
	assert_out("grows more\n");
	assert_out("; single runs; difference with its 95 % interval:");
}

Test(cli_gate, says_which_runs_are_too_short_to_compare)
{
	size_t i;

	for (i = 0; i < 2; i++)
		cr_assert_eq(
			tidemark(i ? "exec --quiet --name two -- sh -c "
				     "'echo mark 1 >&$TIDEMARK_FD; sleep .3'"
				   : "exec --quiet --name one -- sh -c "
				     "'echo mark 1 >&$TIDEMARK_FD; sleep .3'"),
			0, "%s", driver_err());
	cr_assert_eq(tidemark("compare one two"), 0);
	assert_out("two (1 run) against one (1 run)");
	assert_out("\n  left out: one: too few samples of rss_bytes\n"
		   "  left out: two: too few samples of rss_bytes\n");
}
