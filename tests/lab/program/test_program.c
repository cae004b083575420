/* The built scenario programs, as one runs them by hand. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "generated/version.h"
#include "program.h"
#include "suite/program_options.h"

static struct outcome outcome;

static const char *const names[] = {"strong_ref",     "weak_ref",
				    "weak_ref_naive", "no_finalizer",
				    "no_promise",     "discard"};

#define NAMES (sizeof(names) / sizeof(names[0]))

static void run(const char *name, const char *arguments)
{
	program_run(&(struct program){.name = name}, arguments, &outcome);
}

static void run_unmeasured(const char *name, const char *arguments)
{
	program_run(&(struct program){.name = name, .unmeasured = 1}, arguments,
		    &outcome);
}

static void assert_ok(void)
{
	cr_assert_eq(outcome.exit_code, 0, "exit %d: %s", outcome.exit_code,
		     outcome.err);
	cr_assert_str_empty(outcome.err);
}

/* --- the article's lines -------------------------------------------------- */

/* `Memory usage: N (kb)`, and nothing else; returns how many. */
static size_t usages(unsigned long *first, unsigned long *last)
{
	const char *line = outcome.out;
	size_t count = 0;

	while (*line) {
		unsigned long usage;
		int end = 0;

		cr_assert_eq(
			sscanf(line, "Memory usage: %lu (kb)%n", &usage, &end),
			1, "%s", line);
		cr_assert_eq(line[end], '\n');
		cr_assert_gt(usage, 0);
		if (count++ == 0)
			*first = usage;
		*last = usage;
		line += end + 1;
	}
	return count;
}

Test(program, prints_the_articles_ten_lines)
{
	unsigned long first, last;

	/* That is a collection of more and more objects at each allocation. */
	if (strcmp(TM_VARIANT, "gcstress") == 0)
		cr_skip_test("the loop would not end");
	run_unmeasured("strong_ref", "");
	assert_ok();
	cr_assert_eq(usages(&first, &last), 10);
	/* 10,000 iterations leave 10 promises each, at the least. */
	cr_assert_gt(last, first + 5000);
	cr_assert_str_empty(outcome.marks);
}

Test(program, prints_a_line_each_time_it_samples)
{
	unsigned long first, last;

	run_unmeasured("discard", "--iterations 70 --every 10");
	assert_ok();
	cr_assert_eq(usages(&first, &last), 7);
	run_unmeasured("discard", "--iterations 1");
	assert_ok();
	cr_assert_eq(usages(&first, &last), 1);
}

/* --- what it says of itself ----------------------------------------------- */

Test(program, describes_itself)
{
	size_t i;

	for (i = 0; i < NAMES; i++) {
		char start[64];
		char *dash;

		run(names[i], "--describe");
		assert_ok();
		snprintf(start, sizeof(start), "%s\t", names[i]);
		while ((dash = strchr(start, '_')))
			*dash = '-';
		cr_assert_eq(strncmp(outcome.out, start, strlen(start)), 0,
			     "%s", outcome.out);
		cr_assert_eq(lines_of(outcome.out), 1);
		cr_assert_str_empty(outcome.marks);
	}
}

/* What tidemark reads is what the programs print. */
Test(program, describes_its_options)
{
	char path[] = "/tmp/tidemark-options-XXXXXX";
	const struct tm_program_option *rules;
	struct tm_program_options options;
	int fd = mkstemp(path);
	struct tm_err err;
	FILE *file;

	run("strong_ref", "--describe-options");
	assert_ok();
	cr_assert_str_empty(outcome.marks);
	cr_assert_geq(fd, 0);
	file = fdopen(fd, "w");
	fputs(outcome.out, file);
	fclose(file);
	cr_assert_eq(tm_program_options_load(&options, path, &err), TM_OK, "%s",
		     err.text);
	unlink(path);
	cr_assert_eq(options.count, 13);
	rules = tm_program_options_find(&options, "rules");
	cr_assert_str_eq(rules->argument, "legacy|pep442|off");
	cr_assert_str_eq(rules->initial, "legacy");
	cr_assert_not_null(tm_program_options_find(&options, "iterations"));
	cr_assert_not_null(tm_program_options_find(&options, "every"));
	cr_assert_not_null(tm_program_options_find(&options, "inject-leak"));
	cr_assert_null(tm_program_options_find(&options, "describe"));
	tm_program_options_release(&options);
}

