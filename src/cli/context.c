#include "cli/context.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/request.h"
#include "preload/allocators/table.h"
#include "runtimes/runtimes.h"
#include "util/secret.h"
#include "subprocess/build_id.h"
#include "subprocess/proc_args.h"
#include "util/shell.h"
#include "util/text.h"

/* An option with its value, at most. */
#define GIVEN_MAX 512

/* --- variables ------------------------------------------------------------ */

static int is_of_allocator(const char *name)
{
	const char *const *variable;
	uint32_t id;

	for (id = 1; id < TM_ALLOCATOR_COUNT; id++) {
		variable = tm_allocator_row(id)->variables;
		for (; *variable; variable++) {
			if (tm_text_matches(name, *variable))
				return 1;
		}
	}
	return 0;
}

/* Variables that affect how a program uses memory, or which program is run,
 * besides those of allocators and language runtimes. */
static int is_recorded(const char *name)
{
	static const char *const known[] = {
		"LD_*",		"OMP_*",	"ASAN_OPTIONS",
		"LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
		"TIDEMARK_*",	"LANG",		"LC_*",
		"TZ",		"PATH",
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (tm_text_matches(name, known[i]))
			return 1;
	}
	return is_of_allocator(name) || tm_language_has_variable(name);
}

static void add_variable(json_t *variables, const char *setting)
{
	const char *equals = strchr(setting, '=');
	char name[128];

	if (!equals || (size_t)(equals - setting) >= sizeof(name))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)(equals - setting), setting);
	if (!is_recorded(name))
		return;
	json_object_set_new(
		variables, name,
		tm_cli_masked_json(tm_secret_mask_variable(name, equals + 1)));
}

/* --- the file ------------------------------------------------------------- */

static json_t *file_json(const char *path)
{
	char stamp[32], id[TM_BUILD_ID_MAX];
	struct stat found;
	struct tm when;
	json_t *json;

	if (stat(path, &found) != 0)
		return NULL;
	json = json_pack("{s:I}", "size_bytes", (json_int_t)found.st_size);
	if (gmtime_r(&found.st_mtime, &when) &&
	    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &when))
		json_object_set_new(json, "modified", json_string(stamp));
	if (tm_build_id_read(path, id))
		json_object_set_new(json, "build_id", json_string(id));
	return json;
}

/* --- all of it ------------------------------------------------------------ */

static json_t *options_json(const struct tm_cli_exec *exec)
{
	return json_pack("{s:s, s:b}", "marks",
			 tm_mark_source_name(exec->marks.source), "preload",
			 exec->preloads);
}

/* Options about output do not change what is measured. */
static int affects_measurement(const struct tm_option *option)
{
	static const char *const left_out[] = {
		"pid",	       "format",	  "quiet",
		"export-json", "export-markdown", "export-csv",
		"export-junit"};
	size_t i;

	for (i = 0; i < sizeof(left_out) / sizeof(*left_out); i++) {
		if (strcmp(option->name, left_out[i]) == 0)
			return 0;
	}
	return 1;
}

/* An option as a shell takes it, without a secret in its value. */
static json_t *option_json(const struct tm_option *option, const char *value)
{
	char *masked = value ? tm_secret_mask_text(value) : NULL;
	char text[GIVEN_MAX] = "", word[GIVEN_MAX];
	int fits;

	if (masked && tm_option_is_optional(option)) {
		snprintf(word, sizeof(word), "--%s=%s", option->name, masked);
		fits = tm_shell_add(text, sizeof(text), word);
	} else {
		snprintf(word, sizeof(word), "--%s", option->name);
		fits = tm_shell_add(text, sizeof(text), word) &&
		       (!masked || tm_shell_add(text, sizeof(text), masked));
	}
	free(masked);
	return fits ? tm_cli_masked_json(strdup(text)) : NULL;
}

/* The options that affect the measurement, each as a text. */
static json_t *given_json(const struct tm_cli_exec *exec)
{
	struct tm_option_reader reader;
	json_t *given = json_array();
	struct tm_err unused;

	tm_option_reader_init(&reader, &tm_cli_exec, exec->argc, exec->argv);
	while (tm_option_next(&reader, &unused) == TM_ITEM_OPTION) {
		if (affects_measurement(reader.option))
			json_array_append_new(given, option_json(reader.option,
								 reader.value));
	}
	return given;
}

static void add_started(json_t *json, const struct tm_cli_exec *exec,
			const char *program)
{
	json_t *variables = json_object();
	char folder[PATH_MAX];
	size_t i;

	for (i = 0; environ[i]; i++)
		add_variable(variables, environ[i]);
	json_object_set_new(json, "variables", variables);
	json_object_set_new(json, "program", json_string(program));
	json_object_set_new(json, "argv",
			    tm_cli_argv_json(program, exec->command));
	json_object_set_new(json, "file", file_json(program));
	if (getcwd(folder, sizeof(folder)))
		json_object_set_new(json, "working_directory",
				    tm_cli_masked_json(strdup(folder)));
}

/* What can be read about a process, with permission. */
static void add_running(json_t *json, pid_t pid)
{
	char path[64], program[PATH_MAX], folder[PATH_MAX];
	json_t *variables = json_object();
	char **argv = tm_process_words(pid, "cmdline");
	char **settings = tm_process_words(pid, "environ");
	size_t i;

	for (i = 0; settings && settings[i]; i++)
		add_variable(variables, settings[i]);
	json_object_set_new(json, "variables", variables);
	if (argv)
		json_object_set_new(
			json, "argv",
			tm_cli_argv_json(argv[0] ? argv[0] : "", argv));
	if (tm_process_link(pid, "exe", program, sizeof(program)))
		json_object_set_new(json, "program",
				    tm_cli_masked_json(strdup(program)));
	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)pid);
	json_object_set_new(json, "file", file_json(path));
	if (tm_process_link(pid, "cwd", folder, sizeof(folder)))
		json_object_set_new(json, "working_directory",
				    tm_cli_masked_json(strdup(folder)));
	json_object_set_new(json, "pid", json_integer(pid));
	free(settings);
	free(argv);
}

json_t *tm_cli_context(const struct tm_cli_exec *exec, const char *name,
		       const char *program)
{
	json_t *json = json_pack("{s:s, s:o, s:o, s:I, s:I}", "job", name,
				 "options", options_json(exec), "given",
				 given_json(exec), "memory_limit_bytes",
				 (json_int_t)exec->memory_limit_bytes,
				 "timeout_ms", (json_int_t)exec->timeout_ms);

	if (exec->pid)
		add_running(json, exec->pid);
	else
		add_started(json, exec, program);
	return json;
}
