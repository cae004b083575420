/*
 * progress.h - one line on the terminal that is written over and over.
 *
 * Purpose:   show that a run goes on: iteration, resident memory, rate.
 * Ownership: plain memory of the caller.
 * Errors:    nothing is shown when stderr is no terminal.
 */
#ifndef TM_CLI_PROGRESS_H
#define TM_CLI_PROGRESS_H

#include <stdint.h>

#include "probe/metric.h"

struct tm_cli_progress {
	const char *name; /* borrowed */
	int enabled;
	int shown;	   /* something stands on the line */
	uint64_t drawn_ns; /* when it was last drawn */
};

void tm_cli_progress_init(struct tm_cli_progress *progress, const char *name,
			  int quiet);

/* As tm_measure_opts.on_progress; `context` is the struct tm_cli_progress. */
void tm_cli_progress_show(void *context, const struct tm_sample *sample,
			  uint64_t rss_bytes);

/* Leave the line as if nothing had been there. */
void tm_cli_progress_clear(struct tm_cli_progress *progress);

#endif
