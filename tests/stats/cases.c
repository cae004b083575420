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

void case_set_step_in_line(double height, double each)
{
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = each * (double)i + (i < 12 ? 0 : height);
}

void case_set_rises(double height, size_t rises)
{
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = height * floor((double)(i * rises) / 15 + 1e-9);
}

void case_set_end(double height, double rest)
{
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++)
		case_floor[i] = height * fmin((double)i, 10) +
				rest * fmax((double)i - 10, 0) / 5;
}

void case_set_pause(double height, double rest)
{
	size_t i;

	for (i = 0; i < CASE_BLOCKS; i++) {
		double first = fmin((double)i, 5);
		double second = fmin(fmax((double)i - 5, 0), 5);
		double third = fmax((double)i - 10, 0);

		case_floor[i] = height * (first + third) + rest * second / 5;
	}
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
