/*
 * sites.h - where memory was allocated, as a run keeps it.
 *
 * Purpose:   sites.json: structs, their reader and writer.
 * Ownership: the struct owns its lists and texts; release frees them.
 * Units:     bytes, estimated from samples; x as a sample's `iteration`.
 * Errors:    as field.h: what is not known has no key.
 */
#ifndef TM_RESULTS_SITES_H
#define TM_RESULTS_SITES_H

#include "results/field.h"
#include "util/err.h"

#define TM_SITES_SCHEMA 1

/* Allocated bytes between two samples, unless another distance is asked for. */
#define TM_SITES_DISTANCE (32 * 1024)

/* A place in code.  Without symbols only module and offset are known. */
struct tm_run_frame {
	char *function;
	char *file;
	struct tm_known_int line;
	char *module; /* the file that holds the code */
	char *offset; /* "0x12ab", in it */
};

struct tm_run_site {
	char *process;		       /* the program's base name */
	struct tm_known_int processes; /* in how many of them it is */
	struct tm_known_bool grows;
	struct tm_known_bool has_stopped; /* it grew at first only */

	/* What lived in the first, the middle and the last third after the
	 * warm-up, and the standard error of last - first. */
	struct tm_known_int first_bytes;
	struct tm_known_int middle_bytes;
	struct tm_known_int error_bytes;
	struct tm_known_int last_bytes;

	struct tm_known_int allocated_bytes; /* over the whole run */
	struct tm_known_int samples;

	/* The interpreter's stack, "File ..., line 10 in main", and the
	 * machine's; innermost first both. */
	struct tm_texts script;
	struct tm_run_frame *stack;
	size_t depth;
};

struct tm_run_sites {
	int is_known;			    /* allocations were sampled */
	struct tm_known_int sampling_bytes; /* mean distance of samples */
	struct tm_known_int samples;
	struct tm_known_int lost;
	struct tm_known_int snapshots;
	struct tm_known_int site_count; /* also of those that are not kept */

	/* The middles of the first and the last third, and the mean of what
	 * malloc counted exactly in each. */
	struct tm_known_real first_x;
	struct tm_known_real last_x;
	struct tm_known_int counted_first_bytes;
	struct tm_known_int counted_last_bytes;

	struct tm_run_site *sites; /* those that grew most first */
	size_t count;
};

/* NULL without memory. */
json_t *tm_run_sites_to_json(const struct tm_run_sites *sites);
json_t *tm_run_site_to_json(const struct tm_run_site *site);
/* TM_EUSAGE for a newer schema, or where there is no list of sites; the caller
 * names the file. */
TM_CHECK enum tm_rc tm_run_sites_from_json(struct tm_run_sites *out,
					   const json_t *json,
					   struct tm_err *err);
/* What one site owns; a list of sites has its own. */
void tm_run_site_release(struct tm_run_site *site);
void tm_run_sites_release(struct tm_run_sites *sites);

/* Add a copy; without memory it is lost. */
void tm_run_site_add_frame(struct tm_run_site *site,
			   const struct tm_run_frame *frame);

#endif
