/*
 * unit.h - what the samples of a run are counted in.
 *
 * Purpose:   a run is counted by its iterations, or, when its samples were
 *            taken by time, in seconds; slopes are shown for one unit.
 * Ownership: names are constants.
 * Units:     a sample's `iteration` is tm_unit_scale() times the unit: seconds
 *            are stored as milliseconds.
 * Errors:    a name that no unit has is not found.
 */
#ifndef TM_RESULTS_UNIT_H
#define TM_RESULTS_UNIT_H

enum tm_unit { TM_UNIT_ITERATION, TM_UNIT_SECOND };

/* "iteration" or "second", as stored; find returns 0 for any other name. */
const char *tm_unit_name(enum tm_unit unit);
int tm_unit_find(enum tm_unit *out, const char *name);

/* "per iteration" or "per second". */
const char *tm_unit_per(enum tm_unit unit);

/* How much of a sample's `iteration` is one unit: 1 or 1000. */
double tm_unit_scale(enum tm_unit unit);

#endif
