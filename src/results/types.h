/*
 * types.h - the live objects of a run by type, at several moments.
 *
 * Purpose:   types.json: structs, their reader and writer.
 * Ownership: the struct owns its lists and texts; release frees them.
 * Units:     objects, bytes; positions as a sample's `iteration`.
 * Errors:    as field.h: what is not known has no key.
 */
#ifndef TM_RESULTS_TYPES_H
#define TM_RESULTS_TYPES_H

#include "results/field.h"
#include "util/err.h"

#define TM_TYPES_SCHEMA 1

/* A list has a number for each moment; NULL: not known. */
struct tm_run_type {
	char *name;
	int64_t *objects;
	int64_t *bytes;
	int64_t *uncollectable;
};

struct tm_run_types {
	int is_known;	   /* censuses were taken */
	int64_t *position; /* of the moments, rising */
	size_t moments;
	struct tm_run_type *types;
	size_t count;
	struct tm_known_int type_count; /* also of those that are not kept */
};

/* NULL without memory. */
json_t *tm_run_types_to_json(const struct tm_run_types *types);
/* TM_EUSAGE for a newer schema, or where the lists do not fit each other; the
 * caller names the file. */
TM_CHECK enum tm_rc tm_run_types_from_json(struct tm_run_types *out,
					   const json_t *json,
					   struct tm_err *err);
void tm_run_types_release(struct tm_run_types *types);

#endif
