/*
 * progress.h - the progress of a run.
 *
 * Purpose:   iteration, resident memory, its growth, and what the verdict would
 *            be so far: on a terminal in one line that is written over, in a
 *            log as a line now and then.
 * Ownership: plain memory of the caller; the run is borrowed, and read while it
 *            is filled, in the same thread.
 * Units:     nanoseconds of tm_clock_ns().
 * Errors:    nothing is shown where it cannot be seen.
 */
#ifndef TM_CLI_PROGRESS_H
#define TM_CLI_PROGRESS_H

#include <stdint.h>

#include "cli/screen.h"
#include "results/run.h"

#define TM_CLI_SO_FAR_MAX 160

struct tm_cli_progress_opts {
	enum tm_cli_screen_form form;
	int logs_progress;    /* lines where there is no terminal */
	int shows_verdict;    /* show the verdict so far */
	int repairs_terminal; /* after a program that may garble it */
};

struct tm_cli_progress {
	const struct tm_run *run;
	struct tm_cli_progress_opts opts;
	struct tm_cli_screen screen;
	uint64_t started_ns;
	uint64_t next_draw_ns;
	uint64_t next_log_ns; /* since the start */
	uint64_t next_verdict_ns;
	char so_far[TM_CLI_SO_FAR_MAX];
};

void tm_cli_progress_open(struct tm_cli_progress *progress,
			  const struct tm_run *run,
			  const struct tm_cli_progress_opts *opts);

/* As tm_measure_opts.on_progress; `context` is the struct tm_cli_progress. */
void tm_cli_progress_show(void *context, const struct tm_sample *sample,
			  uint64_t rss_bytes);

/* As tm_measure_opts.on_pause. */
void tm_cli_progress_hide(void *context);

/* Leave the terminal as if nothing had been there, ready for a line of text. */
void tm_cli_progress_close(struct tm_cli_progress *progress);

#endif
