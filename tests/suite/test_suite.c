#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite/suite.h"

static const char described[] =
	"{\"options\":1}\n"
	"{\"name\":\"iterations\",\"help\":\"iterations\",\"argument\":\"N\","
	"\"least\":1,\"most\":1000000,\"default\":\"10000\"}\n"
	"{\"name\":\"header\",\"help\":\"tasks\",\"argument\":\"N\","
	"\"least\":1,\"most\":100}\n"
	"{\"name\":\"pause-ms\",\"help\":\"pause\",\"argument\":\"N\","
	"\"least\":0,\"most\":1000,\"compared\":false}\n"
	"{\"name\":\"rules\",\"help\":\"rules\",\"argument\":\"RULES\","
	"\"choices\":[\"legacy\",\"pep442\",\"off\"]}\n"
	"{\"name\":\"broker\",\"help\":\"a server\",\"argument\":\"URL\"}\n"
	"{\"name\":\"read-results\",\"help\":\"read them\"}\n"
	"{\"name\":\"confirms\",\"help\":\"wait\"}\n";

static char path[] = "/tmp/tidemark-suite-XXXXXX";
static struct tm_program_options known;
static struct tm_suite suite;
static struct tm_err err;

static void write_file(const char *text)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static enum tm_rc describe(const char *text)
{
	write_file(text);
	tm_program_options_release(&known);
	return tm_program_options_load(&known, path, &err);
}

static void make_file(void)
{
	int fd;

	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	close(fd);
	cr_assert_eq(describe(described), TM_OK, "%s", err.text);
}

static void remove_file(void)
{
	tm_suite_release(&suite);
	tm_program_options_release(&known);
	unlink(path);
}

static enum tm_rc load(const char *text)
{
	write_file(text);
	return tm_suite_load(&suite, path, &known, &err);
}

TestSuite(suite, .init = make_file, .fini = remove_file);
TestSuite(job, .init = make_file, .fini = remove_file);
TestSuite(program_options, .init = make_file, .fini = remove_file);

static const char *value_of(size_t job, const char *name)
{
	return tm_job_value(&suite.jobs[job], name);
}

Test(suite, gives_each_job_the_global_defaults)
{
	cr_assert_eq(load("[global]\n"
			  "iterations = 500\n"
			  "rules = legacy\n"
			  "[one]\n"
			  "scenario = strong-ref\n"
			  "rules = pep442\n"
			  "[weak-ref]\n"),
		     TM_OK, "%s", err.text);
	cr_assert_eq(suite.count, 2);
	cr_assert_str_eq(suite.jobs[0].name, "one");
	cr_assert_str_eq(suite.jobs[0].scenario, "strong-ref");
	cr_assert_str_eq(value_of(0, "rules"), "pep442");
	cr_assert_str_eq(value_of(0, "iterations"), "500");
	cr_assert_str_eq(suite.jobs[1].scenario, "weak-ref");
	cr_assert_str_eq(value_of(1, "rules"), "legacy");
	cr_assert_null(value_of(1, "header"));
	cr_assert_eq(suite.jobs[1].line, 7);
}

Test(suite, takes_defaults_from_a_global_section_at_the_end_too)
{
	cr_assert_eq(load("[a]\nscenario=x\n[global]\nheader=2\n"), TM_OK);
	cr_assert_eq(suite.count, 1);
	cr_assert_str_eq(value_of(0, "header"), "2");
}

struct bad_suite {
	char text[96];
	char says[72];
};

ParameterizedTestParameters(suite, names_the_line_that_is_wrong)
{
	static struct bad_suite rows[] = {
		{"[a]\nruls = legacy\n", ":2: unknown key 'ruls' (did you "
					 "mean 'rules'?)"},
		{"[a]\n\nrules = modern\n", ":3: rules is legacy|pep442|off"},
		{"[a]\niterations = 0\n", ":2: iterations is a whole number"},
		{"[a]\niterations = 1e4\n", ":2: iterations is a whole number"},
		{"[a]\nread-results = maybe\n", ":2: read-results is yes or "
						"no, not 'maybe'"},
		{"[a]\nmemory-limit = lots\n", ":2: memory-limit is a size"},
		{"[a]\nscenario =\n", ":2: a scenario needs a name"},
		{"[a]\nnonsense\n", ":2: neither [section] nor key"},
		{"[a]\n[b\n", ":2: neither [section] nor key"},
		{"rules = legacy\n", ":1: a key before the first [section]"},
		{"[a]\n[a]\n", ":2: a second section [a]"},
		{"[]\n", ":1: a section without a name"},
		{"[global]\nrules = off\n", "no job"},
		{"", "no job"},
	};

	return cr_make_param_array(struct bad_suite, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct bad_suite *row, suite, names_the_line_that_is_wrong)
{
	cr_assert_eq(load(row->text), TM_EUSAGE, "%s", row->text);
	cr_assert_not_null(strstr(err.text, row->says), "%s", err.text);
	cr_assert_eq(strncmp(err.text, path, strlen(path)), 0, "%s", err.text);
	cr_assert_null(strchr(err.text, '\n'));
	cr_assert_eq(suite.count, 0);
}

Test(suite, refuses_a_line_that_is_too_long)
{
	char text[4096] = "[a]\nbroker = ";

	memset(text + strlen(text), 'x', 3000);
	cr_assert_eq(load(text), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, ":2: the line is too long"), "%s",
			   err.text);
}

