#include "cli/gating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/procedure.h"

void tm_cli_gating_init(struct tm_cli_gating *gating)
{
	memset(gating, 0, sizeof(*gating));
	tm_judging_init(&gating->given);
}

void tm_cli_gating_judging(const struct tm_cli_gating *gating,
			   struct tm_judging *out)
{
	*out = gating->given;
	out->looks_max = gating->extend ? TM_LOOKS_MAX : 0;
}

/* --- the options ---------------------------------------------------- */

/* The same functions read suites, which have no such option. */
static enum tm_rc name_option(enum tm_rc rc, const struct tm_option *option,
			      struct tm_err *err)
{
	const struct tm_err why = *err;

	return rc == TM_OK
		       ? TM_OK
		       : tm_fail(err, rc, "--%s: %s", option->name, why.text);
}

static enum tm_rc read_max_growth(void *field, const struct tm_option *option,
				  const char *value, struct tm_err *err)
{
	return name_option(tm_budget_read(field, value, err), option, err);
}

static enum tm_rc read_ignore(void *field, const struct tm_option *option,
			      const char *value, struct tm_err *err)
{
	return name_option(tm_budget_ignore(field, value, err), option, err);
}

static enum tm_rc read_metric(void *field, const struct tm_option *option,
			      const char *value, struct tm_err *err)
{
	struct tm_judging *given = field;
	struct tm_budget named;
	enum tm_rc rc;
	size_t i;

	tm_budget_init(&named);
	rc = name_option(tm_budget_ignore(&named, value, err), option, err);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		given->only[i] |= named.ignored[i];
	given->has_only = 1;
	return rc;
}

const struct tm_option tm_cli_judging_options[] = {
	{.name = "max-growth",
	 TM_OPTION_INTO(CALL, struct tm_judging, budget),
	 .read = read_max_growth,
	 .argument = "[METRIC=]N",
	 .help = "fail what grows by more than N bytes per iteration (or per "
		 "second); `tidemark list --metrics` names the metrics"},
	{.name = "ignore",
	 TM_OPTION_INTO(CALL, struct tm_judging, budget),
	 .read = read_ignore,
	 .argument = "METRIC,...",
	 .help = "do not judge these metrics"},
	{.name = "metric",
	 .type = TM_OPTION_CALL,
	 .read = read_metric,
	 .argument = "METRIC,...",
	 .help = "judge only these metrics"},
	TM_OPTIONS_END};

#define INTO(what, member) TM_OPTION_INTO(what, struct tm_cli_gating, member)

const struct tm_option tm_cli_gate_options[] = {
	{.name = "baseline",
	 INTO(TEXT, baseline),
	 .argument = "FILE",
	 .help = "take each run's budgets from a baseline"},
	{.name = "confirm",
	 INTO(FLAG, confirm),
	 .help = "run again what would fail; 2 of 3 runs decide"},
	{.name = "export-junit",
	 INTO(TEXT, exports.path[TM_FORM_JUNIT]),
	 .argument = "FILE",
	 .help = "write the verdicts as JUnit XML"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_gate_extend_option[] = {
	{.name = "extend",
	 INTO(FLAG, extend),
	 .help = "run an inconclusive job again for twice as long, at most "
		 "twice"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_gate_format_options[] = {
	{.name = "format",
	 INTO(CHOICE, form),
	 .argument = "FORMAT",
	 .choices = tm_verdict_forms,
	 .help = "how the verdicts are printed"},
	{.name = "brief",
	 INTO(FLAG, is_brief),
	 .help = "one line for each run, none for each metric"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_gate_export_options[] = {
	{.name = "export-json",
	 INTO(TEXT, exports.path[TM_FORM_JSON]),
	 .argument = "FILE",
	 .help = "write the verdicts as JSON"},
	{.name = "export-markdown",
	 INTO(TEXT, exports.path[TM_FORM_MARKDOWN]),
	 .argument = "FILE",
	 .help = "write the verdicts as Markdown, for a pull request"},
	{.name = "export-csv",
	 INTO(TEXT, exports.path[TM_FORM_CSV]),
	 .argument = "FILE",
	 .help = "write the verdicts as CSV, a row for each metric"},
	TM_OPTIONS_END};

/* An export of verdicts alone asks for a judgement, too. */
int tm_cli_gating_is_wanted(const struct tm_cli_gating *gating)
{
	size_t i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (gating->given.budget.ignored[i])
			return 1;
	}
	return tm_budget_is_given(&gating->given.budget) ||
	       gating->given.has_only || gating->baseline || gating->confirm ||
	       gating->extend || gating->exports.path[TM_FORM_JUNIT];
}

enum tm_rc tm_cli_gating_check(const struct tm_cli_gating *gating,
			       struct tm_err *err)
{
	struct tm_baseline baseline = {0};
	enum tm_rc rc = TM_OK;

	if (gating->baseline)
		rc = tm_baseline_load(&baseline, gating->baseline, err);
	tm_baseline_release(&baseline);
	return rc == TM_OK ? tm_cli_exports_check(&gating->exports, err) : rc;
}

/* --- showing -------------------------------------------------------------- */

enum tm_rc tm_cli_gate_show(const struct tm_gate *gate,
			    const struct tm_cli_gating *gating, FILE *out,
			    struct tm_err *err)
{
	const struct tm_content content = {.subject = TM_SUBJECT_VERDICT,
					   .gate = gate};
	struct tm_style style = tm_cli_style(out);
	enum tm_rc rc;

	style.form = gating->form;
	style.is_full = !gating->is_brief;
	style.advises = gating->has_no_budget;
	rc = tm_cli_print(out, &content, &style, err);
	/* In any other form the annotations would corrupt what a program reads.
	 */
	if (rc == TM_OK && gating->form == TM_FORM_TEXT &&
	    tm_cli_is_in_github()) {
		style.form = TM_FORM_GITHUB;
		rc = tm_cli_print(out, &content, &style, err);
	}
	return rc == TM_OK ? tm_cli_export(&gating->exports, &content, err)
			   : rc;
}

int tm_cli_gate_exit(const struct tm_gate *gate)
{
	switch (gate->judgement) {
	case TM_JUDGEMENT_PASS:
		return TM_EXIT_PASS;
	case TM_JUDGEMENT_FAIL:
		return TM_EXIT_GROWS;
	case TM_JUDGEMENT_INCONCLUSIVE:
		break;
	}
	return TM_EXIT_UNMEASURED;
}

void tm_cli_gate_session(struct tm_gate *gate,
			 const struct tm_cli_judged_runs *what,
			 const struct tm_cli_gating *gating, FILE *out)
{
	struct tm_cli_session *session = what->session;
	struct tm_err err = {0};
	enum tm_rc rc;
	int code;

	rc = tm_cli_judge(gate, gating, what, &err);
	if (rc != TM_OK) {
		tm_cli_session_worsen(session, tm_cli_fail(&err));
		return;
	}
	rc = tm_cli_gate_show(gate, gating, out, &err);
	code = tm_cli_gate_exit(gate);
	/* An incomplete run exits with 3, but growth over the budget takes
	 * precedence. A usage error stays 2: it must be fixed before anything
	 * is judged. */
	if (code == TM_EXIT_GROWS && session->code == TM_EXIT_UNMEASURED)
		session->code = code;
	else if (session->code != TM_EXIT_USAGE)
		tm_cli_session_worsen(session, code);
	if (rc != TM_OK)
		tm_cli_session_worsen(session, tm_cli_fail(&err));
}
