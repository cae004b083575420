#include "cli/advice.h"

#include "cli/cli.h"

void tm_cli_advise_next(FILE *out, const struct tm_run *run, int explains)
{
	const char *folder = run->directory;

	if (!folder)
		return;
	fprintf(out, "\nnext: tidemark %s %s\n", explains ? "why" : "plot",
		folder);
	if (explains)
		fprintf(out, "      tidemark plot %s\n", folder);
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
