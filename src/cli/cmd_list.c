#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "metric/metric.h"
#include "report/format/grid.h"
#include "results/find.h"
#include "results/store.h"
#include "suite/catalog.h"
#include "subprocess/child.h"
#include "util/clock.h"

/* A program that does not print its summary in this time is listed without one.
 */
#define DESCRIBE_MS 2000

/* Read the output to its end, at most `size` bytes, until the time limit. */
static void read_for_a_while(int fd, char *out, size_t size)
{
	uint64_t end_ns = tm_clock_ns() + DESCRIBE_MS * 1000000ull;
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	size_t length = 0;

	while (length < size - 1) {
		uint64_t now_ns = tm_clock_ns();
		ssize_t got;

		if (now_ns >= end_ns ||
		    poll(&wait, 1, (int)((end_ns - now_ns) / 1000000u) + 1) ==
			    0)
			break;
		got = read(fd, out + length, size - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	out[length] = '\0';
}

/* What the program prints for --describe: "name<TAB>summary". */
static void describe(const char *program, char *out, size_t size)
{
	static char flag[] = "--describe";
	char path[PATH_MAX + 256];
	char *argv[] = {path, flag, NULL};
	struct tm_child_opts opts = {.program = program, .argv = argv};
	struct tm_child child;
	int ends[2];

	*out = '\0';
	snprintf(path, sizeof(path), "%s", program);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	opts.stdout_fd = ends[1];
	if (tm_child_start(&child, &opts, NULL) == TM_OK) {
		close(ends[1]);
		ends[1] = -1;
		read_for_a_while(ends[0], out, size);
		tm_child_signal(&child, SIGKILL);
		(void)tm_child_reap(&child, NULL);
	}
	if (ends[1] >= 0)
		close(ends[1]);
	close(ends[0]);
}

static void put_scenario(struct tm_grid *grid, const struct tm_catalog *catalog,
			 const char *file, const char *name)
{
	char program[PATH_MAX + 256], line[512];
	char *summary;

	snprintf(program, sizeof(program), "%s/%s", catalog->folder, file);
	describe(program, line, sizeof(line));
	line[strcspn(line, "\n")] = '\0';
	summary = strchr(line, '\t');
	tm_grid_put(grid, name);
	tm_grid_put(grid, summary ? summary + 1 : "(does not describe itself)");
}

/* Names beside what they mean, as `fill` puts them. */
static enum tm_rc print_grid(void (*fill)(struct tm_grid *grid,
					  const struct tm_catalog *catalog),
			     const struct tm_catalog *catalog,
			     struct tm_err *err)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text, .width = tm_cli_width(stdout)};
	struct tm_grid grid;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	tm_grid_open(&grid, &writer, "ll");
	fill(&grid, catalog);
	tm_grid_close(&grid);
	rc = tm_writer_close(&writer, "the list", err);
	if (rc == TM_OK)
		tm_cli_write(stdout, &text);
	tm_buf_release(&text);
	return rc;
}

static void fill_scenarios(struct tm_grid *grid,
			   const struct tm_catalog *catalog)
{
	char name[256];
	size_t i;

	for (i = 0; i < catalog->count; i++) {
		tm_catalog_name(catalog->files[i], name, sizeof(name));
		put_scenario(grid, catalog, catalog->files[i], name);
	}
}

static enum tm_rc print_scenarios(int is_brief, struct tm_err *err)
{
	struct tm_catalog catalog;
	char name[256];
	enum tm_rc rc;
	size_t i;

	rc = tm_catalog_open(&catalog, err);
	if (rc != TM_OK)
		return rc;
	for (i = 0; i < catalog.count && is_brief; i++) {
		tm_catalog_name(catalog.files[i], name, sizeof(name));
		tm_cli_write_name(stdout, name);
	}
	if (!is_brief)
		rc = print_grid(fill_scenarios, &catalog, err);
	if (catalog.count == 0)
		tm_cli_warn("no scenarios in '%s'", catalog.folder);
	tm_catalog_close(&catalog);
	return rc;
}

static void fill_metrics(struct tm_grid *grid, const struct tm_catalog *catalog)
{
	unsigned int i;

	(void)catalog;
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		tm_grid_put(grid, tm_metric_name(i));
		tm_grid_put(grid, tm_metric_text(i));
	}
}

static enum tm_rc print_metrics(int is_brief, struct tm_err *err)
{
	unsigned int i;

	if (!is_brief)
		return print_grid(fill_metrics, NULL, err);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		printf("%s\n", tm_metric_name(i));
	return TM_OK;
}

static void print_run(void *context, const char *folder, const char *name)
{
	const int *is_brief = context;

	tm_cli_write_name(stdout, *is_brief ? name : folder);
}

/* --- the command ---------------------------------------------------------- */

struct settings {
	int scenarios;
	int metrics;
	int runs;
	int is_brief;
	struct tm_cli_store store;
};

static enum tm_rc print_runs(struct settings *settings, struct tm_err *err)
{
	const char *folder = settings->store.directory;
	enum tm_rc rc = tm_run_check_folder(folder, err);

	if (rc == TM_OK && !tm_run_each(folder, print_run, &settings->is_brief))
		tm_cli_warn("no runs in '%s'", folder);
	return rc;
}

static const struct tm_option options[] = {
	{.name = "scenarios",
	 TM_OPTION_INTO(FLAG, struct settings, scenarios),
	 .help = "list the scenarios that `tidemark run` knows (the default)"},
	{.name = "metrics",
	 TM_OPTION_INTO(FLAG, struct settings, metrics),
	 .help = "list the metrics for --max-growth, --metric and --ignore"},
	{.name = "runs",
	 TM_OPTION_INTO(FLAG, struct settings, runs),
	 .help = "list the folders of stored runs, newest first"},
	{.name = "brief",
	 TM_OPTION_INTO(FLAG, struct settings, is_brief),
	 .help = "only the names"},
	TM_OPTIONS_END};

static const struct tm_option_group groups[] = {
	{"What is listed", options, 0},
	{NULL, tm_cli_results_dir_option, offsetof(struct settings, store)},
	{NULL, NULL, 0}};

static const struct tm_option_rule rules[] = {
	{TM_RULE_ONE_OF, "scenarios metrics runs", NULL, NULL},
	{TM_RULE_NEEDS, "results-dir", "runs",
	 "which lists what is stored there"},
	{.names = NULL}};

static const struct tm_example examples[] = {
	{"list", "scenarios that `tidemark run` knows by name"},
	{"list --metrics", "metrics that are measured and can have a budget"},
	{"list --runs", "runs for why, gate, compare and plot"},
	{NULL, NULL}};

static int run(int argc, char **argv)
{
	struct settings settings = {.store.directory = TM_RESULTS_DIRECTORY};
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	struct tm_err err = {0};
	enum tm_rc rc = TM_OK;
	int code;

	if (!tm_cli_read(&tm_cli_list, &settings, &arguments, &code))
		return code;
	if (arguments.count)
		rc = tm_fail(&err, TM_EUSAGE, "list takes no arguments");
	else if (settings.metrics)
		rc = print_metrics(settings.is_brief, &err);
	else if (settings.runs)
		rc = print_runs(&settings, &err);
	else
		rc = print_scenarios(settings.is_brief, &err);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

const struct tm_command tm_cli_list = {
	.name = "list",
	.run = run,
	.usage = "[OPTION...]",
	.summary = "List scenarios, metrics or stored runs",
	.groups = groups,
	.rules = rules,
	.examples = examples,
};
