/*
 * session.h - run jobs one after the other and keep their runs.
 *
 * Purpose:   what every command that starts programs has in common: a label
 *            for each run, progress, how it ended, a folder on disk.
 * Ownership: the session owns its runs; catalog and settings are borrowed.
 * Errors:    a program that ends badly is an outcome of its run and worsens
 *            `code`; only what keeps a run from being made is an error.
 */
#ifndef TM_CLI_SESSION_H
#define TM_CLI_SESSION_H

#include "cli/runs.h"
#include "cli/progress.h"
#include "gate/judging.h"
#include "suite/catalog.h"
#include "subprocess/interrupt.h"
#include "suite/job.h"
#include "run/measure.h"

struct tm_cli_session {
	const struct tm_catalog *catalog;
	const char *results_directory;
	int show_output;
	int quiet;
	struct tm_cli_progress_opts progress;
	const struct tm_judging *judging; /* by options; NULL: the defaults */
	const char *baseline;		  /* a file, or NULL */

	struct tm_interrupt interrupt;
	struct tm_cli_runs runs;
	int code; /* the worst so far */
	int interrupted;
};

/* The caller sets the options before; on failure nothing is left open. */
TM_CHECK enum tm_rc tm_cli_session_open(struct tm_cli_session *session,
					struct tm_err *err);
void tm_cli_session_close(struct tm_cli_session *session);

/* What is measured, and how. Interrupt, grace and progress of `how` are set by
 * the session. */
struct tm_cli_measurement {
	const char *name;
	const char *note; /* what a reader must know, or NULL */
	struct tm_measure_opts how;
	const struct tm_budget *budget; /* of its job; NULL: none */
	struct tm_run_request request;	/* taken, also when it fails */
};

/* Measure it and store it: it is the last one of session->runs then.  The
 * caller reports how it ended. */
TM_CHECK enum tm_rc tm_cli_session_measure(
	struct tm_cli_session *session,
	const struct tm_cli_measurement *measurement, struct tm_err *err);

/* Measure without storing, for a warm-up run. *out is the caller's. */
TM_CHECK enum tm_rc tm_cli_session_try(
	struct tm_cli_session *session,
	const struct tm_cli_measurement *measurement, struct tm_run **out,
	struct tm_err *err);

/* Measure `job` in a fresh process, with `arguments` (ended by NULL) after
 * those of the job; NULL is none.  The run is the last one of
 * session->runs then. */
TM_CHECK enum tm_rc tm_cli_session_run(struct tm_cli_session *session,
				       const struct tm_job *job,
				       char *const *arguments,
				       struct tm_err *err);

void tm_cli_session_worsen(struct tm_cli_session *session, int code);

#endif
