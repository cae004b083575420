/*
 * Evidence for growth: two families of curves, and which of them the blocks fit
 * better.
 *
 *   bounded   a level; one or two steps; a rise that ends at a knot; saturation,
 *             1 - exp(-x / tau); a logarithm, log(x + offset)
 *   growing   a line; a line after a level (it begins late); a line and a step;
 *             two lines with a kink; saturation over a line
 *
 * Each shape is linear in its columns once its knot, tau or offset is fixed, so
 * that all of them are tried over a grid, and each is one least squares fit of
 * at most four columns.  Shapes with more parameters always fit better: each
 * parameter is charged log(n) / 2, as in Schwarz's criterion (BIC), and a knot
 * is a parameter, as it is chosen among many.  The difference between the best
 * of either family is the evidence; decide.c compares it with a threshold.
 *
 * A metric has steps of its own (a page, a word).  Each value is off by up to
 * half a step, with variance step^2 / 12; that is added to the residuals, or a
 * metric that never moves would fit any shape perfectly, and one page more
 * would be overwhelming evidence.
 *
 * The logarithm is counted as bounded although it has no bound: what it adds in
 * the second half of a run is less and less, as of a table that is filled by
 * random keys.
 */
#include "stats/shapes.h"

#include <math.h>
#include <string.h>

#define COLUMNS_MAX	 4
#define BOUNDED_KNOT_MAX .8
#define LATE_KNOT_MAX	 .67
#define KINK_KNOT_MAX	 .55

static const double taus[] = {.02, .03, .05, .08, .12, .2, .3};
static const double offsets[] = {.01, .03, .1, .25, .6};

/* The blocks, and the columns of the shape that is tried.  Many shapes differ in
 * their last column only: the first `ready` columns are orthogonal and of length
 * 1, and are fitted; the fit goes on from there. */
struct design {
	const double *x;
	const double *y;
	size_t count;
	double resolution;
	double knot; /* of the shape that is tried, or 0 */
	double column[COLUMNS_MAX][TM_BLOCKS_MAX];
	size_t ready;
	double rest[COLUMNS_MAX][TM_BLOCKS_MAX]; /* of y behind each column */
	double last[COLUMNS_MAX]; /* the coefficient of each column */
};

static double dot(const double *a, const double *b, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += a[i] * b[i];
	return sum;
}

/* Remove from `vector` its component along `unit`. */
static double remove_part(double *vector, const double *unit, size_t count)
{
	double part = dot(vector, unit, count);
	size_t i;

	for (i = 0; i < count; i++)
		vector[i] -= part * unit[i];
	return part;
}

/* Make column `at` orthogonal to those before it, and of length 1; returns what
 * its length was.  One that depends linearly on those becomes 0. */
static double make_orthogonal(struct design *design, size_t at)
{
	double *column = design->column[at];
	double before = dot(column, column, design->count);
	double length;
	size_t i;

	for (i = 0; i < at; i++)
		remove_part(column, design->column[i], design->count);
	length = sqrt(dot(column, column, design->count));
	if (length <= 1e-9 * sqrt(before) || length == 0)
		memset(column, 0, design->count * sizeof(*column));
	for (i = 0; i < design->count && length > 0; i++)
		column[i] /= length;
	return length;
}

/* Least squares by Gram and Schmidt's orthogonal columns: returns the residual
 * sum of squares, and the coefficient of the last column. */
static double least_squares(struct design *design, size_t columns, double *last)
{
	size_t count = design->count;
	size_t j;

	for (j = design->ready; j < columns; j++) {
		double length = make_orthogonal(design, j);
		double part;

		memcpy(design->rest[j], j ? design->rest[j - 1] : design->y,
		       count * sizeof(*design->y));
		part = remove_part(design->rest[j], design->column[j], count);
		design->last[j] = length > 0 ? part / length : 0;
	}
	design->ready = columns;
	*last = design->last[columns - 1];
	return dot(design->rest[columns - 1], design->rest[columns - 1], count);
}

/* A column to write to: the fit of it and of those behind it is void. */
static double *renew(struct design *design, size_t column)
{
	if (design->ready > column)
		design->ready = column;
	return design->column[column];
}

static void set_constant(struct design *design)
{
	double *values = renew(design, 0);
	size_t i;

	for (i = 0; i < design->count; i++)
		values[i] = 1;
}

static void set_step(struct design *design, size_t column, size_t at)
{
	double *values = renew(design, column);
	size_t i;

	for (i = 0; i < design->count; i++)
		values[i] = i >= at;
}

static void set_line(struct design *design, size_t column)
{
	memcpy(renew(design, column), design->x,
	       design->count * sizeof(*design->x));
}

static void set_until(struct design *design, size_t column, double knot)
{
	double *values = renew(design, column);
	size_t i;

	for (i = 0; i < design->count; i++)
		values[i] = fmin(design->x[i], knot);
}

static void set_from(struct design *design, size_t column, double knot)
{
	double *values = renew(design, column);
	size_t i;

	for (i = 0; i < design->count; i++)
		values[i] = fmax(design->x[i] - knot, 0);
}

static void set_saturation(struct design *design, size_t column, double tau)
{
	double *values = renew(design, column);
	size_t i;

	for (i = 0; i < design->count; i++)
		values[i] = -exp(-design->x[i] / tau);
}

static void set_logarithm(struct design *design, size_t column, double offset)
{
	double *values = renew(design, column);
	size_t i;

	for (i = 0; i < design->count; i++)
		values[i] = log(design->x[i] + offset);
}

/* A shape is a number of columns.  A knot counts as a parameter too, since it is
 * chosen among many. */
struct shape {
	size_t columns;
	size_t parameters;
	enum tm_curve curve;
	int must_rise; /* the last column must have a positive factor */
};

