#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "report/why/why.h"
#include "results/find.h"
#include "results/store.h"
#include "util/quantity.h"

enum { FLAG_FORMAT, FLAG_ALL, FLAG_STACK, FLAG_RESULTS_DIR };

static const struct tm_cli_flag flags[] = {
	{FLAG_FORMAT, "format", "text|markdown|json", "for people or programs"},
	{FLAG_ALL, "all", NULL, "show every layer, site and frame"},
	{FLAG_STACK, "stack", "N", "frames of each site (3)"},
	{FLAG_RESULTS_DIR, "results-dir", "DIR",
	 "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	TM_CLI_FLAGS_END};

struct settings {
	struct tm_why_opts opts;
	const char *run; /* NULL: the newest */
	const char *results_directory;
};

static enum tm_rc set_stack(struct settings *settings, const char *word,
			    struct tm_err *err)
{
	uint64_t count;

	if (!tm_quantity_count(word, &count) || count == 0 || count > 1000)
		return tm_fail(err, TM_EUSAGE,
			       "stack is a number from 1 to 1000, not '%.40s'",
			       word);
	settings->opts.stack = (unsigned int)count;
	return TM_OK;
}

static enum tm_rc take_flag(struct settings *settings,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
	switch (reader->flag->id) {
	case FLAG_FORMAT:
		if (tm_why_format_find(&settings->opts.format, reader->value))
			return TM_OK;
		return tm_fail(err, TM_EUSAGE,
			       "format is text, markdown or json, not '%.20s'",
			       reader->value);
	case FLAG_ALL:
		settings->opts.everything = 1;
		return TM_OK;
	case FLAG_STACK:
		return set_stack(settings, reader->value, err);
	default:
		settings->results_directory = reader->value;
		return TM_OK;
	}
}

static enum tm_rc take_word(struct settings *settings, const char *word,
			    struct tm_err *err)
{
	if (settings->run)
		return tm_fail(err, TM_EUSAGE,
			       "why explains one run, not '%.60s' as well",
			       word);
	settings->run = word;
	return TM_OK;
}

static enum tm_rc load(struct tm_run **out, const struct settings *settings,
		       struct tm_err *err)
{
	char folder[PATH_MAX];
	enum tm_rc rc;

	*out = NULL;
	if (settings->run)
		rc = tm_run_find(settings->results_directory, settings->run,
				 folder, sizeof(folder), err);
	else
		rc = tm_run_find_newest(settings->results_directory, 0, folder,
					sizeof(folder), err);
	return rc == TM_OK ? tm_run_load(out, folder, err) : rc;
}

static enum tm_rc explain(const struct settings *settings, struct tm_err *err)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_run *run;
	enum tm_rc rc;

	rc = load(&run, settings, err);
	if (rc != TM_OK)
		return rc;
	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = tm_report_why(&text, run, &settings->opts, err);
	if (rc == TM_OK && text.length)
		fwrite(text.bytes, 1, text.length, stdout);
	tm_buf_release(&text);
	tm_run_free(run);
	return rc;
}

static int run(int argc, char **argv)
{
	struct settings settings = {.results_directory = TM_RESULTS_DIRECTORY};
	struct tm_cli_reader reader;
	struct tm_err err = {0};
	enum tm_cli_item item;
	enum tm_rc rc = TM_OK;

	settings.opts.colour = tm_cli_has_colour(stdout);
	tm_cli_reader_init(&reader, &tm_cli_why, argc, argv);
	while (rc == TM_OK &&
	       ((item = tm_cli_read(&reader, &err)) == TM_CLI_FLAG ||
		item == TM_CLI_WORD))
		rc = item == TM_CLI_FLAG
			     ? take_flag(&settings, &reader, &err)
			     : take_word(&settings, reader.value, &err);
	if (rc != TM_OK || item == TM_CLI_BAD)
		return tm_cli_fail(&err);
	if (item == TM_CLI_HELP)
		return TM_EXIT_PASS;
	rc = explain(&settings, &err);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

const struct tm_cli_command tm_cli_why = {
	.name = "why",
	.run = run,
	.usage = "[RUN] [FLAG...]",
	.text = "Say what grew in a run (the newest), and who holds it",
	.flags = flags,
};
