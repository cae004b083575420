/*
 * gate.h - the judgement of a set of runs.
 *
 * Purpose:   runs go in one by one, then the set is settled: failed, passed or
 *            inconclusive.
 * Ownership: the gate owns its verdicts; the runs are borrowed and must outlive
 *            it.
 * Errors:    TM_ENOMEM.  A set without a run, or of which one is missing, does
 *            not pass.
 */
#ifndef TM_GATE_GATE_H
#define TM_GATE_GATE_H

#include "gate/verdict.h"

struct tm_gate {
	struct tm_verdict *verdicts;
	size_t count;
	char **missing; /* what should have been judged, a sentence each */
	size_t missing_count;

	/* Set by tm_gate_settle(). */
	enum tm_judgement judgement;
	size_t passed; /* runs */
	size_t failed;
	size_t inconclusive;
};

/* A gate starts as a struct of zeros. */
void tm_gate_release(struct tm_gate *gate);

TM_CHECK enum tm_rc tm_gate_add(struct tm_gate *gate, const struct tm_run *run,
				const struct tm_verdict_opts *opts,
				struct tm_err *err);
TM_CHECK enum tm_rc tm_gate_miss(struct tm_gate *gate, struct tm_err *err,
				 const char *format, ...) TM_PRINTF(3, 4);

/* What was judged about `run`, or NULL. */
const struct tm_verdict *tm_gate_find(const struct tm_gate *gate,
				      const struct tm_run *run);

/*
 * Judge the set.  With `by_majority` the runs of one job are replicates and
 * more than half of them decide; without, each counts by itself.  May be
 * called again after more runs were added.
 */
void tm_gate_settle(struct tm_gate *gate, int by_majority);

#endif
