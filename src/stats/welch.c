#include "stats/welch.h"

#include <math.h>

#include "stats/shapes.h"

struct side {
	double mean;
	double error; /* variance of the mean */
	double freedom;
};

static int take_side(struct side *out, const double *values, size_t count)
{
	double sum = 0, squares = 0;
	size_t i;

	if (count < 2)
		return 0;
	for (i = 0; i < count; i++)
		sum += values[i];
	out->mean = sum / (double)count;
	for (i = 0; i < count; i++)
		squares += (values[i] - out->mean) * (values[i] - out->mean);
	out->freedom = (double)count - 1;
	out->error = squares / out->freedom / (double)count;
	return isfinite(out->mean) && isfinite(out->error);
}

int tm_welch(struct tm_difference *out, const double *first, size_t first_count,
	     const double *second, size_t second_count)
{
	double error, freedom = 1, width = 0;
	struct side a, b;

	if (!take_side(&a, first, first_count) ||
	    !take_side(&b, second, second_count))
		return 0;
	error = a.error + b.error;
	if (error > 0) {
		freedom = error * error /
			  (a.error * a.error / a.freedom +
			   b.error * b.error / b.freedom);
		width = tm_student_975(freedom) * sqrt(error);
	}
	out->first = a.mean;
	out->second = b.mean;
	out->difference = b.mean - a.mean;
	out->low = out->difference - width;
	out->high = out->difference + width;
	return 1;
}
