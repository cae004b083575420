/*
 * runs.h - show, export and load sets of runs.
 *
 * Purpose:   what `run`, `exec`, `compare` and `plot` have in common.
 * Ownership: a struct tm_cli_runs owns its runs.
 * Errors:    as err.h; nothing here prints an error.
 */
#ifndef TM_CLI_RUNS_H
#define TM_CLI_RUNS_H

#include <stddef.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "results/run.h"

struct tm_cli_runs {
	struct tm_run **runs;
	size_t count;
	int is_external; /* of the user's own programs, not scenarios */
};

/* Takes `run` also when it fails. */
TM_CHECK enum tm_rc tm_cli_runs_add(struct tm_cli_runs *runs,
				    struct tm_run *run, struct tm_err *err);
void tm_cli_runs_release(struct tm_cli_runs *runs);

/* Load the runs of these names or folders (ended by NULL), then the
 * newest store->last, oldest first. */
TM_CHECK enum tm_rc tm_cli_runs_load(struct tm_cli_runs *runs,
				     char *const *names,
				     const struct tm_cli_store *store,
				     struct tm_err *err);

/* With the verdicts of `gate` (NULL: by what each run keeps).  Every file is
 * tried; the first failure is returned. */
TM_CHECK enum tm_rc tm_cli_runs_export(const struct tm_cli_runs *runs,
				       const struct tm_gate *gate,
				       const struct tm_cli_exports *exports,
				       struct tm_err *err);

/* Whether any run has samples: a table of others would be footnotes only. */
int tm_cli_runs_have_samples(const struct tm_cli_runs *runs);

/* Print the table; with each run's verdict where no verdicts follow it. */
TM_CHECK enum tm_rc tm_cli_runs_print(const struct tm_cli_runs *runs,
				      int shows_verdict, FILE *out,
				      struct tm_err *err);

/* Print by how much the jobs' growth differs; nothing for a single job. */
TM_CHECK enum tm_rc tm_cli_runs_print_differences(
	const struct tm_cli_runs *runs, struct tm_err *err);

#endif
