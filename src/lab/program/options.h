/*
 * options.h - the options that every scenario program takes.
 *
 * Purpose:   one table, bound to the fields below, that reading the command
 *            line, --help and --describe-options follow from.  tidemark knows
 *            no option of the lab but by what --describe-options printed when
 *            the scenarios were built.
 * Ownership: the strings point into argv.
 * Units:     as the fields say.
 * Errors:    TM_EUSAGE with one line that names the option and what it takes.
 */
#ifndef TM_LAB_PROGRAM_OPTIONS_H
#define TM_LAB_PROGRAM_OPTIONS_H

#include <stdint.h>
#include <stdio.h>

#include "lab/celery/message.h"
#include "lab/runtime/runtime.h"

enum tm_shape { TM_SHAPE_CHORD, TM_SHAPE_GROUP, TM_SHAPE_DELAY };

struct tm_scenario_options {
	uint64_t iterations;
	uint64_t every;	 /* iterations between two samples */
	uint64_t header; /* tasks; fits 32 bits, as all that follow */
	enum tm_shape shape;
	enum tm_rules rules;
	enum tm_wire wire;
	const char *broker;
	const char *backend;
	int read_results;
	int confirms;
	uint64_t inject_leak;	  /* bytes to leak per iteration, on purpose */
	uint64_t pause_ms;	  /* between two iterations */
	uint64_t read_timeout_ms; /* for one result */
	int describe;
	int describe_options;
	int help;
};

TM_CHECK enum tm_rc tm_scenario_options_parse(struct tm_scenario_options *out,
					      int argc, char **argv,
					      struct tm_err *err);

const char *tm_shape_name(enum tm_shape shape);
const char *tm_wire_name(enum tm_wire wire);

/* What --help prints. */
void tm_scenario_options_help(FILE *stream, const char *program);

/* What --describe-options prints: the options of a run as lines of JSON (see
 * docs/formats.md), without those that only describe the program. */
TM_CHECK enum tm_rc tm_scenario_options_describe(FILE *stream,
						 struct tm_err *err);

#endif
