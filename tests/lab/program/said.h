/*
 * said.h - what a program said over TIDEMARK_FD, read as tidemark reads it.
 *
 * Ownership: the report is the caller's, for json_decref().
 * Errors:    a line that tidemark could not read fails the test.
 */
#ifndef TM_TESTS_SCENARIO_SAID_H
#define TM_TESTS_SCENARIO_SAID_H

#include <jansson.h>

#include "program.h"
#include "marks/protocol.h"

struct said {
	size_t samples;
	struct tm_sample first;
	struct tm_sample last;
	size_t absences;
	size_t errors;
	json_t *report;
	char error[512];
};

/* Read all marks of `outcome`, which are cut up by it. */
void said_read(struct said *said, struct outcome *outcome);

/* Members of an object, which must be there and of the type. */
json_int_t integer(const json_t *object, const char *key);
const char *text_of(const json_t *object, const char *key);
double number(const json_t *object, const char *key);

#endif