Test(suite, refuses_a_file_that_is_not_there)
{
	cr_assert_eq(tm_suite_load(&suite, "/no/such.ini", &known, &err),
		     TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "/no/such.ini"));
}

Test(suite, refuses_a_folder)
{
	cr_assert_eq(tm_suite_load(&suite, ".", &known, &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "cannot read the suite '.': Is a directory");
}

/* --- jobs ----------------------------------------------------------------- */

static enum tm_rc set(struct tm_job *job, const char *name, const char *value)
{
	const struct tm_program_option *option =
		tm_program_options_find(&known, name);

	cr_assert_not_null(option, "%s", name);
	return tm_job_set(job, option, value, &err);
}

Test(job, becomes_the_arguments_of_its_program)
{
	struct tm_job job;
	char **argv;

	tm_job_init(&job);
	cr_assert_eq(set(&job, "read-results", "on"), TM_OK);
	cr_assert_eq(set(&job, "iterations", "5"), TM_OK);
	cr_assert_eq(set(&job, "confirms", "no"), TM_OK);
	cr_assert_eq(set(&job, "iterations", "50"), TM_OK);
	cr_assert_eq(tm_job_set_limit(&job, TM_JOB_timeout, "5", &err), TM_OK);
	argv = tm_job_argv(&job, "prog");
	cr_assert_str_eq(argv[0], "prog");
	cr_assert_str_eq(argv[1], "--iterations");
	cr_assert_str_eq(argv[2], "50");
	cr_assert_str_eq(argv[3], "--read-results");
	cr_assert_null(argv[4]);
	cr_assert_eq(tm_job_timeout_ms(&job), 5000);
	free(argv);
	tm_job_release(&job);
}

Test(job, finds_its_keys_with_dashes_or_underscores)
{
	cr_assert_eq(tm_job_find_limit("memory_limit"), TM_JOB_memory_limit);
	cr_assert_eq(tm_job_find_limit("memory limit"), TM_JOB_LIMIT_COUNT);
	cr_assert_not_null(tm_program_options_find(&known, "read-results"));
	cr_assert_not_null(tm_program_options_find(&known, "read_results"));
	cr_assert_null(tm_program_options_find(&known, "read results"));
	cr_assert_null(tm_program_options_find(&known, "rules "));
}

Test(job, keeps_a_bad_value_of_a_url_out_of_the_error)
{
	struct tm_job job;

	tm_job_init(&job);
	cr_assert_eq(set(&job, "broker", ""), TM_EUSAGE);
	cr_assert_str_eq(err.text, "broker needs a value: URL");
	tm_job_release(&job);
}

/* --- what programs take --------------------------------------------------- */

Test(program_options, say_what_a_program_takes)
{
	const struct tm_program_option *rules =
		tm_program_options_find(&known, "rules");

	cr_assert_eq(known.count, 7);
	cr_assert_str_eq(rules->argument, "legacy|pep442|off");
	cr_assert_eq(tm_program_option_check(rules, "pep442", &err), TM_OK);
	cr_assert_eq(tm_program_option_check(rules, "pep", &err), TM_EUSAGE);
	cr_assert_eq(tm_program_option_check(rules, "legacy|off", &err),
		     TM_EUSAGE);
	cr_assert_str_eq(known.rows[0].initial, "10000");
	cr_assert_null(known.rows[1].initial);
	cr_assert_null(known.rows[5].argument);
}

/* The lower end is the program's, too: a pause of 0 is none. */
Test(program_options, have_a_range_of_their_own)
{
	const struct tm_program_option *pause =
		tm_program_options_find(&known, "pause_ms");

	cr_assert_eq(tm_program_option_check(pause, "0", &err), TM_OK);
	cr_assert_eq(tm_program_option_check(pause, "1000", &err), TM_OK);
	cr_assert_eq(tm_program_option_check(pause, "1001", &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "pause-ms is a whole number from 0 to 1000, "
				   "not '1001'");
}

/* Those that tidemark understands are not, whatever the file says. */
Test(program_options, say_by_which_runs_are_compared)
{
	static const struct {
		const char *name;
		int is_not_compared;
	} rows[] = {{"pause-ms", 1}, {"iterations", 1}, {"header", 0}};
	struct tm_job job;
	size_t i;

	tm_job_init(&job);
	for (i = 0; i < 3; i++) {
		cr_expect_eq(tm_program_options_find(&known, rows[i].name)
				     ->is_not_compared,
			     rows[i].is_not_compared, "%s", rows[i].name);
		cr_assert_eq(set(&job, rows[i].name, "9"), TM_OK);
	}
	cr_assert_eq(tm_job_pass(&job, "every", "9", &err), TM_OK);
	cr_assert_eq(tm_job_pass(&job, "speed", "9", &err), TM_OK);
	cr_assert_eq(job.argument_count, 5);
	for (i = 0; i < job.argument_count; i++) {
		const char *name = job.arguments[i].name;

		cr_expect_eq(job.arguments[i].is_not_compared,
			     strcmp(name, "header") != 0 &&
				     strcmp(name, "speed") != 0,
			     "%s", name);
	}
	tm_job_release(&job);
}

struct bad_options {
	char text[128];
	char says[64];
};

ParameterizedTestParameters(program_options, names_the_line_that_is_wrong)
{
	static struct bad_options rows[] = {
		{"", ": not a list of options"},
		{"[]\n", ":1: not a list of options"},
		{"{\"options\":2}\n", ":1: version 2 of the options"},
		{"{\"options\":1}\n{}\n", ":2: not the description"},
		{"{\"options\":1}\nx\n", ":2: not the description"},
		{"{\"options\":1}\n{\"name\":\"A b\",\"help\":\"\"}\n",
		 ":2: not the description"},
		{"{\"options\":1}\n{\"name\":\"a\",\"help\":\"x\\ny\"}\n",
		 ":2: not the description"},
		{"{\"options\":1}\n{\"name\":\"a\",\"help\":\"\"}\n"
		 "{\"name\":\"a\",\"help\":\"\"}\n",
		 ":3: not the description"},
		{"{\"options\":1}\n{\"name\":\"a\",\"help\":\"\","
		 "\"choices\":[]}\n",
		 ":2: not the description"},
		{"{\"options\":1}\n{\"name\":\"a\",\"help\":\"\","
		 "\"choices\":[\"`x y`\"]}\n",
		 ":2: not the description"},
		{"{\"options\":1}\n{\"name\":\"a\",\"help\":\"\","
		 "\"compared\":0}\n",
		 ":2: not the description"},
		{"{\"options\":1}\n{\"name\":\"a\",\"help\":\"\",\"most\":-1,"
		 "\"least\":0,\"argument\":\"N\"}\n",
		 ":2: not the description"},
	};

	return cr_make_param_array(struct bad_options, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct bad_options *row, program_options,
		  names_the_line_that_is_wrong)
{
	cr_assert_eq(describe(row->text), TM_EUSAGE, "%s", row->text);
	cr_assert_not_null(strstr(err.text, row->says), "%s", err.text);
	cr_assert_eq(known.count, 0);
}

/* A folder of scenarios without a list: the programs check their options. */
Test(program_options, pass_any_key_on_when_none_are_known)
{
	char **argv;

	cr_assert_eq(describe("{\"options\":1}\n"), TM_OK, "%s", err.text);
	cr_assert_eq(load("[a]\nspeed = high\nruns = 2\n"), TM_OK, "%s",
		     err.text);
	argv = tm_job_argv(&suite.jobs[0], "prog");
	cr_assert_str_eq(argv[1], "--speed");
	cr_assert_str_eq(argv[2], "high");
	cr_assert_null(argv[3]);
	free(argv);
	cr_assert_eq(tm_job_runs(&suite.jobs[0]), 2);
}

/* --- what the gate holds a run to ----------------------------------------- */

Test(suite, gives_each_job_the_budgets_that_it_does_not_set)
{
	const struct tm_budget *budget;

	cr_assert_eq(load("[global]\n"
			  "max-growth = 10\n"
			  "max-growth.rss_bytes = 1KiB\n"
			  "ignore = maxrss_bytes\n"
			  "[one]\n"
			  "[two]\n"
			  "max-growth.rss_bytes = 5\n"
			  "ignore = hwm_bytes\n"),
		     TM_OK, "%s", err.text);
	budget = &suite.jobs[0].budget;
	cr_assert_eq(tm_budget_of(budget, TM_METRIC_allocated_bytes), 10);
	cr_assert_eq(tm_budget_of(budget, TM_METRIC_rss_bytes), 1024);
	cr_assert(tm_budget_judges(budget, TM_METRIC_hwm_bytes));
	budget = &suite.jobs[1].budget;
	cr_assert_eq(tm_budget_of(budget, TM_METRIC_allocated_bytes), 10);
	cr_assert_eq(tm_budget_of(budget, TM_METRIC_rss_bytes), 5);
	cr_assert_not(tm_budget_judges(budget, TM_METRIC_hwm_bytes));
	cr_assert_not(tm_budget_judges(budget, TM_METRIC_maxrss_bytes));
}

Test(suite, names_the_line_of_an_invalid_budget)
{
	cr_assert_eq(load("[a]\nmax-growth = much\n"), TM_EUSAGE);
	cr_assert_not_null(
		strstr(err.text, ":2: a budget is a number of bytes"));
	cr_assert_eq(load("[a]\n\nmax-growth. = 1\n"), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, ":3: unknown metric"), "%s",
			   err.text);
}
