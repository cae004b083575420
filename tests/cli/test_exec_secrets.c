#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

TestSuite(cli_exec_secrets, .init = driver_open, .fini = driver_close);

/* Each run's words are asked back from what is stored. */
static json_t *request_of(const char *arguments)
{
	char command[256];
	json_t *run, *request;

	snprintf(command, sizeof(command),
		 "exec --quiet --export-json o.json -- true %s", arguments);
	cr_assert_eq(tidemark(command), 0, "%s", driver_err());
	run = driver_first_run("o.json");
	request = json_incref(json_object_get(run, "request"));
	json_decref(run);
	cr_assert(json_is_object(request));
	return request;
}

struct words {
	char given[96];
	char kept[80]; /* with a comma between two words */
};

ParameterizedTestParameters(cli_exec_secrets, are_masked_in_words)
{
	static struct words rows[] = {
		{"--password hunter2 x", "--password,***,x"},
		{"--password=hunter2", "--password=***"},
		{"--password='hunter2 two words'", "--password=***"},
		{"-password=hunter2", "-password=***"},
		{"--db-passwd hunter2", "--db-passwd,***"},
		{"--token hunter2", "--token,***"},
		{"--auth-token=hunter2", "--auth-token=***"},
		{"--apiKey hunter2", "--apiKey,***"},
		{"--signing-key=hunter2", "--signing-key=***"},
		{"-phunter2", "-p***"},
		{"PGPASSWORD=hunter2", "PGPASSWORD=***"},
		{"AWS_SECRET_ACCESS_KEY=hunter2", "AWS_SECRET_ACCESS_KEY=***"},
		{"password:hunter2", "password:***"},
		{"-u me:hunter2", "-u,me:***"},
		{"--user=me:hunter2", "--user=me:***"},
		{"'Authorization: Bearer hunter2'", "Authorization: ***"},
		{"'X-Api-Key: hunter2'", "X-Api-Key: ***"},
		{"http://me:hunter2@host/x", "http://me:**@host/x"},
		{"--url=redis://:hunter2@host", "--url=redis://:**@host"},
		{"'a amqp://a:hunter2@b c'", "a amqp://a:**@b c"},
		{"'export TOKEN=hunter2; x'", "export TOKEN=***; x"},
		{"\"TOKEN='hunter2 b' x\"", "TOKEN=***"},
		{"\"x TOKEN='hunter2 b' y\"", "x TOKEN=*** y"},
		{"'mysql -phunter2 db'", "mysql -p*** db"},
		{"'curl --token hunter2 y'", "curl --token *** y"},
		{"'-H Authorization: Bearer hunter2'",
		 "-H Authorization: Bearer ***"},
		{"'{\"secret\": \"hunter2\", \"a\": 1}'",
		 "{\"secret\": ***, \"a\": 1}"},
		{"\"connect(password='hunter2')\"", "connect(password=***)"},
	};

	return cr_make_param_array(struct words, rows,
				   sizeof(rows) / sizeof(*rows));
}

static void join(char *out, size_t size, const json_t *words)
{
	size_t used = 0, i;
	json_t *word;

	*out = '\0';
	json_array_foreach(words, i, word)
	{
		if (i > 0 && used < size)
			used += (size_t)snprintf(out + used, size - used,
						 "%s%s", i > 1 ? "," : "",
						 json_string_value(word));
	}
}

ParameterizedTest(struct words *row, cli_exec_secrets, are_masked_in_words)
{
	json_t *request = request_of(row->given);
	char kept[256];

	join(kept, sizeof(kept), json_object_get(request, "argv"));
	cr_assert_str_eq(kept, row->kept, "%s: %s", row->given, kept);
	json_decref(request);
	cr_assert_neq(system("grep -rq hunter2 results o.json err"), 0);
}

ParameterizedTestParameters(cli_exec_secrets, are_not_found_in_plain_text)
{
	static char rows[][96] = {
		"--port 80",
		"-p8080",
		"-p 8080",
		"--max-tokens",
		"--token-file=/x",
		"--password-stdin",
		"monkey=1",
		"--compat=5",
		"PWD=/tmp",
		"--key=2",
		"author=x",
		"--passes=2",
		"http://host/",
		"a:b",
		"--no-bypass",
		"x=y",
		"'for i in 1 2; do'",
		"--keyboard=us",
	};

	return cr_make_param_array(char[96], rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(char row[96], cli_exec_secrets, are_not_found_in_plain_text)
{
	json_t *request = request_of(row);

	cr_assert_null(strstr(driver_err(), "***"));
	json_decref(request);
	cr_assert_eq(system("grep -q '\\*\\*\\*' o.json"), 256, "%s", row);
}

/* --- the environment ------------------------------------------------------ */

static const char *variable(const json_t *request, const char *name)
{
	return json_string_value(
		json_object_get(json_object_get(request, "variables"), name));
}

Test(cli_exec_secrets, keeps_only_the_variables_that_matter)
{
	json_t *request;

	setenv("MALLOC_ARENA_MAX", "2", 1);
	setenv("NODE_AUTH_TOKEN", "hunter2", 1);
	setenv("PYTHONPATH", "http://me:hunter2@host", 1);
	setenv("SOMETHING_ELSE", "hunter2", 1);
	request = request_of("");
	cr_assert_str_eq(variable(request, "MALLOC_ARENA_MAX"), "2");
	cr_assert_str_eq(variable(request, "NODE_AUTH_TOKEN"), "***");
	cr_assert_str_eq(variable(request, "PYTHONPATH"), "http://me:**@host");
	cr_assert_null(variable(request, "SOMETHING_ELSE"));
	json_decref(request);
	cr_assert_neq(system("grep -rq hunter2 results o.json err"), 0);
}

Test(cli_exec_secrets, knows_the_program_again)
{
	json_t *request = request_of("");
	const json_t *file = json_object_get(request, "file");

	cr_assert_str_eq(json_string_value(json_object_get(request, "job")),
			 "true");
	cr_assert_not_null(
		strstr(json_string_value(json_object_get(request, "program")),
		       "/true"));
	cr_assert_gt(json_integer_value(json_object_get(file, "size_bytes")),
		     0);
	cr_assert(json_is_string(json_object_get(file, "modified")));
	cr_assert(json_is_string(json_object_get(file, "build_id")));
	cr_assert(
		json_is_string(json_object_get(request, "working_directory")));
	json_decref(request);
}
