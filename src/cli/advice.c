#include "cli/advice.h"

#include <string.h>

#include "cli/cli.h"

/* Samples below which a gate calls its verdict one of few samples. */
#define SAMPLES_ENOUGH 50

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

static void hint_at_marks(FILE *out, const struct tm_cli_exec *exec,
			  const struct tm_run *run)
{
	if (run->unit == TM_UNIT_ITERATION)
		return;
	tm_cli_say(out,
		   "hint: it was sampled by time, so rates are per second; for "
		   "rates per iteration give marks: %s",
		   exec->pid ? "--mark-signal, or start it with tidemark exec"
			     : "--mark-regex RE for lines that it prints, or a "
			       "line `mark N` to $TIDEMARK_FD");
}

static void hint_at_longer_run(FILE *out, const struct tm_run *run)
{
	size_t measured = tm_run_measured_count(run);
	const char *or_else = "";

	if (run->outcome != TM_OUTCOME_COMPLETE)
		return;
	if (measured < SAMPLES_ENOUGH && run->unit != TM_UNIT_ITERATION)
		or_else = ", or sample more often (--every 0.02)";
	else if (measured < SAMPLES_ENOUGH && measured < run->sample_count / 2)
		or_else = ", or wait for the sample of each mark (--mark-ack)";
	tm_cli_say(out, "hint: inconclusive: let it run longer%s", or_else);
}

void tm_cli_advise(FILE *out, const struct tm_cli_exec *exec,
		   const struct tm_analysis *analysis)
{
	enum tm_judgement standing = analysis->verdict.standing;
	const struct tm_run *run = analysis->run;
	int grows = standing == TM_JUDGEMENT_FAIL;

	tm_cli_advise_next(out, run, grows || run->sites.is_known);
	hint_at_marks(out, exec, run);
	if (tm_verdict_is_hidden(&analysis->verdict) && exec->goes_inside)
		tm_cli_say(out,
			   "hint: the %s did not report its live objects: see "
			   "the notes",
			   run->heaps.text[0]);
	else if (tm_verdict_is_hidden(&analysis->verdict))
		tm_cli_say(out,
			   "hint: --inside asks the %s for its live objects",
			   run->heaps.text[0]);
	else if (standing == TM_JUDGEMENT_INCONCLUSIVE)
		hint_at_longer_run(out, run);
	if (grows && !run->sites.is_known && !exec->preloads && !exec->pid)
		tm_cli_say(out, "hint: --preload finds the code that allocates "
				"what grows");
}
