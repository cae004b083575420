#include "explain/difference.h"

#include <math.h>
#include <stdlib.h>

#include "gate/verdict.h"
#include "stats/slope.h"

/* Shares of a run that count as warm-up: as in the decider. */
#define WARM_UP .2

/* The slope after the warm-up; 0 when there is none. */
static int take_slope(const struct tm_run *run, enum tm_metric metric,
		      double *out)
{
	struct tm_slope slope = {0};
	double from;
	size_t i;

	if (run->sample_count < 2)
		return 0;
	from = WARM_UP * (double)run->samples[run->sample_count - 1].iteration;
	for (i = 0; i < run->sample_count; i++) {
		const struct tm_sample *sample = &run->samples[i];

		if (tm_sample_has(sample, metric) &&
		    (double)sample->iteration >= from)
			tm_slope_add(&slope, tm_run_position(run, sample),
				     (double)sample->value[metric]);
	}
	return tm_slope_get(&slope, out);
}

/* The slopes of a side's runs; how many have one. */
static size_t take_slopes(double *out, const struct tm_contrast_side *side,
			  enum tm_metric metric)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < side->count; i++)
		count += take_slope(side->runs[i], metric, &out[count]) != 0;
	return count;
}

static double mean(const double *values, size_t count)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += values[i];
	return sum / (double)count;
}

/* Half of the interval that the decider gives the first run's slope. */
static enum tm_rc width_within(double *out, const struct tm_run *run,
			       enum tm_metric metric, struct tm_err *err)
{
	unsigned char only[TM_METRIC_COUNT] = {0};
	struct tm_verdict_opts opts = {.only = only, .looks_max = 1};
	struct tm_verdict verdict;
	enum tm_rc rc;

	only[metric] = 1;
	tm_budget_init(&opts.budget);
	rc = tm_verdict_make(&verdict, run, &opts, err);
	*out = INFINITY;
	if (rc == TM_OK && verdict.count &&
	    verdict.judged[0].decision.has_slope)
		*out = (verdict.judged[0].decision.high -
			verdict.judged[0].decision.low) /
		       2;
	return rc;
}

static enum tm_rc compare_within(struct tm_contrast *out,
				 const struct tm_contrast_side *first,
				 const struct tm_contrast_side *second,
				 struct tm_err *err)
{
	double a, b, width;
	enum tm_rc rc;

	rc = width_within(&a, first->runs[0], out->metric, err);
	if (rc == TM_OK)
		rc = width_within(&b, second->runs[0], out->metric, err);
	if (rc != TM_OK)
		return rc;
	width = sqrt(a * a + b * b);
	out->growth.difference = out->growth.second - out->growth.first;
	out->growth.low = out->growth.difference - width;
	out->growth.high = out->growth.difference + width;
	return TM_OK;
}

static enum tm_rc compare_all(struct tm_contrast *out, size_t *count,
			      const struct tm_contrast_side *first,
			      const struct tm_contrast_side *second,
			      double *slopes, struct tm_err *err)
{
	double *others = slopes + first->count;
	enum tm_metric metrics[TM_METRIC_COUNT];
	size_t metric_count = tm_trait_with_uses(metrics, TM_USE_COMPARE);
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < metric_count && rc == TM_OK; i++) {
		struct tm_contrast *contrast = &out[*count];
		size_t a = take_slopes(slopes, first, metrics[i]);
		size_t b = take_slopes(others, second, metrics[i]);

		if (a == 0 || b == 0)
			continue;
		contrast->metric = metrics[i];
		contrast->growth.first = mean(slopes, a);
		contrast->growth.second = mean(others, b);
		contrast->replicated =
			tm_welch(&contrast->growth, slopes, a, others, b);
		if (!contrast->replicated)
			rc = compare_within(contrast, first, second, err);
		*count += 1;
	}
	return rc;
}

enum tm_rc tm_contrast_make(struct tm_contrast *out, size_t *count,
			    const struct tm_contrast_side *first,
			    const struct tm_contrast_side *second,
			    struct tm_err *err)
{
	double *slopes =
		calloc(first->count + second->count + 1, sizeof(*slopes));
	enum tm_rc rc;

	*count = 0;
	if (!slopes)
		return tm_fail(err, TM_ENOMEM, "no memory to compare");
	rc = compare_all(out, count, first, second, slopes, err);
	free(slopes);
	return rc;
}