Test(program, takes_a_pause_and_a_leak_of_zero)
{
	run("strong_ref", "--iterations 2 --pause-ms 0 --inject-leak 0");
	assert_ok();
}

Test(program, helps_with_every_flag)
{
	static const char *const flags[] = {
		"--iterations", "--every",  "--shape",	  "--header",
		"--rules",	"--broker", "--backend",  "--read-results",
		"--confirms",	"--wire",   "--pause-ms", "--describe",
	};
	size_t i;

	run("strong_ref", "--help");
	assert_ok();
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		cr_assert_not_null(strstr(outcome.out, flags[i]), "%s",
				   flags[i]);
	cr_assert_str_empty(outcome.marks);
}

/* --- what it cannot do ---------------------------------------------------- */

struct refusal {
	char arguments[64];
	char why[64]; /* in the one line on standard error */
	int exit_code;
};

ParameterizedTestParameters(program, refuses_in_one_line)
{
	static struct refusal rows[] = {
		{"--iterations 0", "--iterations", 2},
		{"--iterations 1.5", "not '1.5'", 2},
		{"--iterations -3", "not '-3'", 2},
		{"--iterations 99999999999999999999", "--iterations", 2},
		{"--iterations", "--iterations needs a value", 2},
		{"--every 0", "--every", 2},
		{"--header 0", "--header", 2},
		{"--header 4294967297", "--header", 2},
		{"--shape chain", "chord, group or delay, not 'chain'", 2},
		{"--rules pep", "legacy, pep442 or off, not 'pep'", 2},
		{"--wire 3.1", "5.2.6 or 4.2.2, not '3.1'", 2},
		{"--nonsense", "unknown flag --nonsense", 2},
		{"-x", "unknown flag", 2},
		{"surplus", "unexpected argument 'surplus'", 2},
		{"--broker ftp://here", "ftp:// is not a broker", 2},
		{"--backend amqp://here", "amqp:// is not a result backend", 2},
		{"--broker amqps://here", "TLS", 2},
		{"--backend rediss://here", "TLS", 2},
		{"--broker amqp://127.0.0.1:1//", "127.0.0.1", 3},
		{"--backend redis://127.0.0.1:1", "127.0.0.1", 3},
	};

	return cr_make_param_array(struct refusal, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct refusal *row, program, refuses_in_one_line)
{
	run_unmeasured("strong_ref", row->arguments);
	cr_assert_eq(outcome.exit_code, row->exit_code, "%s: exit %d: %s",
		     row->arguments, outcome.exit_code, outcome.err);
	cr_assert_not_null(strstr(outcome.err, row->why), "%s: %s",
			   row->arguments, outcome.err);
	cr_assert_eq(lines_of(outcome.err), 1, "%s", outcome.err);
	cr_assert_eq(strncmp(outcome.err, "strong-ref: ", 12), 0);
	cr_assert_str_empty(outcome.out);
}

Test(program, never_shows_a_password)
{
	run_unmeasured("strong_ref", "--broker amqp://me:secret@127.0.0.1:1//");
	cr_assert_eq(outcome.exit_code, 3);
	cr_assert_null(strstr(outcome.err, "secret"), "%s", outcome.err);
	run("strong_ref", "--backend redis://:secret@127.0.0.1:1/0");
	cr_assert_eq(outcome.exit_code, 3);
	cr_assert_null(strstr(outcome.err, "secret"));
	cr_assert_null(strstr(outcome.marks, "secret"), "%s", outcome.marks);
	cr_assert_not_null(strstr(outcome.marks, "error "));
}
