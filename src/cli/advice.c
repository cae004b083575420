#include "cli/advice.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "gate/judging.h"
#include "util/shell.h"

/* A budget for every metric, and each of them ignored, has room. */
#define COMMAND_SIZE 4096

/* A folder that has no room is not shown: a part of it would be another. */
static void say(FILE *out, const char *head, const char *command,
		const char *folder)
{
	char text[COMMAND_SIZE + 2 * PATH_MAX];

	snprintf(text, sizeof(text), "%s", command);
	if (tm_shell_add_path(text, sizeof(text), folder))
		tm_cli_say_command(out, head, text);
}

static int is_judged(const struct tm_verdict *verdict, unsigned int metric)
{
	return tm_verdict_find(verdict, metric) != NULL;
}

/* Append "--max-growth rss_bytes=64"; with no metric, of all of them. */
static void add_budget(char *text, size_t size, const char *metric,
		       double budget)
{
	size_t length = strlen(text);

	snprintf(text + length, size - length, " --max-growth %s%s%.15g",
		 metric ? metric : "", metric ? "=" : "", budget);
}

/* Append "--ignore METRIC,..." of the metrics that have a flag; nothing of
 * none. */
static void add_metrics(char *text, size_t size, const char *option,
			const unsigned char *flags)
{
	const char *before = option;
	size_t length;
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (!flags[i])
			continue;
		length = strlen(text);
		snprintf(text + length, size - length, "%s%s", before,
			 tm_metric_name(i));
		before = ",";
	}
}

/* Append the options that make `why` judge as the verdict did: what the run was
 * measured with is kept in it. */
static void add_judging(char *text, size_t size,
			const struct tm_verdict *verdict)
{
	const struct tm_judging *by = &verdict->by;
	struct tm_judging kept;
	unsigned int i;

	tm_judging_of(&kept, verdict->run);
	if (by->budget.all >= 0 && by->budget.all != kept.budget.all)
		add_budget(text, size, NULL, by->budget.all);
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (by->budget.each[i] >= 0 && is_judged(verdict, i) &&
		    by->budget.each[i] != kept.budget.each[i])
			add_budget(text, size, tm_metric_name(i),
				   by->budget.each[i]);
	}
	if (memcmp(by->budget.ignored, kept.budget.ignored,
		   sizeof(kept.budget.ignored)) != 0)
		add_metrics(text, size, " --ignore ", by->budget.ignored);
	if (by->has_only && memcmp(by->only, kept.only, sizeof(kept.only)) != 0)
		add_metrics(text, size, " --metric ", by->only);
}

void tm_cli_advise_next(FILE *out, const struct tm_verdict *verdict,
			int explains)
{
	const char *folder = verdict->run->directory;
	int has_curve = verdict->run->sample_count >= 2;
	char command[COMMAND_SIZE] = "tidemark why";

	if (!folder || !(explains || has_curve))
		return;
	fputc('\n', out);
	add_judging(command, sizeof(command), verdict);
	if (explains)
		say(out, "next: ", command, folder);
	if (has_curve)
		say(out, explains ? "      " : "next: ", "tidemark plot",
		    folder);
}

const struct tm_verdict *tm_cli_worst(const struct tm_gate *gate)
{
	const struct tm_verdict *open = NULL;
	size_t i;

	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		if (verdict->standing == TM_JUDGEMENT_FAIL)
			return verdict;
		if (verdict->standing == TM_JUDGEMENT_INCONCLUSIVE && !open)
			open = verdict;
	}
	return open;
}

void tm_cli_advise(FILE *out, const struct tm_analysis *analysis)
{
	const struct tm_run *run = analysis->run;
	int passes = analysis->verdict.standing == TM_JUDGEMENT_PASS;

	tm_cli_advise_next(out, &analysis->verdict,
			   !passes || run->sites.is_known || *analysis->next);
	if (*analysis->unit_hint)
		tm_cli_say(out, "hint: %s", analysis->unit_hint);
	if (*analysis->hint)
		tm_cli_say(out, "hint: %s", analysis->hint);
}
