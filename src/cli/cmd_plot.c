#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/draw.h"
#include "cli/present.h"
#include "results/store.h"

#define PICTURES_DIRECTORY "results/plots"

enum { FLAG_FORMAT, FLAG_OUTPUT_DIR, FLAG_LAST, FLAG_RESULTS_DIR };

static const struct tm_cli_flag flags[] = {
	{FLAG_FORMAT, "format", "png|svg|term", "pictures, or the terminal"},
	{FLAG_OUTPUT_DIR, "output-dir", "DIR",
	 "where pictures go (" PICTURES_DIRECTORY ")"},
	{FLAG_LAST, "last", "N", "draw the newest N runs"},
	{FLAG_RESULTS_DIR, "results-dir", "DIR",
	 "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	TM_CLI_FLAGS_END};

struct settings {
	enum tm_plot_format format;
	const char *folder;
	const char *last;
	const char *results_directory;
};

static enum tm_rc set_format(struct settings *settings, const char *word,
			     struct tm_err *err)
{
	static const char *const words[] = {
		[TM_PLOT_PNG] = "png",
		[TM_PLOT_SVG] = "svg",
		[TM_PLOT_TERM] = "term",
	};
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(words[i], word) == 0) {
			settings->format = (enum tm_plot_format)i;
			return TM_OK;
		}
	}
	return tm_fail(err, TM_EUSAGE,
		       "format is png, svg or term, not '%.20s'", word);
}

static enum tm_rc take_flag(struct settings *settings,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
	switch (reader->flag->id) {
	case FLAG_FORMAT:
		return set_format(settings, reader->value, err);
	case FLAG_OUTPUT_DIR:
		settings->folder = reader->value;
		return TM_OK;
	case FLAG_LAST:
		settings->last = reader->value;
		return TM_OK;
	default:
		settings->results_directory = reader->value;
		return TM_OK;
	}
}

static enum tm_rc draw(const struct settings *settings,
		       struct tm_cli_runs *runs, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	if (settings->last)
		rc = tm_cli_runs_load_last(runs, settings->results_directory,
					   settings->last, err);
	if (rc != TM_OK)
		return rc;
	if (runs->count == 0)
		return tm_fail(err, TM_EUSAGE,
			       "plot needs runs: their folders, their names or "
			       "--last N");
	return tm_cli_draw(runs, settings->format, settings->folder, stdout,
			   err);
}

static int run(int argc, char **argv)
{
	struct settings settings = {.folder = PICTURES_DIRECTORY,
				    .results_directory = TM_RESULTS_DIRECTORY};
	struct tm_cli_runs runs = {0};
	struct tm_cli_reader reader;
	struct tm_err err = {0};
	enum tm_cli_item item;
	enum tm_rc rc = TM_OK;

	tm_cli_reader_init(&reader, &tm_cli_plot, argc, argv);
	while (rc == TM_OK &&
	       ((item = tm_cli_read(&reader, &err)) == TM_CLI_FLAG ||
		item == TM_CLI_WORD)) {
		if (item == TM_CLI_FLAG)
			rc = take_flag(&settings, &reader, &err);
	}
	if (rc != TM_OK || item == TM_CLI_BAD)
		return tm_cli_fail(&err);
	if (item == TM_CLI_HELP)
		return TM_EXIT_PASS;
	rc = tm_cli_runs_load_words(&runs, &tm_cli_plot, argc, argv,
				    settings.results_directory, &err);
	if (rc == TM_OK)
		rc = draw(&settings, &runs, &err);
	tm_cli_runs_release(&runs);
	return rc == TM_OK ? TM_EXIT_PASS : tm_cli_fail(&err);
}

const struct tm_cli_command tm_cli_plot = {
	.name = "plot",
	.run = run,
	.usage = "RUN... [FLAG...]",
	.text = "Draw the curves of stored runs",
	.flags = flags,
};
