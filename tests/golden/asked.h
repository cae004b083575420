/*
 * asked.h - what is asked about a stored run: budgets, metrics, look, rule.
 *
 * Purpose:   read tests/golden/asked.txt, which says what its lines hold.
 * Ownership: asked_read() gives the caller the rows; give them back with
 *            asked_free().
 * Errors:    a line that cannot be read ends the test.
 */
#ifndef TESTS_GOLDEN_ASKED_H
#define TESTS_GOLDEN_ASKED_H

#include "gate/verdict.h"

struct asked_row {
	char pattern[80]; /* of the names of runs */
	char label[40];
	char baseline[80]; /* the run that it is made of, or "" */
	int has_only;
	unsigned char only[TM_METRIC_COUNT];
	struct tm_verdict_opts opts;
	enum tm_rule rule;
};

struct asked {
	struct asked_row *rows;
	size_t count;
};

void asked_read(struct asked *asked, const char *path);
void asked_free(struct asked *asked);

int asked_matches(const struct asked_row *row, const char *name);

#endif
