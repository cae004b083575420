#include "cli/gating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/procedure.h"
#include "results/write.h"

void tm_cli_gating_init(struct tm_cli_gating *gating)
{
	memset(gating, 0, sizeof(*gating));
	tm_budget_init(&gating->budget);
}

void tm_cli_gating_judging(const struct tm_cli_gating *gating,
			   struct tm_judging *out)
{
	tm_judging_init(out);
	out->budget = gating->budget;
	out->has_only = gating->has_only;
	memcpy(out->only, gating->only, sizeof(out->only));
	out->looks_max = gating->extend ? TM_LOOKS_MAX : 0;
}

/* --- the options ---------------------------------------------------- */

static enum tm_rc read_max_growth(void *field, const struct tm_option *option,
				  const char *value, struct tm_err *err)
{
	(void)option;
	return tm_budget_read(field, value, err);
}

static enum tm_rc read_ignore(void *field, const struct tm_option *option,
			      const char *value, struct tm_err *err)
{
	(void)option;
	return tm_budget_ignore(field, value, err);
}

static enum tm_rc read_metric(void *field, const struct tm_option *option,
			      const char *value, struct tm_err *err)
{
	struct tm_cli_gating *gating = field;
	struct tm_budget named;
	enum tm_rc rc;
	size_t i;

	(void)option;
	tm_budget_init(&named);
	rc = tm_budget_ignore(&named, value, err);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		gating->only[i] |= named.ignored[i];
	gating->has_only = 1;
	return rc;
}

#define INTO(kind, member) TM_OPTION_INTO(kind, struct tm_cli_gating, member)

