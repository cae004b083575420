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

static void add_variable(struct tm_facts *variables, const char *setting)
{
	const char *equals = strchr(setting, '=');
	char name[128];
	char *masked;

	if (!equals || (size_t)(equals - setting) >= sizeof(name))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)(equals - setting), setting);
	if (!is_recorded(name))
		return;
	masked = tm_secret_mask_variable(name, equals + 1);
	tm_facts_set_text(variables, name, masked);
	free(masked);
}

static void add_variables(struct tm_facts *variables, char *const *settings)
{
	variables->is_known = 1;
	for (; settings && *settings; settings++)
		add_variable(variables, *settings);
}

/* --- the file ------------------------------------------------------------- */

static void add_file(struct tm_run_request *out, const char *path)
{
	char stamp[32], id[TM_BUILD_ID_MAX];
	struct stat found;
	struct tm when;

	if (stat(path, &found) != 0)
		return;
	out->file_size_bytes = tm_known_int(found.st_size);
	if (gmtime_r(&found.st_mtime, &when) &&
	    strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &when))
		out->file_modified = tm_text_copy(stamp);
	if (tm_build_id_read(path, id))
		out->file_build_id = tm_text_copy(id);
}

/* --- all of it ------------------------------------------------------------ */

/* Output options do not change the measurement. */
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

/* An option, quoted for a shell, with secrets masked. */
static void add_option(struct tm_texts *given, const struct tm_option *option,
		       const char *value)
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
	if (fits)
		tm_texts_add(given, text);
}

/* The options that affect the measurement, each as a text. */
static void add_given(struct tm_run_request *out,
		      const struct tm_cli_exec *exec)
{
	struct tm_option_reader reader;
	struct tm_err unused;

	out->is_given_known = 1;
	tm_option_reader_init(&reader, &tm_cli_exec, exec->argc, exec->argv);
	while (tm_option_next(&reader, &unused) == TM_ITEM_OPTION) {
		if (affects_measurement(reader.option))
			add_option(&out->given, reader.option, reader.value);
	}
}

static void add_started(struct tm_run_request *out,
			const struct tm_cli_exec *exec, const char *program)
{
	char folder[PATH_MAX];

	add_variables(&out->variables, environ);
	out->program = tm_text_copy(program);
	tm_cli_argv_add(&out->argv, program, exec->command);
	add_file(out, program);
	if (getcwd(folder, sizeof(folder)))
		out->working_directory = tm_text_copy(folder);
}

/* What can be read about a process, with permission. */
static void add_running(struct tm_run_request *out, pid_t pid)
{
	char path[64], program[PATH_MAX], folder[PATH_MAX];
	char **argv = tm_process_strings(pid, "cmdline");
	char **settings = tm_process_strings(pid, "environ");

	add_variables(&out->variables, settings);
	if (argv)
		tm_cli_argv_add(&out->argv, argv[0] ? argv[0] : "", argv);
	if (tm_process_link(pid, "exe", program, sizeof(program)))
		out->program = tm_text_copy(program);
	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)pid);
	add_file(out, path);
	if (tm_process_link(pid, "cwd", folder, sizeof(folder)))
		out->working_directory = tm_text_copy(folder);
	out->pid = tm_known_int(pid);
	free(settings);
	free(argv);
}

void tm_cli_context(struct tm_run_request *out, const struct tm_cli_exec *exec,
		    const char *name, const char *program)
{
	out->is_known = 1;
	out->job = tm_text_copy(name);
	tm_facts_set_text(&out->options, "marks",
			  tm_mark_source_name(exec->marks.source));
	tm_facts_set_bool(&out->options, "preload", exec->preloads);
	if (exec->goes_inside)
		tm_facts_set_bool(&out->options, "inside", 1);
	add_given(out, exec);
	out->memory_limit_bytes = tm_known_count(exec->memory_limit_bytes);
	out->timeout_ms = tm_known_count(exec->timeout_ms);
	if (exec->pid)
		add_running(out, exec->pid);
	else
		add_started(out, exec, program);
}
