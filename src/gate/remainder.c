#include "gate/remainder.h"

#include <math.h>
#include <stdlib.h>

/* Fewer decide nothing. */
#define ENOUGH_SAMPLES 10

static int has_value(const struct tm_sample *sample, enum tm_metric metric,
		     double *out)
{
	if (!tm_sample_has(sample, metric))
		return 0;
	*out = (double)sample->value[metric];
	return 1;
}

/* What the allocator has and the program has not: jemalloc reports what it holds
 * resident, glibc what it keeps free. */
static int find_kept(const struct tm_sample *sample, double *out)
{
	double handed_out, resident;

	if (has_value(sample, TM_METRIC_allocated_bytes, &handed_out) &&
	    has_value(sample, TM_METRIC_resident_bytes, &resident)) {
		*out = resident - handed_out;
		return 1;
	}
	return has_value(sample, TM_METRIC_retained_bytes, out);
}

/* What is resident beyond the allocator, which needs some memory itself for
 * each block: its own figures show that best, malloc's bytes are the next. */
static int find_outside(const struct tm_sample *sample, double *out)
{
	double resident, held, kept;

	if (!has_value(sample, TM_METRIC_rss_bytes, &resident) ||
	    !has_value(sample, TM_METRIC_allocated_bytes, &held) ||
	    !find_kept(sample, &kept))
		return 0;
	*out = resident - held - kept;
	return 1;
}

static int find_beside_malloc(const struct tm_sample *sample, double *out)
{
	double resident, taken;

	if (!has_value(sample, TM_METRIC_rss_bytes, &resident) ||
	    !has_value(sample, TM_METRIC_net_bytes, &taken))
		return 0;
	*out = resident - taken;
	return 1;
}

/* Samples of two kinds make no curve: one kind is chosen for all. */
int tm_remainder_is_known(const struct tm_run *run)
{
	size_t i, count = 0;
	double value;

	for (i = 0; i < run->sample_count && count < ENOUGH_SAMPLES; i++)
		count += (size_t)find_outside(&run->samples[i], &value);
	return count >= ENOUGH_SAMPLES;
}

/* A difference may be below 0, where memory was taken and not touched yet;
 * its growth is the same from another start. */
static void lift(struct tm_point *points, size_t count)
{
	double low = 0.0;
	size_t i;

	for (i = 0; i < count; i++)
		low = fmin(low, points[i].y);
	for (i = 0; i < count; i++)
		points[i].y -= low;
}

static size_t take_points(struct tm_point *points, const struct tm_run *run,
			  enum tm_remainder which)
{
	int (*find)(const struct tm_sample *sample, double *out) = find_kept;
	size_t count = 0, i;

	if (which == TM_REMAINDER_OUTSIDE)
		find = tm_remainder_is_known(run) ? find_outside
						  : find_beside_malloc;
	for (i = 0; i < run->sample_count; i++) {
		if (find(&run->samples[i], &points[count].y))
			points[count++].x =
				tm_run_position(run, &run->samples[i]);
	}
	lift(points, count);
	return count;
}

enum tm_role tm_remainder_role(enum tm_remainder which)
{
	return which == TM_REMAINDER_KEPT ? TM_ROLE_KEPT : TM_ROLE_OUTSIDE;
}

enum tm_rc tm_remainder_decide(struct tm_decision *out,
			       const struct tm_run *run,
			       enum tm_remainder which, struct tm_err *err)
{
	struct tm_decide_opts how = tm_decide_defaults(TM_CLASS_RESIDENT);
	struct tm_point *points =
		calloc(run->sample_count + 1, sizeof(*points));

	if (!points)
		return tm_fail(err, TM_ENOMEM, "no memory to judge '%.60s'",
			       run->name);
	how.unit = "bytes";
	how.per = tm_run_per(run);
	how.start = tm_run_start(run);
	tm_decide(out, points, take_points(points, run, which), &how);
	free(points);
	return TM_OK;
}
