/*
 * curve.h - how a program wants its runs to be drawn, as a run keeps it.
 *
 * Purpose:   the part `curve` of a program's report: a struct, its reader and
 *            writer.  Programs that belong together are drawn alike, and only
 *            they know that.
 * Ownership: the struct owns its texts; release frees them.
 * Errors:    as field.h: what is not known has no key.
 */
#ifndef TM_RESULTS_CURVE_H
#define TM_RESULTS_CURVE_H

#include "results/field.h"

struct tm_run_curve {
	int is_known;
	char *family;		    /* runs of one have one colour */
	struct tm_known_int colour; /* of the family, from 0 */
	char *panel; /* the part of a picture that the run is drawn in */
	struct tm_texts pictures; /* to draw besides those of any run */
};

/* NULL without memory. */
json_t *tm_run_curve_to_json(const struct tm_run_curve *curve);
/* `json` that is not an object: nothing is known. */
void tm_run_curve_from_json(struct tm_run_curve *out, const json_t *json);
void tm_run_curve_release(struct tm_run_curve *curve);

#endif
