/*
 * gating.h - the gate, for the commands that judge runs.
 *
 * Purpose:   the options of a gate (budgets, baseline, confirmation, output
 *            formats), and how runs are judged by them.
 * Ownership: texts are argv's; runs, jobs and session are borrowed.
 * Errors:    as err.h; a judgement is an exit code, not an error.
 */
#ifndef TM_CLI_GATING_H
#define TM_CLI_GATING_H

#include "cli/output.h"
#include "cli/session.h"
#include "gate/baseline.h"
#include "gate/gate.h"
#include "gate/judging.h"
#include "suite/suite.h"

struct tm_cli_gating {
	struct tm_judging given; /* by options, which take precedence */
	const char *baseline;	 /* a file, or NULL */
	int confirm;
	int extend;
	int is_brief;	   /* no line for each metric */
	int has_no_budget; /* none was given: report growth, not pass or fail */
	enum tm_form form;
	struct tm_cli_exports exports;
};

/* What a run is judged by: fields in struct tm_judging. */
extern const struct tm_option tm_cli_judging_options[];

/* Options with fields in struct tm_cli_gating: those of every command with a
 * gate, then those of some. */
extern const struct tm_option tm_cli_gate_options[];
extern const struct tm_option tm_cli_gate_extend_option[];
extern const struct tm_option tm_cli_gate_format_options[];
extern const struct tm_option tm_cli_gate_export_options[];

void tm_cli_gating_init(struct tm_cli_gating *gating);

/* Check that the baseline can be read and the verdicts written, before anything
 * is measured. */
TM_CHECK enum tm_rc tm_cli_gating_check(const struct tm_cli_gating *gating,
					struct tm_err *err);

/* Whether the options ask for a judgement. */
int tm_cli_gating_is_wanted(const struct tm_cli_gating *gating);

/* How the options say that runs are judged. */
void tm_cli_gating_judging(const struct tm_cli_gating *gating,
			   struct tm_judging *out);

/* Runs and what they are judged with. */
struct tm_cli_judged_runs {
	const struct tm_cli_runs *runs; /* may be the session's own */
	const struct tm_suite *suite;	/* NULL: no jobs */
	struct tm_cli_session *session; /* to run again with; NULL: cannot */

	/* How a job is run again; NULL: by tm_cli_session_run(). */
	enum tm_rc (*again)(const struct tm_cli_judged_runs *what,
			    const struct tm_job *job, struct tm_err *err);
	void *context; /* its own */
};

/* Judge as the options say; the gate is settled afterwards. */
TM_CHECK enum tm_rc tm_cli_judge(struct tm_gate *gate,
				 const struct tm_cli_gating *gating,
				 const struct tm_cli_judged_runs *what,
				 struct tm_err *err);

/* Print and export; GitHub's annotations too when this is its CI. */
TM_CHECK enum tm_rc tm_cli_gate_show(const struct tm_gate *gate,
				     const struct tm_cli_gating *gating,
				     FILE *out, struct tm_err *err);

/* Judge the session's runs, show the verdicts and set the session's exit code.
 * The gate, a struct of zeros, is the caller's to release. */
void tm_cli_gate_session(struct tm_gate *gate,
			 const struct tm_cli_judged_runs *what,
			 const struct tm_cli_gating *gating, FILE *out);

/* The gate's exit code: pass, grows or unmeasured. */
int tm_cli_gate_exit(const struct tm_gate *gate);

#endif
