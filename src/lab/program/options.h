/*
 * options.h - the flags that every scenario program takes.
 *
 * Purpose:   one reading of the command line for all scenarios.
 * Ownership: the strings point into argv.
 * Errors:    TM_EUSAGE with one line that names the flag and what it takes.
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
	uint64_t every; /* iterations between two samples */
	uint32_t header;
	enum tm_shape shape;
	enum tm_rules rules;
	enum tm_wire wire;
	const char *broker;
	const char *backend;
	int read_results;
	int confirms;
	uint32_t inject_leak;	  /* bytes to lose an iteration, on purpose */
	uint32_t pause_ms;	  /* between two iterations */
	uint32_t read_timeout_ms; /* for one result */
	int describe;
	int help;
};

TM_CHECK enum tm_rc tm_scenario_options_parse(struct tm_scenario_options *out,
					      int argc, char **argv,
					      struct tm_err *err);

const char *tm_shape_name(enum tm_shape shape);
const char *tm_wire_name(enum tm_wire wire);

/* The text of --help. */
void tm_scenario_options_help(FILE *stream, const char *program);

#endif