static const struct shape level = {1, 1, TM_CURVE_FLAT, 0};
static const struct shape one_step = {2, 3, TM_CURVE_STEP, 0};
static const struct shape two_steps = {3, 5, TM_CURVE_STEP, 0};
static const struct shape settling = {2, 3, TM_CURVE_BOUNDED, 0};
static const struct shape line = {2, 2, TM_CURVE_LINEAR, 1};
static const struct shape line_and_more = {3, 4, TM_CURVE_LINEAR, 1};
static const struct shape late_line = {2, 3, TM_CURVE_LATE, 1};

/* Fit the columns that are set; keep the shape when it is the best so far. */
static void try_shape(struct design *design, struct tm_fit *best,
		      const struct shape *shape)
{
	double count = (double)design->count;
	double step = design->resolution * design->resolution / 12;
	double last, squares, criterion;

	squares = least_squares(design, shape->columns, &last);
	if (shape->must_rise && !(last > 0))
		return;
	criterion = count / 2 * log((squares + count * step) / count) +
		    (double)shape->parameters / 2 * log(count);
	if (criterion < best->criterion) {
		best->criterion = criterion;
		best->curve = shape->curve;
		best->slope = last;
		best->knot = design->knot;
	}
}

static void try_steps(struct design *design, struct tm_fit *best)
{
	size_t i, j;

	for (i = 1; i < design->count; i++) {
		set_step(design, 1, i);
		try_shape(design, best, &one_step);
		for (j = i + 1; j < design->count; j++) {
			set_step(design, 2, j);
			try_shape(design, best, &two_steps);
		}
	}
}

static void fit_bounded(struct design *design, struct tm_fit *best)
{
	size_t i;

	try_shape(design, best, &level);
	try_steps(design, best);
	for (i = 1; i + 1 < design->count; i++) {
		if (design->x[i] > BOUNDED_KNOT_MAX)
			break;
		set_until(design, 1, design->x[i]);
		try_shape(design, best, &settling);
	}
	for (i = 0; i < sizeof(taus) / sizeof(taus[0]); i++) {
		set_saturation(design, 1, taus[i]);
		try_shape(design, best, &settling);
	}
	for (i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		set_logarithm(design, 1, offsets[i]);
		try_shape(design, best, &settling);
	}
}

static void fit_growing(struct design *design, struct tm_fit *best)
{
	size_t i;

	set_line(design, 1);
	try_shape(design, best, &line);
	for (i = 1; i < design->count; i++) {
		set_step(design, 1, i);
		set_line(design, 2);
		try_shape(design, best, &line_and_more);
	}
	for (i = 1; i + 1 < design->count; i++) {
		double knot = design->x[i];

		design->knot = knot;
		if (knot <= LATE_KNOT_MAX) {
			set_from(design, 1, knot);
			try_shape(design, best, &late_line);
		}
		if (knot <= KINK_KNOT_MAX) {
			set_until(design, 1, knot);
			set_from(design, 2, knot);
			try_shape(design, best, &line_and_more);
		}
	}
	design->knot = 0;
	for (i = 0; i < sizeof(taus) / sizeof(taus[0]); i++) {
		set_saturation(design, 1, taus[i]);
		set_line(design, 2);
		try_shape(design, best, &line_and_more);
	}
}

void tm_shapes_fit(struct tm_shapes *out, const double *x, const double *y,
		   size_t count, double resolution)
{
	static const struct tm_fit none = {.curve = TM_CURVE_UNKNOWN,
					   .criterion = INFINITY};
	double above[TM_BLOCKS_MAX];
	struct design design = {
		.x = x, .y = above, .count = count, .resolution = resolution};
	size_t i;

	/* Large levels would cost small differences their last digits. */
	for (i = 0; i < count; i++)
		above[i] = y[i] - y[0];
	out->bounded = none;
	out->growing = none;
	set_constant(&design);
	fit_bounded(&design, &out->bounded);
	fit_growing(&design, &out->growing);
}

double tm_student_975(double degrees)
{
	static const double table[] = {0,     12.706, 4.303, 3.182,
				       2.776, 2.571,  2.447, 2.365,
				       2.306, 2.262,  2.228};
	static const double z = 1.959964;

	if (degrees < 1)
		return table[1];
	if (degrees <= 10)
		return table[(size_t)degrees];
	/* The first terms of Cornish and Fisher: right to .003 from 11 on. */
	return z + (z * z * z + z) / (4 * degrees) +
	       (5 * pow(z, 5) + 16 * z * z * z + 3 * z) /
		       (96 * degrees * degrees);
}

void tm_line_fit(const double *x, const double *y, size_t count, double *slope,
		 double *error)
{
	double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
	double squares = 0, lagged = 0, last = 0, correlation;
	double n = (double)count;
	size_t i;

	for (i = 0; i < count; i++) {
		mean_x += x[i] / n;
		mean_y += (y[i] - y[0]) / n;
	}
	for (i = 0; i < count; i++) {
		xx += (x[i] - mean_x) * (x[i] - mean_x);
		xy += (x[i] - mean_x) * (y[i] - y[0] - mean_y);
	}
	*slope = xx > 0 ? xy / xx : 0;
	for (i = 0; i < count; i++) {
		double rest = y[i] - y[0] - mean_y - *slope * (x[i] - mean_x);

		squares += rest * rest;
		lagged += i > 0 ? rest * last : 0;
		last = rest;
	}
	correlation = squares > 0 ? lagged / squares : 0;
	correlation = fmin(fmax(correlation, 0), .9);
	*error = xx > 0 && count > 2
			 ? sqrt(squares / (n - 2) / xx * (1 + correlation) /
				(1 - correlation))
			 : INFINITY;
}
