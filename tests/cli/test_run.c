#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"

TestSuite(cli_run, .init = driver_open, .fini = driver_close);

static int out_has(const char *text)
{
	return strstr(driver_out(), text) != NULL;
}

static int err_has(const char *text)
{
	return strstr(driver_err(), text) != NULL;
}

static const char *text_of(const json_t *json, const char *key)
{
	const char *text = json_string_value(json_object_get(json, key));

	return text ? text : "";
}

static json_int_t number_of(const json_t *json, const char *key)
{
	return json_integer_value(json_object_get(json, key));
}

/* --- a run that goes well ------------------------------------------------- */

Test(cli_run, measures_stores_and_prints)
{
	json_t *run;

	cr_assert_eq(tidemark("run grows --export-json out.json"), 0, "%s",
		     driver_err());
	cr_assert_str_eq(driver_err(), "");
	cr_assert(out_has("grows"));
	cr_assert(out_has("complete"));
	cr_assert(out_has("\nnext: tidemark plot results/runs/"));
	cr_assert_not(out_has("Memory usage"));
	cr_assert_not(out_has("\033"));
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	run = driver_first_run("out.json");
	cr_assert_str_eq(text_of(run, "outcome"), "complete");
	cr_assert_str_eq(text_of(run, "strategy"), "grows");
	cr_assert_eq(number_of(run, "iterations"), 400);
	cr_assert_eq(number_of(run, "published"), 400);
	cr_assert_eq(json_array_size(json_object_get(run, "samples")), 5);
	json_decref(run);
}

Test(cli_run, shows_the_programs_output_when_asked)
{
	cr_assert_eq(tidemark("run grows --show-output --quiet"), 0);
	cr_assert(out_has("Memory usage: 1 (kb)"));
	cr_assert_not(out_has("next:"));
}

Test(cli_run, hands_on_flags_in_the_scenarios_own_words)
{
	json_t *run;

	cr_assert_eq(tidemark("run tells_flags --iterations=7 --read-results "
			      "--rules off --timeout 60 "
			      "--export-json out.json"),
		     0, "%s", driver_err());
	run = driver_first_run("out.json");
	cr_assert_str_eq(text_of(run, "flags"),
			 "--iterations 7 --rules off --read-results");
	cr_assert_str_eq(text_of(run, "name"), "tells-flags");
	json_decref(run);
}

/* A copy of tells_flags in a folder of its own, which has no options.jsonl. */
static void open_foreign_folder(void)
{
	cr_assert_eq(system("mkdir foreign && cp "
			    "\"$TIDEMARK_SCENARIOS/tells_flags\" foreign"),
		     0);
	setenv("TIDEMARK_SCENARIOS", "foreign", 1);
}

static void assert_flags(const char *arguments, const char *flags)
{
	char command[256];
	json_t *run;

	snprintf(command, sizeof(command),
		 "run %s --export-json out.json --max-growth 16", arguments);
	cr_assert_eq(tidemark(command), 3, "%s", driver_err());
	run = driver_first_run("out.json");
	cr_assert_str_eq(text_of(run, "flags"), flags);
	json_decref(run);
}

Test(cli_run, works_with_a_folder_that_describes_no_options)
{
	open_foreign_folder();
	assert_flags("tells-flags", "--every 100");
	assert_flags("tells-flags --iterations 500 --pause-ms 1",
		     "--iterations 500 --every 5 --pause-ms 1");
	assert_flags("./foreign/tells_flags --iterations 500",
		     "--iterations 500");
	cr_assert_eq(tidemark("run tells-flags --itertions 5"), 2);
	cr_assert_not_null(strstr(driver_err(), "'--iterations'"), "%s",
			   driver_err());
}

Test(cli_run, takes_the_options_that_a_folder_describes_alone)
{
	open_foreign_folder();
	driver_write("foreign/options.jsonl",
		     "{\"options\":1}\n"
		     "{\"name\":\"size\",\"help\":\"of a block\","
		     "\"argument\":\"N\",\"least\":1,\"most\":64}\n");
	assert_flags("tells-flags --size 8", "--size 8");
	cr_assert_eq(tidemark("run tells-flags --size 65"), 2);
	cr_assert_not_null(strstr(driver_err(),
				  "--size is a whole number from 1 to 64, not "
				  "'65'"),
			   "%s", driver_err());
	cr_assert_eq(tidemark("run tells-flags --iterations 5"), 2);
}

