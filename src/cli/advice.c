#include "cli/advice.h"

#include <limits.h>
#include <stdio.h>

#include "cli/cli.h"
#include "util/shell.h"
#include "util/text.h"

/* A folder that has no room is not shown: a part of it would be another. */
static void say(FILE *out, const char *head, const char *command,
		const char *folder)
{
	char text[2 * PATH_MAX];

	snprintf(text, sizeof(text), "%s", command);
	if (tm_shell_add(text, sizeof(text), folder)) {
		tm_text_clean(text);
		tm_cli_say_command(out, head, text);
	}
}

void tm_cli_advise_next(FILE *out, const struct tm_run *run, int explains)
{
	if (!run->directory)
		return;
	fputc('\n', out);
	if (explains)
		say(out, "next: ", "tidemark why", run->directory);
	say(out, explains ? "      " : "next: ", "tidemark plot",
	    run->directory);
}

const struct tm_run *tm_cli_worst_run(const struct tm_gate *gate)
{
	const struct tm_run *open = NULL;
	size_t i;

	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		if (verdict->standing == TM_JUDGEMENT_FAIL)
			return verdict->run;
		if (verdict->standing == TM_JUDGEMENT_INCONCLUSIVE && !open)
			open = verdict->run;
	}
	return open;
}

void tm_cli_advise(FILE *out, const struct tm_analysis *analysis)
{
	const struct tm_run *run = analysis->run;
	int passes = analysis->verdict.standing == TM_JUDGEMENT_PASS;

	tm_cli_advise_next(out, run, !passes || run->sites.is_known);
	if (*analysis->unit_hint)
		tm_cli_say(out, "hint: %s", analysis->unit_hint);
	if (*analysis->hint)
		tm_cli_say(out, "hint: %s", analysis->hint);
}
