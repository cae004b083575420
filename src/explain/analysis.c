#include "explain/analysis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metric/traits.h"

/* Fewer decide nothing. */
#define ENOUGH_SAMPLES 10

/* --- points --------------------------------------------------------------- */

static int has_value(const struct tm_sample *sample, enum tm_metric metric,
		     double *out)
{
	if (!tm_sample_has(sample, metric))
		return 0;
	*out = (double)sample->value[metric];
	return 1;
}

/* What the allocator has and the program has not: jemalloc tells what it holds
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
 * each block: its own figures tell that best, malloc's bytes are the next. */
static int find_outside(const struct tm_sample *sample, double *out)
{
	double resident, held, kept;

	if (!has_value(sample, TM_METRIC_rss_bytes, &resident))
		return 0;
	if (has_value(sample, TM_METRIC_allocated_bytes, &held) &&
	    find_kept(sample, &kept))
		held += kept;
	else
		return 0;
	*out = resident - held;
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
static int knows_allocator(const struct tm_run *run)
{
	size_t i, count = 0;
	double value;

	for (i = 0; i < run->sample_count; i++)
		count += (size_t)find_outside(&run->samples[i], &value);
	return count >= ENOUGH_SAMPLES;
}

static int find_difference(const struct tm_analysis *facts, unsigned int id,
			   const struct tm_sample *sample, double *out)
{
	if (id == TM_WHY_kept)
		return find_kept(sample, out);
	return facts->knows_allocator ? find_outside(sample, out)
				      : find_beside_malloc(sample, out);
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

static size_t take_points(struct tm_point *points,
			  const struct tm_analysis *facts, unsigned int id)
{
	const struct tm_run *run = facts->run;
	size_t count = 0, i;

	for (i = 0; i < run->sample_count; i++) {
		if (!find_difference(facts, id, &run->samples[i],
				     &points[count].y))
			continue;
		points[count++].x = tm_run_position(run, &run->samples[i]);
	}
	lift(points, count);
	return count;
}

/* --- layers --------------------------------------------------------------- */

static void add_layer(struct tm_analysis *out, unsigned int id,
		      const struct tm_why_layer *layer)
{
	out->layer[id] = *layer;
	out->order[out->order_count++] = id;
}

static void add_differences(struct tm_analysis *out)
{
	static const struct tm_why_layer kept = {
		.key = "kept",
		.words = "free, but kept by the allocator",
		.is_main = 1,
		.unit = "bytes"};
	struct tm_why_layer outside = {
		.key = "outside", .is_main = 1, .unit = "bytes"};

	outside.words = out->knows_allocator
				? "resident, but not from malloc"
				: "resident beyond that, allocator's needs too";
	add_layer(out, TM_WHY_kept, &kept);
	add_layer(out, TM_WHY_outside, &outside);
}

/* From what the program holds to what the kernel gave it, with the differences
 * between them, and then what is no memory. */
static void name_layers(struct tm_analysis *out)
{
	enum tm_metric by_rank[TM_METRIC_COUNT];
	int handles, differences = 0;
	unsigned int i;

	tm_trait_by_rank(by_rank);
	for (handles = 0; handles < 2; handles++) {
		for (i = 0; i < TM_METRIC_COUNT; i++) {
			const struct tm_trait *trait = tm_trait_of(by_rank[i]);
			const struct tm_why_layer layer = {
				.key = trait->layer,
				.words = trait->layer_text,
				.is_main = trait->is_main_layer,
				.unit = trait->unit};

			if (!layer.key ||
			    tm_trait_is_handle(by_rank[i]) != handles)
				continue;
			if (!differences &&
			    trait->nature == TM_NATURE_RESIDENT) {
				add_differences(out);
				differences = 1;
			}
			add_layer(out, by_rank[i], &layer);
		}
	}
}

/* A metric that the verdict is about is decided already. */
static enum tm_rc judge_metric(struct tm_analysis *facts, unsigned int id,
			       const struct tm_verdict_opts *opts,
			       struct tm_err *err)
{
	const struct tm_judged *judged = tm_verdict_find(&facts->verdict, id);

	if (!judged)
		return tm_growth_decide(&facts->layer[id].decision, facts->run,
					id, opts, err);
	facts->layer[id].decision = judged->decision;
	return TM_OK;
}

static void judge_difference(struct tm_analysis *facts, unsigned int id,
			     struct tm_point *points)
{
	struct tm_decide_opts how = tm_decide_defaults(TM_CLASS_RESIDENT);
	struct tm_why_layer *layer = &facts->layer[id];

	how.unit = layer->unit;
	how.per = facts->per;
	tm_decide(&layer->decision, points, take_points(points, facts, id),
		  &how);
}

static enum tm_rc judge_layers(struct tm_analysis *facts,
			       const struct tm_verdict_opts *opts,
			       struct tm_err *err)
{
	struct tm_point *points =
		calloc(facts->run->sample_count + 1, sizeof(*points));
	enum tm_rc rc = TM_OK;
	size_t i;

	if (!points)
		return tm_fail(err, TM_ENOMEM, "no memory to explain '%.60s'",
			       facts->run->name);
	for (i = 0; i < facts->order_count && rc == TM_OK; i++) {
		unsigned int id = facts->order[i];
		struct tm_why_layer *layer = &facts->layer[id];

		if (id < TM_METRIC_COUNT)
			rc = judge_metric(facts, id, opts, err);
		else
			judge_difference(facts, id, points);
		layer->is_measured = layer->decision.note.given > 0;
		layer->grows = layer->decision.growth == TM_GROWTH_GROWS;
	}
	free(points);
	return rc;
}

int tm_why_memory_fails(const struct tm_analysis *facts)
{
	const struct tm_verdict *verdict = &facts->verdict;

	return verdict->standing == TM_JUDGEMENT_FAIL &&
	       verdict->decisive < TM_METRIC_COUNT &&
	       !tm_trait_is_handle(verdict->decisive);
}

int tm_why_memory_grows(const struct tm_analysis *facts)
{
	return facts->layer[TM_METRIC_rss_bytes].grows ||
	       tm_why_memory_fails(facts);
}

enum tm_rc tm_analysis_make(struct tm_analysis *out, const struct tm_run *run,
			    const struct tm_verdict *verdict,
			    struct tm_err *err)
{
	struct tm_verdict_opts opts;
	struct tm_judging judging;
	enum tm_rc rc = TM_OK;

	memset(out, 0, sizeof(*out));
	out->run = run;
	tm_why_types_find(&out->types, run);
	out->is_scenario = run->report.live_per_iteration.is_known;
	out->per = tm_run_per(run);
	tm_judging_of(&judging, run);
	opts = tm_judging_opts(&judging);
	if (verdict)
		out->verdict = *verdict;
	else
		rc = tm_verdict_make(&out->verdict, run, &opts, err);
	if (rc != TM_OK)
		return rc;
	out->knows_allocator = knows_allocator(run);
	name_layers(out);
	rc = judge_layers(out, &opts, err);
	if (rc != TM_OK)
		return rc;
	out->is_counted = out->layer[TM_METRIC_net_bytes].is_measured ||
			  out->layer[TM_METRIC_allocated_bytes].is_measured;
	tm_why_conclude(out);
	return TM_OK;
}
