#include "cases.h"

#include <math.h>

#define EACH (CASE_SAMPLES / CASE_BLOCKS)

double case_floor[CASE_BLOCKS];

static struct tm_point points[CASE_SAMPLES];

void case_set(double (*floor)(double at))
{
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = floor((double)i / (CASE_BLOCKS - 1));
}

static struct tm_rule_input make(const struct tm_decide_opts *opts, size_t each)
{
	size_t count = each * CASE_BLOCKS, i;

	for (i = 0; i < count; i++)
		points[i] = (struct tm_point){
			.x = (double)i * CASE_EVERY,
			.y = CASE_LEVEL + case_floor[i / each],
		};
	return (struct tm_rule_input){
		.whole = points,
		.whole_count = count,
		.points = points,
		.count = count,
		.span = (double)(count - 1) * CASE_EVERY,
		.opts = opts,
	};
}

struct tm_rule_input case_make(const struct tm_decide_opts *opts)
{
	return make(opts, EACH);
}

struct tm_rule_input case_make_short(const struct tm_decide_opts *opts)
{
	return make(opts, 1);
}

double case_penalty(double score, double threshold)
{
	double penalty = score - threshold;

	while (threshold + penalty < score)
		penalty = nextafter(penalty, INFINITY);
	while (threshold + penalty > score)
		penalty = nextafter(penalty, -INFINITY);
	return penalty;
}

void case_lift(struct tm_rule_input *input, size_t block, double bytes)
{
	input->points[block * EACH + EACH / 2].y += bytes;
}
