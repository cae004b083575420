/*
 * gating.h - the gate, for the commands that judge runs.
 *
 * Purpose:   what is asked for (budgets, baseline, confirmation, forms of the
 *            output), and how runs are judged by it.
 * Ownership: words are argv's; runs, jobs and session are borrowed.
 * Errors:    as err.h; a judgement is no error but an exit code.
 */
#ifndef TM_CLI_GATING_H
#define TM_CLI_GATING_H

#include "cli/session.h"
#include "gate/baseline.h"
#include "report/verdict/verdict.h"
#include "suite/suite.h"

struct tm_cli_gating {
	struct tm_budget budget; /* by flags: wins */
	unsigned char only[TM_METRIC_COUNT];
	int has_only;
	const char *baseline; /* a file, or NULL */
	int wanted;	      /* something here was asked for */
	int confirm;
	int extend;
	int brief;   /* no line a metric */
	int advises; /* no budget was asked for: say what grows */
	enum tm_verdict_format format;
	const char *export[TM_VERDICT_FORMAT_COUNT];
};

/* The flags that every command with a gate has, from this id on. */
enum {
	TM_CLI_GATING_FIRST = 500,
	TM_CLI_GATING_MAX_GROWTH = TM_CLI_GATING_FIRST,
	TM_CLI_GATING_IGNORE,
	TM_CLI_GATING_METRIC,
	TM_CLI_GATING_BASELINE,
	TM_CLI_GATING_CONFIRM,
	TM_CLI_GATING_EXTEND,
	TM_CLI_GATING_JUNIT,
	TM_CLI_GATING_FORMAT,
	TM_CLI_GATING_JSON,
	TM_CLI_GATING_MARKDOWN,
	TM_CLI_GATING_CSV
};

#define TM_CLI_GATING_FLAGS                                                    \
	{TM_CLI_GATING_MAX_GROWTH, "max-growth", "[METRIC=]N",                 \
	 "fail what grows by more bytes an iteration (or a second)"},          \
		{TM_CLI_GATING_IGNORE, "ignore", "METRIC,...",                 \
		 "do not judge these"},                                        \
		{TM_CLI_GATING_METRIC, "metric", "METRIC,...",                 \
		 "judge only these"},                                          \
		{TM_CLI_GATING_BASELINE, "baseline", "FILE",                   \
		 "hold each run to its budgets in a baseline"},                \
		{TM_CLI_GATING_CONFIRM, "confirm", NULL,                       \
		 "run again what would fail; 2 of 3 runs decide"},             \
		{TM_CLI_GATING_EXTEND, "extend", NULL,                         \
		 "run what is inconclusive twice as long, twice at most"},     \
	{                                                                      \
		TM_CLI_GATING_JUNIT, "export-junit", "FILE",                   \
			"write the verdicts as JUnit XML"                      \
	}

void tm_cli_gating_init(struct tm_cli_gating *gating);

/* Whether the baseline can be read and the verdicts written: asked before
 * anything is measured, so that nobody waits for a mistake. */
TM_CHECK enum tm_rc tm_cli_gating_check(const struct tm_cli_gating *gating,
					struct tm_err *err);

/* Take a flag of the list above. */
TM_CHECK enum tm_rc tm_cli_gating_take(struct tm_cli_gating *gating,
				       const struct tm_cli_reader *reader,
				       struct tm_err *err);

/* Runs and what they are judged with. */
struct tm_cli_case {
	const struct tm_cli_runs *runs; /* may be the session's own */
	const struct tm_suite *suite;	/* NULL: no jobs */
	struct tm_cli_session *session; /* to run again with; NULL: cannot */

	/* How a job is run again; NULL: by tm_cli_session_run(). */
	enum tm_rc (*again)(const struct tm_cli_case *what,
			    const struct tm_job *job, struct tm_err *err);
	void *context; /* its own */
};

/* Judge, with everything that was asked for; the gate is settled then. */
TM_CHECK enum tm_rc tm_cli_judge(struct tm_gate *gate,
				 const struct tm_cli_gating *gating,
				 const struct tm_cli_case *what,
				 struct tm_err *err);

/* Print and export; GitHub's annotations too when this is its CI. */
TM_CHECK enum tm_rc tm_cli_gate_show(const struct tm_gate *gate,
				     const struct tm_cli_gating *gating,
				     FILE *out, struct tm_err *err);

/* Judge and show what the session has run, and let its exit code say so. */
void tm_cli_gate_session(const struct tm_cli_case *what,
			 const struct tm_cli_gating *gating, FILE *out);

/* What the gate's command ends with: pass, grows or unmeasured. */
int tm_cli_gate_exit(const struct tm_gate *gate);

#endif
