/*
 * lab.h - the state of a scenario program.
 *
 * Purpose:   what the loop (lab.c) and the calls of Celery (verbs.c) share.
 *            Programs see it as an opaque struct in tidemark.h.
 * Ownership: a lab owns all its parts; the scenario is borrowed.
 * Units:     nanoseconds since the loop began.
 * Errors:    the first failure stays in `rc` and `err`, and ends the loop.
 */
#ifndef TM_LAB_PROGRAM_LAB_H
#define TM_LAB_PROGRAM_LAB_H

#include "lab/celery/strategy.h"
#include "lab/program/leak.h"
#include "lab/program/mark_pipe.h"
#include "lab/program/options.h"
#include "lab/program/producer.h"
#include "lab/program/sampling.h"
#include "tidemark.h"

struct tm_lab {
	const struct tm_scenario *scenario;
	const struct tm_strategy *strategy; /* NULL: no Celery */
	struct tm_scenario_options options;
	enum tm_rc rc;	    /* TM_OK: the loop can go on */
	struct tm_err err;  /* why it cannot */
	int only_describes; /* --help, --describe: there is nothing to run */

	struct tm_alloc alloc;
	struct tm_producer producer;
	struct tm_leak leak; /* of --inject-leak */
	struct tm_mark_pipe mark_pipe;
	struct tm_sampling sampling;

	int has_begun;
	uint64_t done; /* iterations */
	uint64_t elapsed_ns;
	int has_before;
	struct tm_checkpoint before;
	struct tm_checkpoint after;
};

/* 1 when `lab` is NULL, too. */
int tm_lab_has_failed(const struct tm_lab *lab);

/* Keep `rc`, whose text is in lab->err.  1 when it is TM_OK. */
int tm_lab_keep(struct tm_lab *lab, enum tm_rc rc);

#endif