const struct tm_option tm_cli_gate_options[] = {
	{.name = "max-growth",
	 INTO(CALL, budget),
	 .read = read_max_growth,
	 .argument = "[METRIC=]N",
	 .help = "fail what grows by more than N bytes per iteration (or per "
		 "second); `tidemark list --metrics` names the metrics"},
	{.name = "ignore",
	 INTO(CALL, budget),
	 .read = read_ignore,
	 .argument = "METRIC,...",
	 .help = "do not judge these metrics"},
	{.name = "metric",
	 .kind = TM_OPTION_CALL,
	 .read = read_metric,
	 .argument = "METRIC,...",
	 .help = "judge only these metrics"},
	{.name = "baseline",
	 INTO(TEXT, baseline),
	 .argument = "FILE",
	 .help = "take each run's budgets from a baseline"},
	{.name = "confirm",
	 INTO(FLAG, confirm),
	 .help = "run again what would fail; 2 of 3 runs decide"},
	{.name = "export-junit",
	 INTO(TEXT, export[TM_VERDICT_JUNIT]),
	 .argument = "FILE",
	 .help = "write the verdicts as JUnit XML"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_gate_extend_option[] = {
	{.name = "extend",
	 INTO(FLAG, extend),
	 .help = "run what is inconclusive twice as long, at most two times"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_gate_format_options[] = {
	{.name = "format",
	 INTO(CHOICE, format),
	 .argument = "FORMAT",
	 .choices = tm_verdict_format_names,
	 .help = "how the verdicts are printed"},
	{.name = "brief",
	 INTO(FLAG, is_brief),
	 .help = "one line for each run, none for each metric"},
	TM_OPTIONS_END};

const struct tm_option tm_cli_gate_export_options[] = {
	{.name = "export-json",
	 INTO(TEXT, export[TM_VERDICT_JSON]),
	 .argument = "FILE",
	 .help = "write the verdicts"},
	{.name = "export-markdown",
	 INTO(TEXT, export[TM_VERDICT_MARKDOWN]),
	 .argument = "FILE",
	 .help = "write the verdicts, for a pull request"},
	{.name = "export-csv",
	 INTO(TEXT, export[TM_VERDICT_CSV]),
	 .argument = "FILE",
	 .help = "write a row for each metric"},
	TM_OPTIONS_END};

/* An export alone judges, too. */
int tm_cli_gating_is_wanted(const struct tm_cli_gating *gating)
{
	size_t i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (gating->budget.ignored[i])
			return 1;
	}
	return tm_budget_is_given(&gating->budget) || gating->has_only ||
	       gating->baseline || gating->confirm || gating->extend ||
	       gating->export[TM_VERDICT_JUNIT];
}

enum tm_rc tm_cli_gating_check(const struct tm_cli_gating *gating,
			       struct tm_err *err)
{
	struct tm_baseline baseline = {0};
	enum tm_rc rc = TM_OK;
	size_t i;

	if (gating->baseline)
		rc = tm_baseline_load(&baseline, gating->baseline, err);
	tm_baseline_release(&baseline);
	for (i = 0; i < TM_VERDICT_FORMAT_COUNT && rc == TM_OK; i++)
		rc = tm_write_check(gating->export[i], err);
	return rc;
}

/* --- showing -------------------------------------------------------------- */

static enum tm_rc write_text(FILE *file, const void *context)
{
	const struct tm_buf *text = context;

	fwrite(text->bytes, 1, text->length, file);
	return TM_OK;
}

static enum tm_rc make_text(struct tm_buf *text, const struct tm_gate *gate,
			    const struct tm_verdict_look *look,
			    struct tm_err *err)
{
	enum tm_rc rc = tm_report_verdict(text, gate, look, err);

	/* With nothing to annotate there is no text at all. */
	if (rc == TM_OK && text->length == 0)
		rc = tm_buf_add_text(text, "");
	return rc;
}

static enum tm_rc show_as(const struct tm_gate *gate,
			  const struct tm_verdict_look *look, FILE *out,
			  struct tm_err *err)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = make_text(&text, gate, look, err);
	if (rc == TM_OK && text.length)
		fwrite(text.bytes, 1, text.length, out);
	tm_buf_release(&text);
	return rc;
}

static enum tm_rc export_as(const struct tm_gate *gate,
			    const struct tm_verdict_look *look,
			    const char *path, struct tm_err *err)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	enum tm_rc rc;

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	rc = make_text(&text, gate, look, err);
	if (rc == TM_OK)
		rc = tm_write_replace(path, write_text, &text, err);
	tm_buf_release(&text);
	return rc;
}

static int is_in_github(void)
{
	const char *value = getenv("GITHUB_ACTIONS");

	return value && strcmp(value, "true") == 0;
}

enum tm_rc tm_cli_gate_show(const struct tm_gate *gate,
			    const struct tm_cli_gating *gating, FILE *out,
			    struct tm_err *err)
{
	struct tm_verdict_look look = {.format = gating->format,
				       .colour = tm_cli_has_colour(out),
				       .width = tm_cli_width(out),
				       .every_line = !gating->is_brief,
				       .advises = gating->has_no_budget};
	enum tm_rc rc = show_as(gate, &look, out, err);
	unsigned int i;

	/* In another form the annotations would spoil what a program reads. */
	if (rc == TM_OK && gating->format == TM_VERDICT_TEXT &&
	    is_in_github()) {
		look.format = TM_VERDICT_GITHUB;
		rc = show_as(gate, &look, out, err);
	}
	look.colour = 0;
	look.width = 0;
	for (i = 0; i < TM_VERDICT_FORMAT_COUNT && rc == TM_OK; i++) {
		look.format = (enum tm_verdict_format)i;
		if (gating->export[i])
			rc = export_as(gate, &look, gating->export[i], err);
	}
	return rc;
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

/* What was not measured to its end says 3; that something grows over its
 * budget says more. */
void tm_cli_gate_session(struct tm_gate *gate, const struct tm_cli_case *what,
			 const struct tm_cli_gating *gating, FILE *out)
{
	struct tm_cli_session *session = what->session;
	struct tm_err err = {0};
	enum tm_rc rc;

	rc = tm_cli_judge(gate, gating, what, &err);
	if (rc == TM_OK)
		rc = tm_cli_gate_show(gate, gating, out, &err);
	if (rc != TM_OK)
		tm_cli_session_worsen(session, tm_cli_fail(&err));
	else if (session->code == TM_EXIT_USAGE)
		; /* a mistake must be fixed before anything is judged */
	else if (gate->judgement == TM_JUDGEMENT_FAIL &&
		 session->code == TM_EXIT_UNMEASURED)
		session->code = TM_EXIT_GROWS;
	else
		tm_cli_session_worsen(session, tm_cli_gate_exit(gate));
}