/* What a program takes is not known then: nothing is run, and help says so. */
Test(cli_run, runs_nothing_by_a_damaged_list_of_options)
{
	const char *says = "foreign/options.jsonl:2: not the description of an "
			   "option; write the file again";

	open_foreign_folder();
	driver_write("foreign/options.jsonl", "{\"options\":1}\n{\"nam\n");
	driver_write("suite.ini", "[a]\nscenario = tells-flags\nspeed = 1\n");
	cr_assert_eq(tidemark("run tells-flags --size 8"), 2);
	cr_assert_not_null(strstr(driver_err(), says), "%s", driver_err());
	cr_assert_null(strstr(driver_err(), "--size"), "%s", driver_err());
	cr_assert_eq(tidemark("run --suite suite.ini"), 2);
	cr_assert_not_null(strstr(driver_err(), says), "%s", driver_err());
	cr_assert_neq(system("ls results >ls 2>&1"), 0);
	cr_assert_eq(tidemark("run --help"), 0);
	cr_assert(out_has("--suite FILE"));
	cr_assert_not_null(strstr(driver_err(), says), "%s", driver_err());
	cr_assert_eq(tidemark("help run"), 0);
	cr_assert_not_null(strstr(driver_err(), says), "%s", driver_err());
	cr_assert_eq(tidemark("exec --max-growth 1GiB -- true"), 3);
	cr_assert_null(strstr(driver_err(), says), "%s", driver_err());
}

/* Also by a gate on another machine, without the scenarios. */
Test(cli_run, stores_by_which_options_runs_are_compared)
{
	json_t *run, *request, *list;

	assert_flags("tells-flags --iterations 500 --header 2 --pause-ms 1",
		     "--iterations 500 --every 5 --header 2 --pause-ms 1");
	cr_assert_eq(tidemark("run tells-flags --iterations 500 --header 2 "
			      "--pause-ms 1 --export-json out.json"),
		     0);
	run = driver_first_run("out.json");
	request = json_object_get(run, "request");
	list = json_object_get(request, "not_compared");
	cr_assert_eq(json_array_size(list), 2);
	cr_expect_str_eq(json_string_value(json_array_get(list, 0)),
			 "iterations");
	cr_expect_str_eq(json_string_value(json_array_get(list, 1)),
			 "pause_ms");
	json_decref(run);
}

Test(cli_run, stores_no_password)
{
	cr_assert_eq(tidemark("run silent --export-json out.json --broker "
			      "amqp://me:hunter2@host//"),
		     3);
	cr_assert_eq(system("grep -rq me:.*@host results out.json"), 0);
	cr_assert_neq(system("grep -rq hunter2 results out.json out err"), 0);
}

Test(cli_run, runs_a_program_of_the_users_own)
{
	cr_assert_eq(tidemark("run \"$TIDEMARK_SCENARIOS/grows\""), 0);
	cr_assert(out_has("grows"));
	/* No folder of scenarios is needed for it. */
	cr_assert_eq(tidemark("--version; cp $TIDEMARK_SCENARIOS/grows mine"),
		     0);
	setenv("TIDEMARK_SCENARIOS", "/no/such/folder", 1);
	cr_assert_eq(tidemark("run ./mine"), 0, "%s", driver_err());
}

Test(cli_run, repeats_and_numbers_its_runs)
{
	cr_assert_eq(tidemark("run grows --runs 3"), 0);
	cr_assert_eq(driver_count_runs("results/runs"), 3);
	cr_assert(out_has("grows-2"));
	cr_assert(out_has("grows-3"));
}

Test(cli_run, exports_the_table_too)
{
	cr_assert_eq(tidemark("run grows --export-markdown t.md --export-csv "
			      "t.csv"),
		     0);
	cr_assert_eq(system("grep -q '^|.*grows' t.md"), 0);
	cr_assert_eq(system("grep -q '^\"\\{0,1\\}grows\"\\{0,1\\},' t.csv"),
		     0);
}

/* --- runs that go badly --------------------------------------------------- */

/* One scenario that ends badly: exit 3, one line, and `kept` samples stored;
 * the scenario after it is measured all the same. */
static void ends_as(const char *arguments, const char *outcome,
		    const char *says, size_t kept)
{
	char command[512];
	json_t *run;

	snprintf(command, sizeof(command),
		 "run %s grows --export-json out.json", arguments);
	cr_assert_eq(tidemark(command), 3);
	cr_assert(err_has(says), "%s", driver_err());
	cr_assert_eq(driver_err_lines(), 1, "%s", driver_err());
	cr_assert(out_has(outcome), "%s", driver_out());
	cr_assert(out_has("grows"));
	cr_assert_eq(driver_count_runs("results/runs"), 2);
	run = driver_first_run("out.json");
	cr_assert_str_eq(text_of(run, "outcome"), outcome);
	cr_assert_eq(json_array_size(json_object_get(run, "samples")), kept);
	json_decref(run);
}

Test(cli_run, keeps_what_was_measured_before_a_crash)
{
	ends_as("crashes", "crashed", "signal 11", 3);
}

Test(cli_run, keeps_what_was_measured_below_the_memory_limit)
{
	ends_as("eats-memory --memory-limit 50MiB", "limit",
		"memory limit is 50 MiB", 1);
}

Test(cli_run, keeps_what_was_measured_before_the_timeout)
{
	ends_as("hangs --timeout 0.3", "timeout", "after 0.3 s", 3);
}

