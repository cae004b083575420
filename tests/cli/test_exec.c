#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* --- a program that goes well ----------------------------------------------
 */

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

/* --- the exit status -------------------------------------------------------
 */

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
