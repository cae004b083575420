#include "curves.h"

#include <math.h>
#include <stdint.h>

/* A fixed sequence of numbers from 0 to 1. */
static double uniform(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(*state >> 11) / 9007199254740992.0;
}

static double value_at(const struct shape *shape, size_t i, size_t count,
		       uint64_t *state)
{
	double x = (double)i * EVERY, end = (double)count * EVERY;
	double y = shape->level + shape->slope * x;

	y += shape->noise * uniform(state);
	if (shape->tooth > 0)
		y += shape->saw * fmod((double)i / shape->tooth, 1);
	if (i >= count / 2)
		y += shape->step;
	y += shape->rare * (double)(i / 7);
	y += shape->late * fmax(x - .4 * end, 0);
	y += shape->warm * (1 - exp(-x / (.03 * end)));
	if (shape->doubling)
		y += 8 * exp2(ceil(log2(x + 1)));
	return floor(y / 16) * 16;
}

void shape_fill(struct tm_point *points, size_t count,
		const struct shape *shape)
{
	uint64_t state = 1;
	size_t i;

	for (i = 0; i < count; i++) {
		points[i].x = (double)i * EVERY;
		points[i].y = value_at(shape, i, count, &state);
		points[i].spare = 0;
	}
}

struct tm_decision shape_decide(const struct shape *shape)
{
	struct tm_decide_opts opts = tm_decide_defaults(TM_CLASS_EXACT);
	struct tm_point points[SAMPLES];
	struct tm_decision decision;

	shape_fill(points, SAMPLES, shape);
	tm_decide(&decision, points, SAMPLES, &opts);
	return decision;
}
