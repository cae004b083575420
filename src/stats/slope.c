#include "stats/slope.h"

void tm_slope_add(struct tm_slope *slope, double x, double y)
{
	double from_x = x - slope->mean_x;

	slope->count++;
	slope->mean_x += from_x / (double)slope->count;
	slope->mean_y += (y - slope->mean_y) / (double)slope->count;
	slope->sum_xx += from_x * (x - slope->mean_x);
	slope->sum_xy += from_x * (y - slope->mean_y);
}

int tm_slope_get(const struct tm_slope *slope, double *out)
{
	if (slope->count < 2 || slope->sum_xx <= 0)
		return 0;
	*out = slope->sum_xy / slope->sum_xx;
	return 1;
}
