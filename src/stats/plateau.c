#include "stats/rules.h"

#include <math.h>

/*
 * The curve of a metric that does not grow
 *
 * What rose and was never given back ended in a plateau: by a few steps (step)
 * or gradually or early (bounded).  A series that fell as much as it rose is a
 * saw-tooth, or flat if the fall is within a few steps of the metric.  What rose
 * only while the program was being loaded did not rise.
 */

#define EARLY	 .05 /* of the run: a rise this early is a warm-up's */
#define STEPS	 4   /* that much of the rise may come in so many steps */
#define IN_STEPS .85

/* The largest rises between neighbours of what is never given back, which is
 * in `spare`; the largest is first. */
static void find_rises(const struct tm_rule_input *input, double rises[STEPS],
		       double *early)
{
	const struct tm_point *points = input->whole;
	double until = points[0].x +
		       EARLY * (points[input->whole_count - 1].x - points[0].x);
	size_t i, j;

	*early = 0;
	for (j = 0; j < STEPS; j++)
		rises[j] = 0;
	for (i = 1; i < input->whole_count; i++) {
		double rise = points[i].spare - points[i - 1].spare;

		if (points[i].x <= until)
			*early += rise;
		for (j = 0; j < STEPS; j++) {
			double kept = fmin(rise, rises[j]);

			rises[j] = fmax(rise, rises[j]);
			rise = kept;
		}
	}
}

/* The first point behind the program's start, which lies in the warm-up. */
static const struct tm_point *find_started(const struct tm_rule_input *input)
{
	const struct tm_point *point = input->whole;
	const struct tm_point *last = &point[input->whole_count - 1];
	double until = point->x + fmin(input->opts->start,
				       TM_WARM_UP * (last->x - point->x));

	while (point < last && point->x < until)
		point++;
	return point;
}

enum tm_curve tm_plateau_curve(const struct tm_rule_input *input)
{
	double fall = tm_series_drawdown(input->points, input->count);
	double rises[STEPS], early, low = INFINITY, rise, stepped = 0;
	double last;
	size_t i;

	for (i = input->whole_count; i-- > 0;) {
		low = fmin(low, input->whole[i].y);
		input->whole[i].spare = low;
	}
	last = input->whole[input->whole_count - 1].spare;
	rise = last - low;
	if (last - find_started(input)->spare <=
	    fmax(fall, 8 * input->opts->resolution))
		return fall > 8 * input->opts->resolution ? TM_CURVE_SAW_TOOTH
							  : TM_CURVE_FLAT;
	find_rises(input, rises, &early);
	for (i = 0; i < STEPS; i++)
		stepped += rises[i];
	return early < .5 * rise && stepped >= IN_STEPS * rise
		       ? TM_CURVE_STEP
		       : TM_CURVE_BOUNDED;
}
