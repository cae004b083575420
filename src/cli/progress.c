#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"

/* More often than this an eye sees only flicker. */
#define REDRAW_NS 100000000u

void tm_cli_progress_init(struct tm_cli_progress *progress, const char *name,
			  int quiet)
{
	const char *terminal = getenv("TERM");

	progress->name = name;
	progress->enabled = !quiet && isatty(STDERR_FILENO) &&
			    !(terminal && strcmp(terminal, "dumb") == 0);
	progress->shown = 0;
	progress->drawn_ns = 0;
}

void tm_cli_progress_show(void *context, const struct tm_sample *sample,
			  uint64_t rss_bytes)
{
	struct tm_cli_progress *progress = context;
	uint64_t now_ns = tm_clock_ns();

	if (!progress->enabled || now_ns - progress->drawn_ns < REDRAW_NS)
		return;
	progress->drawn_ns = now_ns;
	progress->shown = 1;
	fprintf(stderr, "\r\033[K%s", progress->name);
	if (sample)
		fprintf(stderr, "  iteration %llu",
			(unsigned long long)sample->iteration);
	if (rss_bytes)
		fprintf(stderr, "  %.1f MiB", (double)rss_bytes / 1048576.0);
	if (sample && sample->elapsed_ns && sample->iteration)
		fprintf(stderr, "  %.0f/s",
			(double)sample->iteration * 1e9 /
				(double)sample->elapsed_ns);
	fflush(stderr);
}

void tm_cli_progress_clear(struct tm_cli_progress *progress)
{
	if (!progress->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->shown = 0;
}
