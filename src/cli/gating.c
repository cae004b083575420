#include "cli/gating.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/write.h"

void tm_cli_gating_init(struct tm_cli_gating *gating)
{
	memset(gating, 0, sizeof(*gating));
	tm_budget_init(&gating->budget);
}

/* --- what is asked for ---------------------------------------------------- */

static enum tm_rc take_metrics(struct tm_cli_gating *gating, const char *names,
			       struct tm_err *err)
{
	struct tm_budget named;
	enum tm_rc rc;
	size_t i;

	tm_budget_init(&named);
	rc = tm_budget_ignore(&named, names, err);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		gating->only[i] |= named.ignored[i];
	gating->has_only = 1;
	return rc;
}

static enum tm_rc take_format(struct tm_cli_gating *gating, const char *name,
			      struct tm_err *err)
{
	if (tm_verdict_format_find(&gating->format, name))
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "format is text, markdown, json, csv, junit or github, "
		       "not '%.40s'",
		       name);
}

enum tm_rc tm_cli_gating_take(struct tm_cli_gating *gating,
			      const struct tm_cli_reader *reader,
			      struct tm_err *err)
{
	gating->wanted = 1;
	switch (reader->flag->id) {
	case TM_CLI_GATING_MAX_GROWTH:
		return tm_budget_read(&gating->budget, reader->value, err);
	case TM_CLI_GATING_IGNORE:
		return tm_budget_ignore(&gating->budget, reader->value, err);
	case TM_CLI_GATING_METRIC:
		return take_metrics(gating, reader->value, err);
	case TM_CLI_GATING_BASELINE:
		gating->baseline = reader->value;
		return TM_OK;
	case TM_CLI_GATING_CONFIRM:
		gating->confirm = 1;
		return TM_OK;
	case TM_CLI_GATING_EXTEND:
		gating->extend = 1;
		return TM_OK;
	case TM_CLI_GATING_FORMAT:
		return take_format(gating, reader->value, err);
	case TM_CLI_GATING_JUNIT:
		gating->export[TM_VERDICT_JUNIT] = reader->value;
		return TM_OK;
	case TM_CLI_GATING_JSON:
		gating->export[TM_VERDICT_JSON] = reader->value;
		return TM_OK;
	case TM_CLI_GATING_MARKDOWN:
		gating->export[TM_VERDICT_MARKDOWN] = reader->value;
		return TM_OK;
	default:
		gating->export[TM_VERDICT_CSV] = reader->value;
		return TM_OK;
	}
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

	/* Nothing to annotate is no text at all. */
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
				       .every_line = !gating->brief,
				       .advises = gating->advises};
	enum tm_rc rc = show_as(gate, &look, out, err);
	unsigned int i;

	/* In another form the annotations would spoil what a program reads. */
	if (rc == TM_OK && gating->format == TM_VERDICT_TEXT &&
	    is_in_github()) {
		look.format = TM_VERDICT_GITHUB;
		rc = show_as(gate, &look, out, err);
	}
	look.colour = 0;
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
void tm_cli_gate_session(const struct tm_cli_case *what,
			 const struct tm_cli_gating *gating, FILE *out)
{
	struct tm_cli_session *session = what->session;
	struct tm_gate gate = {0};
	struct tm_err err = {0};
	enum tm_rc rc;

	rc = tm_cli_judge(&gate, gating, what, &err);
	if (rc == TM_OK)
		rc = tm_cli_gate_show(&gate, gating, out, &err);
	if (rc != TM_OK)
		tm_cli_session_worsen(session, tm_cli_fail(&err));
	else if (session->code == TM_EXIT_USAGE)
		; /* a mistake is to be mended before anything is judged */
	else if (gate.judgement == TM_JUDGEMENT_FAIL &&
		 session->code == TM_EXIT_UNMEASURED)
		session->code = TM_EXIT_GROWS;
	else
		tm_cli_session_worsen(session, tm_cli_gate_exit(&gate));
	tm_gate_release(&gate);
}
