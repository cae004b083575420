/*
 * procedure.h - how a set of runs comes to its judgement.
 *
 * Purpose:   judge the runs; run again, longer, what is inconclusive; run again
 *            what fails, so that two of three decide.  Policy alone: what it
 *            means to run something again is the caller's hook.
 * Ownership: the procedure borrows the gate, the options, the runs and what is
 *            given with them; close gives back its own list.  Runs that the
 *            hook returns are the caller's and must outlive the gate.
 * Errors:    as the hook's and the gate's; the state then stays as it was.
 *
 *   JUDGE --> LENGTHEN --> CONFIRM --> DONE
 *             (as long as     (once)
 *              a run was
 *              lengthened)
 *
 * A state that was not asked for is skipped.  After each the gate is judged
 * again and settled, so that it may be read between two steps.
 */
#ifndef TM_GATE_PROCEDURE_H
#define TM_GATE_PROCEDURE_H

#include "gate/baseline.h"
#include "gate/judging.h"

/* The run, twice as long, four times as long. */
#define TM_LOOKS_MAX 3
/* Runs of a job that fails, of which two must fail. */
#define TM_REPLICATES 3

enum tm_again_reason {
	TM_AGAIN_LONGER, /* inconclusive: its place is taken */
	TM_AGAIN_CONFIRM /* over its budget: a replicate is added */
};

/* What is to be run again. */
struct tm_again {
	enum tm_again_reason reason;
	const struct tm_run *run; /* the latest of it */
	const void *job;	  /* as it was given */
	unsigned int run_look;	  /* how long the run was ... */
	unsigned int look;	  /* and is to be: look N is 2^(N-1) times the
				   * length of look 1 */
};

struct tm_procedure_opts {
	const struct tm_judging *given; /* by options: wins; not NULL */
	const char *baseline;		/* a file; NULL: none */
	int lengthens;
	int confirms;

	/* Run it again.  *out is the run; NULL, with TM_OK: nothing may be run
	 * any more.  NULL: no run can be run again. */
	enum tm_rc (*run_again)(void *context, const struct tm_again *again,
				const struct tm_run **out, struct tm_err *err);
	void *context; /* the hook's */
};

enum tm_procedure_state {
	TM_PROCEDURE_JUDGE,
	TM_PROCEDURE_LENGTHEN,
	TM_PROCEDURE_CONFIRM,
	TM_PROCEDURE_DONE
};

struct tm_procedure_entry;

struct tm_procedure {
	enum tm_procedure_state state;
	struct tm_procedure_opts opts;
	struct tm_gate *gate;
	struct tm_baseline baseline;
	struct tm_procedure_entry *entries;
	size_t count;
};

/* The gate is a struct of zeros.  On failure nothing is left to close. */
TM_CHECK enum tm_rc tm_procedure_open(struct tm_procedure *procedure,
				      struct tm_gate *gate,
				      const struct tm_procedure_opts *opts,
				      struct tm_err *err);
void tm_procedure_close(struct tm_procedure *procedure);

/* Add a run at its first look.  `budget` is its job's, NULL: none.  `job` is
 * what the hook runs again, NULL: this run cannot be. */
TM_CHECK enum tm_rc tm_procedure_add(struct tm_procedure *procedure,
				     const struct tm_run *run, const void *job,
				     const struct tm_budget *budget,
				     struct tm_err *err);

/* Do what the state asks for, and go to the next one. */
TM_CHECK enum tm_rc tm_procedure_step(struct tm_procedure *procedure,
				      struct tm_err *err);

/* Step until it is done. */
TM_CHECK enum tm_rc tm_procedure_finish(struct tm_procedure *procedure,
					struct tm_err *err);

#endif
