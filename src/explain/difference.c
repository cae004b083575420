#include "explain/difference.h"

#include <math.h>
#include <stdlib.h>

#include "gate/judging.h"

/* What the runs of a side grow by. */
struct side {
	const struct tm_contrast_side *runs;
	double *slopes;
	size_t count; /* runs that have one */
	struct tm_decision first;
};

static enum tm_rc take_side(struct side *side, enum tm_metric metric,
			    struct tm_err *err)
{
	struct tm_decision decision;
	enum tm_rc rc = TM_OK;
	size_t i;

	side->count = 0;
	for (i = 0; i < side->runs->count && rc == TM_OK; i++) {
		rc = tm_growth_measure(&decision, side->runs->runs[i], metric,
				       err);
		if (rc != TM_OK || !decision.has_slope)
			continue;
		if (side->count == 0)
			side->first = decision;
		side->slopes[side->count++] = decision.slope;
	}
	return rc;
}

static double mean(const struct side *side)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < side->count; i++)
		sum += side->slopes[i];
	return sum / (double)side->count;
}

/* With a single run on either side: the intervals of the first run's slope. */
static void compare_within(struct tm_difference *out, const struct side *first,
			   const struct side *second)
{
	double a = (first->first.high - first->first.low) / 2;
	double b = (second->first.high - second->first.low) / 2;
	double width = sqrt(a * a + b * b);

	out->first = mean(first);
	out->second = mean(second);
	out->difference = out->second - out->first;
	out->low = out->difference - width;
	out->high = out->difference + width;
}

static enum tm_rc compare_all(struct tm_contrast *out, size_t *count,
			      struct side *first, struct side *second,
			      struct tm_err *err)
{
	enum tm_metric metrics[TM_METRIC_COUNT];
	size_t metric_count = tm_trait_with_uses(metrics, TM_USE_COMPARE);

	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < metric_count && rc == TM_OK; i++) {
		struct tm_contrast *contrast = &out[*count];

		rc = take_side(first, metrics[i], err);
		if (rc == TM_OK)
			rc = take_side(second, metrics[i], err);
		if (rc != TM_OK || first->count == 0 || second->count == 0)
			continue;
		contrast->metric = metrics[i];
		contrast->replicated =
			tm_welch(&contrast->growth, first->slopes, first->count,
				 second->slopes, second->count);
		if (!contrast->replicated)
			compare_within(&contrast->growth, first, second);
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
	struct side a = {.runs = first, .slopes = slopes};
	struct side b = {.runs = second};
	enum tm_rc rc;

	*count = 0;
	if (!slopes)
		return tm_fail(err, TM_ENOMEM, "no memory to compare");
	b.slopes = slopes + first->count;
	rc = compare_all(out, count, &a, &b, err);
	free(slopes);
	return rc;
}
