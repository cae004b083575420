/*
 * tree.h - the processes of a measured program, as a run keeps them.
 *
 * Purpose:   the part `tree` of run.json: structs, their reader and writer.
 * Ownership: the struct owns its lists and texts; release frees them.
 * Units:     bytes; positions as a sample's `iteration`.
 * Errors:    as field.h: what is not known has no key.
 */
#ifndef TM_RESULTS_TREE_H
#define TM_RESULTS_TREE_H

#include "results/field.h"

struct tm_run_process {
	struct tm_known_int pid;
	char *name;
	struct tm_known_bool root;   /* the one that tidemark started */
	struct tm_known_bool ended;  /* before the run did, or with it */
	struct tm_known_int samples; /* that it is in; "looks" in run.json */
	struct tm_known_int first_rss_bytes;
	struct tm_known_int last_rss_bytes;
	struct tm_known_int hwm_bytes;

	/* Growth of resident memory from the sample whose `iteration` is
	 * grew_from, after the first third of the process's observed lifetime,
	 * to that of grew_to, near its end (each the median with its
	 * neighbours), and the last sample that it is in.  Not known of a
	 * process that was sampled too few times. */
	struct tm_known_int grew_bytes;
	struct tm_known_int grew_from;
	struct tm_known_int grew_to;
	struct tm_known_int until;
};

struct tm_run_tree {
	int is_known; /* the program was measured from outside */
	struct tm_known_int processes_seen;
	struct tm_known_int processes_max; /* at once */
	struct tm_known_int unmeasured;	   /* ended before they could be read */

	/* Checkpoints at which it had waited for children that are not in any
	 * sample, and processes and threads that the whole machine started
	 * meanwhile. */
	struct tm_known_int unseen_checkpoints;
	struct tm_known_int numbers_given;

	struct tm_known_int incomplete_samples;

	/* Of the processes that ended the one with the highest peak: pid, name
	 * and hwm_bytes; no pid when none ended. */
	struct tm_run_process largest_child;

	/* The first 32, those that grew most first. */
	struct tm_run_process *processes;
	size_t process_count;
};

/* NULL without memory. */
json_t *tm_run_tree_to_json(const struct tm_run_tree *tree);
json_t *tm_run_process_to_json(const struct tm_run_process *process);
void tm_run_tree_from_json(struct tm_run_tree *out, const json_t *json);
void tm_run_tree_release(struct tm_run_tree *tree);

#endif