/* What it took is no memory that samples missed: there were none. */
Test(cli_run, says_nothing_of_the_memory_of_a_program_that_did_not_start)
{
	driver_write("eats", "#!/bin/sh\ndd if=/dev/zero of=/dev/null bs=16M "
			     "count=1 status=none\nexit 3\n");
	cr_assert_eq(chmod("eats", 0755), 0);
	cr_assert_eq(tidemark("run ./eats"), 3);
	cr_assert(err_has("0 samples were kept"), "%s", driver_err());
	cr_assert(!err_has("short-lived"), "%s", driver_err());
}

Test(cli_run, passes_on_why_a_program_gave_up)
{
	ends_as("gives-up", "failed", "the broker at localhost:1 is gone", 1);
}

Test(cli_run, does_not_pass_a_program_that_measured_nothing)
{
	ends_as("silent", "complete", "without a single mark", 0);
}

Test(cli_run, notes_the_lines_that_it_could_not_read)
{
	json_t *run;

	cr_assert_eq(tidemark("run rubbish --export-json out.json"), 0);
	cr_assert(err_has("rubbish: line 2 of its marks"), "%s", driver_err());
	cr_assert(err_has("line 4 of its marks"));
	cr_assert(err_has("cut off"));
	cr_assert_null(strchr(driver_err(), '\033'));
	run = driver_first_run("out.json");
	cr_assert_eq(json_array_size(json_object_get(run, "samples")), 2);
	cr_assert_eq(json_array_size(json_object_get(run, "notes")), 4);
	json_decref(run);
}

Test(cli_run, ends_as_usage_when_the_program_refuses_its_flags)
{
	cr_assert_eq(tidemark("run refuses"), 2);
	cr_assert(err_has("refuses: unknown flag"));
}

/* --- interrupted ---------------------------------------------------------- */

static void keeps_all_when_interrupted(int signal, int terminal)
{
	json_t *run;

	cr_assert_eq(driver_interrupt(signal, terminal), 3, "%s", driver_out());
	cr_assert(out_has("3 samples were kept"), "%s", driver_out());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
	run = driver_first_run("out.json");
	cr_assert_str_eq(text_of(run, "outcome"), "interrupted");
	cr_assert_eq(json_array_size(json_object_get(run, "samples")), 3);
	json_decref(run);
}

Test(cli_run, keeps_what_was_measured_before_sigint)
{
	keeps_all_when_interrupted(SIGINT, 0);
	cr_assert(out_has("interrupted by Ctrl-C"));
	cr_assert_not(out_has("\033"));
}

Test(cli_run, keeps_what_was_measured_before_sigterm)
{
	keeps_all_when_interrupted(SIGTERM, 0);
	cr_assert(out_has("Terminated"));
}

Test(cli_run, shows_progress_and_heeds_ctrl_c_on_a_terminal)
{
	keeps_all_when_interrupted(0, 1);
	cr_assert(out_has("\r\033[Khangs  iteration"), "%s", driver_out());
	cr_assert(out_has("interrupted by Ctrl-C"));
}

/* --- what cannot be written ----------------------------------------------- */

Test(cli_run, measures_nothing_that_it_could_not_store)
{
	cr_assert_eq(tidemark("run grows --results-dir /proc/results"), 2);
	cr_assert(err_has("cannot store runs in '/proc/results'"), "%s",
		  driver_err());
	cr_assert(err_has("--results-dir"));
	cr_assert_eq(driver_err_lines(), 1);
	cr_assert_not(out_has("grows"));
}

Test(cli_run, refuses_before_it_measures_what_it_could_not_write_or_read)
{
	static const char *const flags[] = {
		"--export-json nowhere/o.json", "--export-csv /proc/o.csv",
		"--export-markdown .",		"--export-junit nowhere/o.xml",
		"--baseline nowhere.json",
	};
	char command[160];
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		snprintf(command, sizeof(command), "run grows %s", flags[i]);
		cr_expect_eq(tidemark(command), 2, "%s", command);
		cr_expect_eq(driver_err_lines(), 1, "%s", driver_err());
		snprintf(command, sizeof(command), "exec %s -- touch started",
			 flags[i]);
		cr_expect_eq(tidemark(command), 2, "%s", command);
		cr_expect_eq(driver_err_lines(), 1, "%s", driver_err());
	}
	cr_expect_neq(access("started", F_OK), 0);
	cr_expect_eq(driver_count_runs("results/runs"), 0);
}

Test(cli_run, says_that_the_export_found_a_full_disk)
{
	cr_assert_eq(tidemark("run grows --export-json /dev/full"), 3);
	cr_assert(err_has("/dev/full"), "%s", driver_err());
	cr_assert_eq(driver_err_lines(), 1);
	cr_assert(out_has("grows"));
	cr_assert_eq(driver_count_runs("results/runs"), 1);
}

Test(cli_run, says_that_its_output_found_a_full_disk)
{
	cr_assert_eq(tidemark("run grows >/dev/full"), 3);
	cr_assert(err_has("cannot write the output"), "%s", driver_err());
	cr_assert_eq(driver_count_runs("results/runs"), 1);
}
