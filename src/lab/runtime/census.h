/*
 * census.h - what is alive, by type.
 *
 * Purpose:   exact counts of live objects and garbage, and growth between two
 *            moments.
 * Ownership: a struct tm_census is plain memory of the caller.
 * Units:     objects and bytes.
 * Errors:    TM_EINTERNAL when there are more types than a census holds.
 * Source:    objgraph's growth(), done by walking the generations; the walk
 *            costs a visit per live object, so it belongs to checkpoints.
 */
#ifndef TM_LAB_RUNTIME_CENSUS_H
#define TM_LAB_RUNTIME_CENSUS_H

#include "lab/runtime/runtime.h"

#define TM_CENSUS_TYPES_MAX 24

struct tm_census_row {
	const char *type;
	uint64_t live;
	uint64_t live_bytes;
	uint64_t garbage;
};

struct tm_census {
	size_t count;
	struct tm_census_row rows[TM_CENSUS_TYPES_MAX];
};

TM_CHECK enum tm_rc tm_census_take(struct tm_census *out,
				   const struct tm_runtime *runtime,
				   struct tm_err *err);

/* The row of `type`, or NULL when there is none. */
const struct tm_census_row *tm_census_find(const struct tm_census *census,
					   const char *type);

/* How many more of `type` are alive (or on the garbage list) in `after`. */
int64_t tm_census_growth(const struct tm_census *before,
			 const struct tm_census *after, const char *type);
int64_t tm_census_garbage_growth(const struct tm_census *before,
				 const struct tm_census *after,
				 const char *type);

#endif
