#include "stats/rules.h"

#include <math.h>
#include <string.h>

/*
 * The curve of a metric that does not grow
 *
 * What rose and was never given back ended in a plateau: by a few steps (step)
 * or gradually or early (bounded).  Where samples are far apart, a straight line
 * rises in few places as well: a step is steeper than that.  A series that fell as much as it rose is a
 * saw-tooth, or flat if the fall is within a few steps of the metric.  What rose
 * only while the program was being loaded did not rise.
 */

#define EARLY	 .05 /* of the run: a rise this early is a warm-up's */
#define STEPS	 4   /* that much of the rise may come in so many steps */
#define IN_STEPS .85
#define STEEP	 .5 /* of the run at most lies between the samples around them */

/* From one sample to the next. */
struct rise {
	double bytes;
	double span;
};

/* The largest rises between neighbours of what is never given back, which is
 * in `spare`; the largest is first. */
static void find_rises(const struct tm_rule_input *input,
		       struct rise rises[STEPS], double *early)
{
	const struct tm_point *points = input->whole;
	double until = points[0].x +
		       EARLY * (points[input->whole_count - 1].x - points[0].x);
	size_t i, j;

	*early = 0;
	memset(rises, 0, STEPS * sizeof(*rises));
	for (i = 1; i < input->whole_count; i++) {
		struct rise rise = {points[i].spare - points[i - 1].spare,
				    points[i].x - points[i - 1].x};

		if (points[i].x <= until)
			*early += rise.bytes;
		for (j = 0; j < STEPS; j++) {
			struct rise smaller = rises[j];

			if (rise.bytes <= smaller.bytes)
				continue;
			rises[j] = rise;
			rise = smaller;
		}
	}
}

static int is_stepped(const struct tm_rule_input *input,
		      const struct rise rises[STEPS], double whole_rise)
{
	const struct tm_point *points = input->whole;
	double stepped = 0, between = 0;
	size_t i;

	for (i = 0; i < STEPS; i++) {
		stepped += rises[i].bytes;
		between += rises[i].span;
	}
	return stepped >= IN_STEPS * whole_rise &&
	       between <=
		       STEEP * (points[input->whole_count - 1].x - points[0].x);
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
	double early, low = INFINITY, rise, last;
	struct rise rises[STEPS];
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
	return early < .5 * rise && is_stepped(input, rises, rise)
		       ? TM_CURVE_STEP
		       : TM_CURVE_BOUNDED;
}
