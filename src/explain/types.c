#include "explain/types.h"

#include <stdlib.h>
#include <string.h>

#include "stats/options.h"
#include "stats/shapes.h"

/* Moments that a slope needs, and objects that a type must have gained over
 * them: fewer come and go in any program. */
#define MOMENTS_LEAST 4
#define GAINED_LEAST  4
#define MOMENTS_MAX   64

/* With this many moments only the second half is used; the first fifth never
 * is. */
#define MOMENTS_ENOUGH 6

/* Smaller rates of a program's own count are rounding. */
#define RATE_LEAST .005

/* The last half of a run, as a straight line may be drawn through. */
struct window {
	double x[MOMENTS_MAX];
	size_t from;
	size_t count;
};

/* By bytes where both are known, as a few large objects matter more than many
 * small ones; else by number. */
static int by_growth(const void *a, const void *b)
{
	const struct tm_why_type *left = a, *right = b;
	int knows = left->has_bytes && right->has_bytes;
	double of_left = knows ? left->bytes : left->rate;
	double of_right = knows ? right->bytes : right->rate;

	return (of_left < of_right) - (of_left > of_right);
}

/* The list is kept in order; what falls off its end is counted. */
static void add(struct tm_why_types *out, const struct tm_why_type *type)
{
	out->growing++;
	if (out->count == TM_WHY_TYPES_MAX &&
	    by_growth(&out->type[out->count - 1], type) <= 0)
		return;
	if (out->count < TM_WHY_TYPES_MAX)
		out->count++;
	out->type[out->count - 1] = *type;
	qsort(out->type, out->count, sizeof(*out->type), by_growth);
}

/* --- censuses ------------------------------------------------------------- */

/* From where on `count` moments, counted from the end, may lie. */
static int64_t start_of(const struct tm_run_types *types, size_t count)
{
	int64_t first = types->position[0];
	int64_t length = types->position[types->moments - 1] - first;

	if (count < MOMENTS_LEAST)
		return first + 1; /* any but the first one */
	return first + length / (count < MOMENTS_ENOUGH ? TM_WARM_UP_PART : 2);
}

/* The moments of the last half, or where censuses were rare, more of them, as
 * far as a program does not warm up any more; else as many as a line needs. */
static void set_window(struct window *window, const struct tm_run *run)
{
	const struct tm_run_types *types = &run->types;
	size_t i;

	window->from = types->moments;
	while (window->from > 0 &&
	       types->position[window->from - 1] >=
		       start_of(types, types->moments - window->from))
		window->from--;
	window->count = types->moments - window->from;
	if (window->count > MOMENTS_MAX) {
		window->from += window->count - MOMENTS_MAX;
		window->count = MOMENTS_MAX;
	}
	for (i = 0; i < window->count; i++)
		window->x[i] = (double)types->position[window->from + i] /
			       (double)tm_unit_scale(run->unit);
}

static double fit(const struct window *window, const int64_t *numbers,
		  double *error)
{
	double y[MOMENTS_MAX], slope;
	size_t i;

	for (i = 0; i < window->count; i++)
		y[i] = (double)numbers[window->from + i];
	tm_line_fit(window->x, y, window->count, &slope, error);
	return slope;
}

static void add_if_growing(struct tm_why_types *out,
			   const struct window *window,
			   const struct tm_run_type *type)
{
	struct tm_why_type found = {.name = type->name, .has_interval = 1};
	size_t last = window->from + window->count - 1;
	int64_t gained = type->objects[last] - type->objects[window->from];
	double error, margin, unused;

	if (gained < GAINED_LEAST)
		return;
	found.rate = fit(window, type->objects, &error);
	margin = tm_student_975((double)window->count - 2) * error;
	found.low = found.rate - margin;
	found.high = found.rate + margin;
	if (!(found.low > 0))
		return;
	found.has_bytes = type->bytes != NULL;
	if (type->bytes)
		found.bytes = fit(window, type->bytes, &unused);
	if (type->uncollectable)
		found.uncollectable = fit(window, type->uncollectable, &unused);
	add(out, &found);
}

static void find_in_censuses(struct tm_why_types *out, const struct tm_run *run)
{
	struct window window;
	size_t i;

	if (run->types.moments == 0)
		return;
	set_window(&window, run);
	for (i = 0; window.count >= MOMENTS_LEAST && i < run->types.count; i++)
		add_if_growing(out, &window, &run->types.types[i]);
}

/* --- a program's own count ------------------------------------------------ */

static double number_of(const struct tm_facts *facts, const char *key)
{
	const struct tm_fact *fact = tm_facts_find(facts, key);
	double number = 0;

	if (fact && tm_fact_number(fact, &number))
		return number;
	return 0;
}

static void find_in_report(struct tm_why_types *out, const struct tm_run *run)
{
	const struct tm_facts *live = &run->report.live_per_iteration;
	size_t i;

	for (i = 0; i < live->count; i++) {
		struct tm_why_type found = {.name = live->facts[i].key};

		if (!tm_fact_number(&live->facts[i], &found.rate) ||
		    found.rate < RATE_LEAST)
			continue;
		found.uncollectable = number_of(
			&run->report.garbage_per_iteration, found.name);
		add(out, &found);
	}
}

void tm_why_types_find(struct tm_why_types *out, const struct tm_run *run)
{
	memset(out, 0, sizeof(*out));
	if (run->types.is_known)
		find_in_censuses(out, run);
	else
		find_in_report(out, run);
}
