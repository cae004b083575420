#include "explain/difference.h"

#include <math.h>
#include <stdlib.h>

#include "explain/row.h"

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

/* 0 without any. */
static double mean(const struct side *side)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < side->count; i++)
		sum += side->slopes[i];
	return side->count ? sum / (double)side->count : 0.0;
}

/* With a single run on either side: the intervals of the first run's slope. */
static void compare_within(struct tm_difference *out, const struct side *first,
			   const struct side *second)
{
	double a = (first->first.high - first->first.low) / 2;
	double b = (second->first.high - second->first.low) / 2;
	double width = sqrt(a * a + b * b);

	out->difference = out->second - out->first;
	out->low = out->difference - width;
	out->high = out->difference + width;
}

static void contrast(struct tm_contrast *out, const struct side *first,
		     const struct side *second)
{
	out->has_first = first->count > 0;
	out->has_second = second->count > 0;
	if (out->has_first && out->has_second) {
		out->replicated =
			tm_welch(&out->growth, first->slopes, first->count,
				 second->slopes, second->count);
		if (out->replicated)
			return;
	}
	out->growth.first = mean(first);
	out->growth.second = mean(second);
	if (out->has_first && out->has_second)
		compare_within(&out->growth, first, second);
}

/* Set the flags of the metrics that the verdicts of the runs rest on. */
static enum tm_rc add_leading(unsigned char decides[TM_METRIC_COUNT],
			      const struct tm_contrast_side *side,
			      struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	struct tm_row row;
	size_t i;

	for (i = 0; i < side->count && rc == TM_OK; i++) {
		rc = tm_row_make(&row, side->runs[i], NULL, err);
		if (rc == TM_OK && row.is_leading)
			decides[row.growth_metric] = 1;
	}
	return rc;
}

static enum tm_rc compare_all(struct tm_contrast *out, size_t *count,
			      struct side *first, struct side *second,
			      struct tm_err *err)
{
	unsigned char decides[TM_METRIC_COUNT] = {0};
	enum tm_metric metrics[TM_METRIC_COUNT];
	enum tm_rc rc;
	size_t i;

	tm_trait_by_rank(metrics);
	rc = add_leading(decides, first->runs, err);
	if (rc == TM_OK)
		rc = add_leading(decides, second->runs, err);
	for (i = 0; i < TM_METRIC_COUNT && rc == TM_OK; i++) {
		enum tm_metric metric = metrics[i];

		if (!decides[metric] &&
		    !(tm_trait_of(metric)->uses & TM_USE_COMPARE))
			continue;
		rc = take_side(first, metric, err);
		if (rc == TM_OK)
			rc = take_side(second, metric, err);
		if (rc != TM_OK ||
		    (!decides[metric] && !(first->count && second->count)))
			continue;
		out[*count] = (struct tm_contrast){.metric = metric};
		contrast(&out[*count], first, second);
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
