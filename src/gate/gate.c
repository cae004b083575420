#include "gate/gate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tm_gate_release(struct tm_gate *gate)
{
	size_t i;

	for (i = 0; i < gate->missing_count; i++)
		free(gate->missing[i]);
	free(gate->missing);
	free(gate->verdicts);
	memset(gate, 0, sizeof(*gate));
}

enum tm_rc tm_gate_add(struct tm_gate *gate, const struct tm_run *run,
		       const struct tm_verdict_opts *opts, struct tm_err *err)
{
	struct tm_verdict *grown = realloc(
		gate->verdicts, (gate->count + 1) * sizeof(*gate->verdicts));
	enum tm_rc rc;

	if (!grown)
		return tm_fail(err, TM_ENOMEM, "no memory for a verdict");
	gate->verdicts = grown;
	rc = tm_verdict_make(&grown[gate->count], run, opts, err);
	if (rc == TM_OK)
		gate->count++;
	return rc;
}

enum tm_rc tm_gate_miss(struct tm_gate *gate, struct tm_err *err,
			const char *format, ...)
{
	char **grown = realloc(gate->missing, (gate->missing_count + 1) *
						      sizeof(*gate->missing));
	char text[300];
	va_list args;

	if (grown) {
		gate->missing = grown;
		va_start(args, format);
		vsnprintf(text, sizeof(text), format, args);
		va_end(args);
		grown[gate->missing_count] = strdup(text);
	}
	if (!grown || !grown[gate->missing_count])
		return tm_fail(err, TM_ENOMEM, "no memory for a verdict");
	gate->missing_count++;
	return TM_OK;
}

const struct tm_verdict *tm_gate_find(const struct tm_gate *gate,
				      const struct tm_run *run)
{
	size_t i;

	for (i = 0; i < gate->count; i++) {
		if (gate->verdicts[i].run == run)
			return &gate->verdicts[i];
	}
	return NULL;
}

/* --- settling ------------------------------------------------------------- */

struct votes {
	size_t runs;
	size_t passed;
	size_t failed;
};

static struct votes count_votes(const struct tm_gate *gate, const char *job)
{
	struct votes votes = {0};
	size_t i;

	for (i = 0; i < gate->count; i++) {
		const struct tm_verdict *verdict = &gate->verdicts[i];

		if (strcmp(verdict->job, job) != 0)
			continue;
		votes.runs++;
		votes.passed += verdict->judgement == TM_JUDGEMENT_PASS;
		votes.failed += verdict->judgement == TM_JUDGEMENT_FAIL;
	}
	return votes;
}

static enum tm_judgement majority(const struct votes *votes)
{
	if (2 * votes->failed > votes->runs)
		return TM_JUDGEMENT_FAIL;
	if (2 * votes->passed > votes->runs)
		return TM_JUDGEMENT_PASS;
	return TM_JUDGEMENT_INCONCLUSIVE;
}

static void apply_majority(struct tm_gate *gate)
{
	size_t i, used;

	for (i = 0; i < gate->count; i++) {
		struct tm_verdict *verdict = &gate->verdicts[i];
		struct votes votes = count_votes(gate, verdict->job);

		verdict->standing = majority(&votes);
		if (verdict->standing == verdict->judgement ||
		    verdict->is_overruled)
			continue;
		verdict->is_overruled = 1;
		used = strlen(verdict->reason);
		snprintf(verdict->reason + used, sizeof(verdict->reason) - used,
			 "; overruled: of %zu runs %zu failed and %zu passed",
			 votes.runs, votes.failed, votes.passed);
	}
}

void tm_gate_settle(struct tm_gate *gate, int by_majority)
{
	size_t i;

	if (by_majority)
		apply_majority(gate);
	gate->passed = gate->failed = gate->inconclusive = 0;
	for (i = 0; i < gate->count; i++) {
		switch (gate->verdicts[i].standing) {
		case TM_JUDGEMENT_PASS:
			gate->passed++;
			break;
		case TM_JUDGEMENT_FAIL:
			gate->failed++;
			break;
		case TM_JUDGEMENT_INCONCLUSIVE:
			gate->inconclusive++;
			break;
		}
	}
	gate->judgement = TM_JUDGEMENT_INCONCLUSIVE;
	if (gate->failed)
		gate->judgement = TM_JUDGEMENT_FAIL;
	else if (gate->passed == gate->count && gate->count &&
		 !gate->missing_count)
		gate->judgement = TM_JUDGEMENT_PASS;
}
