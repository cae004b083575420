#include "explain/analysis.h"

#include <stdio.h>
#include <string.h>

#include "metric/traits.h"

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
		.text = "free, but kept by the allocator",
		.is_main = 1,
		.unit = "bytes"};
	struct tm_why_layer outside = {
		.key = "outside", .is_main = 1, .unit = "bytes"};

	outside.text = out->knows_allocator ? "resident, but not from malloc"
					    : "resident beyond malloc's bytes";
	add_layer(out, TM_WHY_kept, &kept);
	add_layer(out, TM_WHY_outside, &outside);
}

/* From the memory that the program allocated to what the kernel gave it, with
 * the differences between them; then what is not memory. */
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
				.text = trait->layer_text,
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

/* What the gate says of it; of what no gate judges, that samples are few. */
static const char *cause_of(const struct tm_analysis *facts, unsigned int id)
{
	const struct tm_judged *judged = tm_verdict_find(&facts->verdict, id);
	const struct tm_judged undeferred = {.decision =
						     facts->layer[id].decision};

	return tm_judged_cause(judged ? judged : &undeferred);
}

static enum tm_rc judge_layers(struct tm_analysis *facts,
			       const struct tm_verdict_opts *opts,
			       struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < facts->order_count && rc == TM_OK; i++) {
		unsigned int id = facts->order[i];
		struct tm_why_layer *layer = &facts->layer[id];

		if (id < TM_METRIC_COUNT)
			rc = judge_metric(facts, id, opts, err);
		else
			layer->decision =
				facts->verdict.remainder[id - TM_METRIC_COUNT];
		layer->cause = cause_of(facts, id);
		layer->is_judged = tm_verdict_find(&facts->verdict, id) != NULL;
		layer->is_measured = layer->decision.note.given > 0;
		/* As the verdict has it: few samples show nothing. */
		layer->grows = layer->decision.growth == TM_GROWTH_GROWS &&
			       !tm_decision_is_of_few(&layer->decision);
	}
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

int tm_why_is_shared(const struct tm_analysis *facts)
{
	const struct tm_why_layer *rss = &facts->layer[TM_METRIC_rss_bytes];
	const struct tm_why_layer *shm = &facts->layer[TM_METRIC_shm_bytes];

	return rss->grows && shm->grows &&
	       shm->decision.slope >= TM_KIND_NEARLY_ALL * rss->decision.slope;
}

enum tm_rc tm_analysis_make(struct tm_analysis *out, const struct tm_run *run,
			    const struct tm_verdict *verdict,
			    struct tm_err *err)
{
	struct tm_verdict_opts opts;
	enum tm_rc rc = TM_OK;

	memset(out, 0, sizeof(*out));
	out->run = run;
	tm_why_types_find(&out->types, run);
	out->is_scenario = run->report.live_per_iteration.is_known;
	out->per = tm_run_per(run);
	if (verdict)
		out->verdict = *verdict;
	else
		rc = tm_verdict_make_kept(&out->verdict, run, err);
	if (rc != TM_OK)
		return rc;
	opts = tm_judging_opts(&out->verdict.by);
	out->knows_allocator = tm_remainder_is_known(run);
	name_layers(out);
	rc = judge_layers(out, &opts, err);
	if (rc != TM_OK)
		return rc;
	out->is_counted = out->layer[TM_METRIC_net_bytes].is_measured ||
			  out->layer[TM_METRIC_allocated_bytes].is_measured;
	tm_why_conclude(out);
	return TM_OK;
}
