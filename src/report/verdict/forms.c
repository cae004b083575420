#include "report/verdict/forms.h"

#include <stdio.h>

static const char *word_of(const struct tm_judged *judged)
{
	if (judged->deferred)
		return tm_judged_cause(judged);
	switch (judged->decision.judgement) {
	case TM_JUDGEMENT_PASS:
		return "pass";
	case TM_JUDGEMENT_FAIL:
		return "FAIL";
	case TM_JUDGEMENT_INCONCLUSIVE:
		break;
	}
	return "inconclusive";
}

void tm_verdict_cells_make(struct tm_verdict_cells *out,
			   const struct tm_judged *judged)
{
	const struct tm_decision *decision = &judged->decision;
	/* The metric's name says what is counted. */
	const char *unit = tm_trait_is_bytes(judged->metric) ? "bytes" : "";

	snprintf(out->slope, sizeof(out->slope), "-");
	snprintf(out->interval, sizeof(out->interval), "-");
	if (decision->has_slope) {
		tm_amount_format(out->slope, decision->slope, unit);
		tm_decision_interval(out->interval, decision, unit);
	}
	tm_amount_format(out->budget, judged->budget, unit);
	/* Left to another metric: both say why. */
	out->growth = judged->deferred ? tm_judged_cause(judged)
				       : tm_decision_word(decision);
	out->curve = tm_curve_name(tm_decision_curve(decision));
	out->verdict = word_of(judged);
}

void tm_verdict_put_totals(struct tm_writer *writer, const struct tm_gate *gate)
{
	static const char *const names[] = {"INCONCLUSIVE", "PASS", "FAIL"};

	tm_writer_put(writer, names[gate->judgement]);
	if (gate->count + gate->missing_count == 0) {
		tm_writer_put(writer, ": nothing was measured\n");
		return;
	}
	tm_writer_printf(writer, ": %zu over budget, %zu within", gate->failed,
			 gate->passed);
	if (gate->inconclusive)
		tm_writer_printf(writer, ", %zu inconclusive",
				 gate->inconclusive);
	if (gate->missing_count)
		tm_writer_printf(writer, ", %zu missing", gate->missing_count);
	tm_writer_put(writer, "\n");
}
