#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *column_name(enum column column)
{
	static const char *const names[COLUMNS + 1] = {
		"allocated", "rss",	 "maxrss",  "active",
		"resident",  "objects",	 "garbage", "entries",
		"handles",   "retained", "all"};

	return names[column];
}

const char *rule_name(enum tm_rule rule)
{
	static const char *const names[] = {"floor", "shape", "line"};

	return names[rule];
}

struct outcome *outcomes_add(struct outcomes *outcomes,
			     const struct trace *trace)
{
	struct outcome *added;

	if (outcomes->count == outcomes->capacity) {
		outcomes->capacity = 2 * outcomes->capacity + 1024;
		outcomes->outcome = realloc(
			outcomes->outcome, outcomes->capacity * sizeof(*added));
		if (!outcomes->outcome)
			abort();
	}
	added = &outcomes->outcome[outcomes->count++];
	memset(added, 0, sizeof(*added));
	memcpy(added->program, trace->program, sizeof(added->program));
	memcpy(added->family, trace->family, sizeof(added->family));
	memcpy(added->allocator, trace->allocator, sizeof(added->allocator));
	added->held_out = trace->held_out;
	added->jitter = trace->jitter;
	added->seed = trace->seed;
	added->iterations = trace->iterations;
	added->leak = trace->leak;
	added->lost = trace->lost;
	return added;
}

void outcomes_free(struct outcomes *outcomes)
{
	free(outcomes->outcome);
}

void outcomes_dump(const struct outcomes *outcomes, FILE *out)
{
	size_t i;

	for (i = 0; i < outcomes->count; i++) {
		const struct outcome *o = &outcomes->outcome[i];

		if (o->test != TEST_METRIC)
			continue;
		fprintf(out,
			"%s %s %d %s %llu %d %llu %.17g %zu %s %s %d %s %s "
			"%.6g %.9g %.9g %.9g %.0f\n",
			o->program, o->family, o->held_out, o->allocator,
			(unsigned long long)o->seed, o->jitter,
			(unsigned long long)o->leak, o->lost, o->samples,
			column_name(o->column), rule_name(o->rule),
			(int)o->truth, tm_growth_name(o->growth),
			tm_curve_name(o->curve), o->score, o->slope, o->low,
			o->high, o->ns);
	}
}

/* --- counting ------------------------------------------------------------- */

/* One metric at the gate's number of samples, whatever the runs. */
struct filter filter_about(enum column column, enum tm_rule rule,
			   enum truth truth, int held_out, int simulated)
{
	return (struct filter){.test = TEST_METRIC,
			       .held_out = held_out,
			       .simulated = simulated,
			       .truth = truth,
			       .leak = -1,
			       .samples = GATE_SAMPLES,
			       .iterations = 100000,
			       .jitter = 0,
			       .column = column,
			       .rule = rule};
}

double share_of(size_t part, size_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

static int matches(const struct outcome *o, const struct filter *f)
{
	int simulated = strcmp(o->allocator, "simulated") == 0;

	return o->test == f->test && o->column == f->column &&
	       o->rule == f->rule && o->truth == f->truth &&
	       (f->held_out < 0 || f->held_out == o->held_out) &&
	       (f->simulated < 0 || f->simulated == simulated) &&
	       (f->jitter < 0 || f->jitter == o->jitter) &&
	       (f->leak < 0 || (uint64_t)f->leak == o->leak) &&
	       (f->samples < 0 || (size_t)f->samples == o->samples) &&
	       (f->iterations < 0 ||
		(uint64_t)f->iterations == o->iterations) &&
	       (!f->program || strcmp(f->program, o->program) == 0) &&
	       (!f->family || strcmp(f->family, o->family) == 0) &&
	       (!f->allocator || strcmp(f->allocator, o->allocator) == 0);
}

static int compare_numbers(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(double *values, size_t count, double share)
{
	if (count == 0)
		return NAN;
	qsort(values, count, sizeof(*values), compare_numbers);
	return values[(size_t)(share * (double)(count - 1))];
}

static void add_slope(struct tally *out, const struct outcome *o,
		      double *errors)
{
	if (o->growth != TM_GROWTH_GROWS || !(o->lost > 0))
		return;
	errors[out->with_slope++] = fabs(o->slope / o->lost - 1);
	out->covered += o->low <= o->lost && o->lost <= o->high;
}

void tally_make(struct tally *out, const struct outcomes *outcomes,
		const struct filter *filter)
{
	double *errors = malloc((outcomes->count + 1) * sizeof(*errors));
	double *times = malloc((outcomes->count + 1) * sizeof(*times));
	size_t i;

	if (!errors || !times)
		abort();
	memset(out, 0, sizeof(*out));
	for (i = 0; i < outcomes->count; i++) {
		const struct outcome *o = &outcomes->outcome[i];

		if (!matches(o, filter))
			continue;
		times[out->runs++] = o->ns;
		out->grows += o->growth == TM_GROWTH_GROWS;
		out->flat += o->growth == TM_GROWTH_FLAT;
		out->inconclusive += o->growth == TM_GROWTH_INCONCLUSIVE;
		out->fail += o->judgement == TM_JUDGEMENT_FAIL;
		out->undecided += o->judgement == TM_JUDGEMENT_INCONCLUSIVE;
		out->looks += o->looks;
		out->right_kind += o->kind == o->true_kind;
		add_slope(out, o, errors);
	}
	out->error_median = quantile(errors, out->with_slope, .5);
	out->error_95 = quantile(errors, out->with_slope, .95);
	out->ns_median = quantile(times, out->runs, .5);
	free(errors);
	free(times);
}

/* How likely at most `found` of `runs` are when each is with probability p. */
static double at_most(size_t found, size_t runs, double p)
{
	double sum = 0;
	size_t i;

	for (i = 0; i <= found; i++)
		sum += exp(lgamma((double)runs + 1) - lgamma((double)i + 1) -
			   lgamma((double)(runs - i) + 1) + (double)i * log(p) +
			   (double)(runs - i) * log1p(-p));
	return sum;
}

double upper_bound(size_t found, size_t runs)
{
	double low = 0, high = 1;
	int i;

	if (found >= runs)
		return 1;
	for (i = 0; i < 60; i++) {
		double middle = (low + high) / 2;

		if (at_most(found, runs, middle) > .05)
			low = middle;
		else
			high = middle;
	}
	return high;
}
