/*
 * request.h - what was asked for when a run was measured.
 *
 * Purpose:   the part `request` of run.json, known even when the program died:
 *            a struct, its reader and writer.
 * Ownership: the struct owns its texts and lists; release frees them.
 * Units:     in the names.
 * Errors:    as field.h: what is not known has no key.
 *
 * Secrets are masked before anything is put in here.
 */
#ifndef TM_RESULTS_REQUEST_H
#define TM_RESULTS_REQUEST_H

#include "results/facts.h"
#include "results/field.h"

struct tm_run_request {
	int is_known;
	char *job;     /* the run's name in a baseline */
	char *program; /* as it was given */
	struct tm_texts argv;
	struct tm_facts options; /* of the scenario, or how marks were found */

	/* The options that may differ between runs that share a baseline, as
	 * the program described them. */
	struct tm_texts not_compared;
	int is_not_compared_known;

	struct tm_known_int memory_limit_bytes; /* 0: none */
	struct tm_known_int timeout_ms;		/* 0: none */

	/* The options of the command that made the run, quoted for a shell. */
	struct tm_texts given;
	int is_given_known;

	struct tm_facts variables; /* of the environment, those that matter */
	char *working_directory;
	struct tm_known_int pid; /* of a program that was running already */

	/* The program's file. */
	struct tm_known_int file_size_bytes;
	char *file_modified;
	char *file_build_id;

	struct tm_facts other; /* written by another version of tidemark */
};

/* NULL without memory. */
json_t *tm_run_request_to_json(const struct tm_run_request *request);
void tm_run_request_from_json(struct tm_run_request *out, const json_t *json);

/* Whether two runs must have the same value of that option to be compared. */
int tm_run_request_compares(const struct tm_run_request *request,
			    const char *option);
void tm_run_request_release(struct tm_run_request *request);

#endif
