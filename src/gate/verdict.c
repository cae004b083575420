#include "gate/verdict.h"

#include <stdio.h>
#include <string.h>

#include "util/trace.h"

const char *tm_run_job(const struct tm_run *run)
{
	return run->request.job ? run->request.job : run->name;
}

/* --- every metric --------------------------------------------------------- */

/*
 * A runtime that collects keeps memory that it has no use for, and takes more
 * when that is cheaper than a collection: what is resident neither shows a leak
 * nor its absence.  Where the runtime has reported what is alive, that is judged,
 * and the memory beside the heap.
 */
int tm_run_is_judged_by_heap(const struct tm_run *run)
{
	return tm_run_has_metric(run, TM_METRIC_heap_used_bytes) &&
	       tm_run_has_metric(run, TM_METRIC_live_bytes) &&
	       (tm_run_has_metric(run, TM_METRIC_native_bytes) ||
		tm_run_has_metric(run, TM_METRIC_net_bytes));
}

/* Where it has not, they decide nothing. */
static int hides_its_heap(const struct tm_run *run)
{
	return run->heaps.count &&
	       !tm_run_has_metric(run, TM_METRIC_live_bytes);
}

/* Metrics of resident pages, whatever they are used for. */
static int is_of_pages(enum tm_metric metric)
{
	const struct tm_trait *trait = tm_trait_of(metric);

	return (trait->role == TM_ROLE_RESIDENT ||
		trait->role == TM_ROLE_PEAK) &&
	       trait->source != TM_SOURCE_HEAP;
}

struct choice {
	const struct tm_verdict_opts *opts;
	int by_heap;
	int is_hidden; /* the heap, in pages */
};

/* A budget of its own asks for the pages themselves. */
static int is_told_by_pages(const struct choice *choice, enum tm_metric metric)
{
	return is_of_pages(metric) && choice->opts->budget.each[metric] < 0 &&
	       !choice->opts->only;
}

static void withhold(struct tm_decision *decision, const struct tm_run *run)
{
	if (decision->judgement == TM_JUDGEMENT_INCONCLUSIVE)
		return;
	decision->judgement = TM_JUDGEMENT_INCONCLUSIVE;
	decision->growth = TM_GROWTH_INCONCLUSIVE;
	decision->curve = TM_CURVE_UNKNOWN;
	decision->extend = 0;
	decision->reason_key = TM_REASON_HIDDEN;
	snprintf(decision->reason, sizeof(decision->reason),
		 "is resident memory of a heap that the %s collects, which "
		 "shows neither growth nor its absence",
		 run->heaps.text[0]);
}

static int is_wanted(const struct choice *choice, enum tm_metric metric)
{
	const struct tm_verdict_opts *opts = choice->opts;

	if (opts->only)
		return opts->only[metric];
	if (choice->by_heap && is_told_by_pages(choice, metric))
		return 0;
	return tm_budget_judges(&opts->budget, metric);
}

static int is_asked_for(const struct tm_verdict_opts *opts,
			enum tm_metric metric)
{
	return opts->budget.each[metric] >= 0 ||
	       (opts->only && opts->only[metric]);
}

static enum tm_rc judge_all(struct tm_verdict *out,
			    const struct tm_verdict_opts *opts,
			    struct tm_err *err)
{
	const struct choice choice = {opts, tm_run_is_judged_by_heap(out->run),
				      hides_its_heap(out->run)};
	enum tm_metric order[TM_METRIC_COUNT];
	enum tm_rc rc = TM_OK;
	size_t i;

	tm_trait_by_rank(order);
	for (i = 0; i < TM_METRIC_COUNT && rc == TM_OK; i++) {
		struct tm_judged *judged = &out->judged[out->count];

		if (!is_wanted(&choice, order[i]))
			continue;
		*judged = (struct tm_judged){.metric = order[i]};
		judged->budget = tm_budget_of(&opts->budget, order[i]);
		rc = tm_growth_decide(&judged->decision, out->run, order[i],
				      opts, err);
		if (choice.is_hidden && is_told_by_pages(&choice, order[i]))
			withhold(&judged->decision, out->run);
		/* A metric without samples counts only if it was
		 * requested. */
		if (judged->decision.note.given > 0 ||
		    is_asked_for(opts, order[i]))
			out->count++;
	}
	return rc;
}

const struct tm_judged *tm_verdict_find(const struct tm_verdict *verdict,
					enum tm_metric metric)
{
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		if (verdict->judged[i].metric == metric)
			return &verdict->judged[i];
	}
	return NULL;
}

const struct tm_judged *tm_verdict_leading(const struct tm_verdict *verdict)
{
	size_t i;

	for (i = 0;
	     verdict->judgement == TM_JUDGEMENT_PASS && i < verdict->count;
	     i++) {
		if (verdict->judged[i].decision.growth == TM_GROWTH_GROWS)
			return &verdict->judged[i];
	}
	return tm_verdict_find(verdict, verdict->decisive);
}

size_t tm_verdict_count_growing(const struct tm_verdict *verdict)
{
	size_t grows = 0, i;

	for (i = 0; i < verdict->count; i++)
		grows += verdict->judged[i].decision.growth == TM_GROWTH_GROWS;
	return grows;
}

/* --- the cause ------------------------------------------------------------ */

#define FINDINGS (TM_METRIC_COUNT + TM_REMAINDER_COUNT + 1)

/* What the cause is found from. */
struct evidence {
	struct tm_finding finding[FINDINGS];
	enum tm_metric metric[FINDINGS];
	size_t count;
	/* Not judged, but known. */
	struct tm_decision heap[TM_METRIC_COUNT];
	struct tm_decision shared;
};

/* A metric with too few samples must not hide that the others are flat. */
static void add_finding(struct evidence *evidence, enum tm_role role,
			const struct tm_decision *decision,
			enum tm_metric metric)
{
	if (decision->note.used == 0)
		return;
	evidence->finding[evidence->count].role = role;
	evidence->finding[evidence->count].decision = decision;
	evidence->metric[evidence->count++] = metric;
}

static void add_judged(struct evidence *evidence,
		       const struct tm_verdict *verdict)
{
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];

		if (!judged->deferred)
			add_finding(evidence, tm_trait_of(judged->metric)->role,
				    &judged->decision, judged->metric);
	}
}

static int any_resident_grows(const struct evidence *evidence)
{
	size_t i;

	for (i = 0; i < evidence->count; i++) {
		const struct tm_finding *finding = &evidence->finding[i];

		if ((finding->role == TM_ROLE_RESIDENT ||
		     finding->role == TM_ROLE_PEAK) &&
		    finding->decision->growth == TM_GROWTH_GROWS)
			return 1;
	}
	return 0;
}

/* Allocated memory says what growth of resident memory means, whether or not
 * it was to be judged itself. */
static enum tm_rc add_heap(struct evidence *evidence,
			   const struct tm_verdict *verdict,
			   const struct tm_verdict_opts *opts,
			   struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT && rc == TM_OK; i++) {
		struct tm_decision *decision = &evidence->heap[i];

		if (tm_trait_of(i)->role != TM_ROLE_HEAP ||
		    tm_verdict_find(verdict, i))
			continue;
		rc = tm_growth_decide(decision, verdict->run, i, opts, err);
		if (rc == TM_OK)
			add_finding(evidence, TM_ROLE_HEAP, decision, i);
	}
	return rc;
}

/* Of resident memory that grows, how much is shared. */
static enum tm_rc add_shared(struct evidence *evidence,
			     const struct tm_verdict *verdict,
			     const struct tm_verdict_opts *opts,
			     struct tm_err *err)
{
	enum tm_rc rc;

	if (!tm_run_has_metric(verdict->run, TM_METRIC_shm_bytes))
		return TM_OK;
	rc = tm_growth_decide(&evidence->shared, verdict->run,
			      TM_METRIC_shm_bytes, opts, err);
	if (rc == TM_OK)
		add_finding(evidence, TM_ROLE_SHARED, &evidence->shared,
			    TM_METRIC_shm_bytes);
	return rc;
}

static enum tm_rc add_remainders(struct evidence *evidence,
				 struct tm_verdict *verdict, struct tm_err *err)
{
	int is_known = tm_remainder_is_known(verdict->run);
	enum tm_rc rc = TM_OK;
	unsigned int i;

	for (i = 0; i < TM_REMAINDER_COUNT && rc == TM_OK; i++) {
		struct tm_decision *decision = &verdict->remainder[i];

		rc = tm_remainder_decide(decision, verdict->run, i, err);
		if (rc == TM_OK && is_known)
			add_finding(evidence, tm_remainder_role(i), decision,
				    TM_METRIC_COUNT);
	}
	return rc;
}

static void set_cause(struct tm_verdict *out, const struct evidence *evidence)
{
	struct tm_diagnosis diagnosis;

	tm_diagnose(&diagnosis, evidence->finding, evidence->count);
	out->kind = diagnosis.kind;
	out->resident = diagnosis.resident;
	out->bulk =
		diagnosis.bulk
			? evidence->metric[diagnosis.bulk - evidence->finding]
			: TM_METRIC_COUNT;
	out->kind_key = diagnosis.reason;
	out->kind_reason = tm_kind_reason_text(diagnosis.reason);
	out->cause = diagnosis.evidence ? evidence->metric[diagnosis.evidence -
							   evidence->finding]
					: TM_METRIC_COUNT;
	/* "Kernel handles" covers several metrics: name the one that leaks. */
	if (out->kind == TM_KIND_HANDLE && out->cause < TM_METRIC_COUNT &&
	    tm_trait_of(out->cause)->leak)
		out->kind_reason = tm_trait_of(out->cause)->leak;
}

static enum tm_rc diagnose(struct tm_verdict *out,
			   const struct tm_verdict_opts *opts,
			   struct tm_err *err)
{
	struct evidence evidence = {.count = 0};
	enum tm_rc rc = TM_OK;

	add_judged(&evidence, out);
	if (opts->only && any_resident_grows(&evidence))
		rc = add_heap(&evidence, out, opts, err);
	if (rc == TM_OK && any_resident_grows(&evidence))
		rc = add_shared(&evidence, out, opts, err);
	if (rc == TM_OK)
		rc = add_remainders(&evidence, out, err);
	if (rc == TM_OK)
		set_cause(out, &evidence);
	return rc;
}

/* --- the judgement -------------------------------------------------------- */

/* The next finer metric of the same memory that was judged, or NULL. */
static const struct tm_judged *find_finer(const struct tm_verdict *verdict,
					  enum tm_metric metric)
{
	const struct tm_judged *judged = NULL;
	enum tm_metric finer;

	while (!judged && (finer = tm_trait_of(metric)->finer) != metric) {
		judged = tm_verdict_find(verdict, finer);
		metric = finer;
	}
	return judged;
}

/* Whether a finer metric of the same memory is decided. */
static int finer_is_decided(const struct tm_verdict *verdict,
			    const struct tm_judged *judged)
{
	const struct tm_judged *finer = judged;

	while ((finer = find_finer(verdict, finer->metric))) {
		if (finer->decision.judgement != TM_JUDGEMENT_INCONCLUSIVE)
			return 1;
	}
	return 0;
}

static int has_judged_memory(const struct tm_verdict *verdict)
{
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];

		if (!tm_trait_is_handle(judged->metric) &&
		    judged->decision.judgement != TM_JUDGEMENT_INCONCLUSIVE)
			return 1;
	}
	return 0;
}

/*
 * A peak moves in big steps, and PSS is read once a second: on a short run such
 * a metric may be inconclusive.  It is deferred when a finer metric of the same
 * memory is decided.  The number of threads or connections of a pool varies by
 * more than its budget: unless it was requested by name, an inconclusive handle
 * metric is deferred too, as long as it does not grow.
 */
static void defer(struct tm_verdict *out, const struct tm_verdict_opts *opts)
{
	int has_memory = has_judged_memory(out);
	size_t i;

	for (i = 0; i < out->count; i++) {
		struct tm_judged *judged = &out->judged[i];

		if (judged->decision.judgement != TM_JUDGEMENT_INCONCLUSIVE)
			continue;
		judged->deferred =
			finer_is_decided(out, judged) ||
			(tm_trait_is_handle(judged->metric) && has_memory &&
			 !is_asked_for(opts, judged->metric) &&
			 judged->decision.growth != TM_GROWTH_GROWS);
	}
}

static const struct tm_judged *first_with(const struct tm_verdict *verdict,
					  enum tm_judgement judgement)
{
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];

		if (!judged->deferred &&
		    judged->decision.judgement == judgement)
			return judged;
	}
	return NULL;
}

/* " (garbage: 3 an iteration)", when another metric names the cause. */
static void say_cause(const struct tm_verdict *verdict,
		      const struct tm_judged *failed, char *out, size_t size)
{
	const struct tm_judged *cause =
		tm_verdict_find(verdict, verdict->cause);
	char slope[TM_AMOUNT_MAX];

	*out = '\0';
	if (!cause || cause == failed || !cause->decision.has_slope)
		return;
	tm_amount_format(slope, cause->decision.slope,
			 tm_trait_of(cause->metric)->unit);
	snprintf(out, size, " (%s: %s %s)", tm_metric_name(cause->metric),
		 slope, tm_run_per(verdict->run));
}

static void say_failure(struct tm_verdict *out, const struct tm_judged *judged)
{
	const struct tm_decision *decision = &judged->decision;
	const char *unit = tm_trait_of(judged->metric)->unit;
	char slope[TM_AMOUNT_MAX], interval[TM_INTERVAL_MAX];
	char budget[TM_AMOUNT_MAX];
	char cause[100];

	out->reason_key = TM_VERDICT_REASON_OVER_BUDGET;
	say_cause(out, judged, cause, sizeof(cause));
	tm_amount_format(slope, decision->slope, unit);
	tm_interval_format(interval, decision->low, decision->high, unit);
	tm_amount_format(budget, judged->budget, unit);
	snprintf(out->reason, sizeof(out->reason),
		 "%s %s %s %s (%s), budget %s; %s: %s%s",
		 tm_metric_name(judged->metric),
		 tm_metric_is_plural(judged->metric) ? "grow" : "grows", slope,
		 tm_run_per(out->run), interval, budget,
		 tm_kind_name(out->kind), out->kind_reason, cause);
}

/* Metrics that were decided by their own samples, and how many of them grow;
 * deferred metrics are not known to be within budget. */
static size_t count_decided(const struct tm_verdict *verdict, size_t *growing)
{
	size_t decided = 0, i;

	*growing = 0;
	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];

		if (judged->deferred)
			continue;
		decided++;
		*growing += judged->decision.growth == TM_GROWTH_GROWS;
	}
	return decided;
}

/* "rss_bytes grows ...", "threads grow ...": the reason of a decision has the
 * verb for one. */
static void say_decision(char *out, size_t size, const struct tm_judged *judged)
{
	static const char verb[] = "grows ";
	const char *reason = judged->decision.reason;
	int is_changed = tm_metric_is_plural(judged->metric) &&
			 strncmp(reason, verb, strlen(verb)) == 0;

	snprintf(out, size, "%s %s%s", tm_metric_name(judged->metric),
		 is_changed ? "grow " : "",
		 reason + (is_changed ? strlen(verb) : 0));
}

/* Of `all` decided metrics some grow. */
static void say_growing(struct tm_verdict *out, size_t growing, size_t all)
{
	if (all == 1)
		snprintf(out->reason, sizeof(out->reason),
			 "1 metric grows, within its budget");
	else if (growing == 1)
		snprintf(out->reason, sizeof(out->reason),
			 "1 of %zu metrics grows, within its budget", all);
	else
		snprintf(out->reason, sizeof(out->reason),
			 "%zu of %zu metrics grow, within their budgets",
			 growing, all);
}

static void say_pass(struct tm_verdict *out, const struct tm_judged *judged)
{
	size_t growing, all = count_decided(out, &growing), used;
	char metrics[TM_AMOUNT_MAX];

	tm_amount_format(metrics, (double)all, "metrics");
	out->reason_key = tm_verdict_count_growing(out)
				  ? TM_VERDICT_REASON_GROW_WITHIN
				  : TM_VERDICT_REASON_WITHIN;
	if (growing) {
		say_growing(out, growing, all);
		return;
	}
	used = (size_t)snprintf(out->reason, sizeof(out->reason),
				"%s within %s; ", metrics,
				all == 1 ? "its budget" : "their budgets");
	say_decision(out->reason + used, sizeof(out->reason) - used, judged);
}

static void add_words(struct tm_verdict *out, const char *text)
{
	size_t used = strlen(out->reason);

	snprintf(out->reason + used, sizeof(out->reason) - used, "%s", text);
}

static enum tm_verdict_reason reason_for_none(const struct tm_run *run,
					      const struct tm_judged *judged)
{
	if (run->sample_count == 0)
		return TM_VERDICT_REASON_NO_SAMPLES;
	if (!judged)
		return TM_VERDICT_REASON_NO_METRIC;
	if (judged->decision.note.given == 0)
		return TM_VERDICT_REASON_NOT_MEASURED;
	switch (judged->decision.growth) {
	case TM_GROWTH_FLAT:
		return TM_VERDICT_REASON_FLAT_OF_FEW;
	case TM_GROWTH_GROWS:
		return TM_VERDICT_REASON_ABOUT_BUDGET;
	case TM_GROWTH_INCONCLUSIVE:
		break;
	}
	return TM_VERDICT_REASON_INCONCLUSIVE;
}

/* What is missing for a verdict, when nothing has failed. */
static void say_inconclusive(struct tm_verdict *out,
			     const struct tm_judged *judged)
{
	const char *absent;

	out->reason_key = reason_for_none(out->run, judged);
	if (out->reason_key == TM_VERDICT_REASON_NO_SAMPLES)
		snprintf(out->reason, sizeof(out->reason),
			 "measured nothing: the run holds no samples");
	else if (out->reason_key == TM_VERDICT_REASON_NO_METRIC)
		snprintf(out->reason, sizeof(out->reason),
			 "measured nothing that could be judged: no metric "
			 "with a budget has a sample");
	else if (out->reason_key == TM_VERDICT_REASON_NOT_MEASURED) {
		absent = out->run->absent[judged->metric];
		snprintf(out->reason, sizeof(out->reason),
			 "%s has a budget and was not measured%s%.120s",
			 tm_metric_name(judged->metric), absent ? ": " : "",
			 absent ? absent : "");
	} else
		say_decision(out->reason, sizeof(out->reason), judged);
}

/* The metric that the run fails by: what holds nearly all of the growth, else
 * the first that is over its budget. */
static const struct tm_judged *find_failed(const struct tm_verdict *verdict)
{
	size_t i;

	for (i = 0; verdict->bulk < TM_METRIC_COUNT && i < verdict->count;
	     i++) {
		const struct tm_judged *judged = &verdict->judged[i];

		if (judged->decision.judgement == TM_JUDGEMENT_FAIL &&
		    tm_trait_of(judged->metric)->role ==
			    tm_trait_of(verdict->bulk)->role)
			return judged;
	}
	return first_with(verdict, TM_JUDGEMENT_FAIL);
}

static void judge_run(struct tm_verdict *out)
{
	const struct tm_judged *failed = find_failed(out);
	const struct tm_judged *open =
		first_with(out, TM_JUDGEMENT_INCONCLUSIVE);
	const struct tm_judged *passed = first_with(out, TM_JUDGEMENT_PASS);
	const struct tm_judged *decisive = failed ? failed : open;

	if (!decisive)
		decisive = passed;
	out->decisive = decisive ? decisive->metric : TM_METRIC_COUNT;
	out->provisional = decisive && decisive->decision.provisional;
	if (failed) {
		out->judgement = TM_JUDGEMENT_FAIL;
		say_failure(out, failed);
	} else if (open || !passed) {
		out->judgement = TM_JUDGEMENT_INCONCLUSIVE;
		out->extend = open && open->decision.extend;
		say_inconclusive(out, open);
	} else {
		out->judgement = TM_JUDGEMENT_PASS;
		say_pass(out, passed);
	}
}

/* A run that did not complete is judged by the samples it has, and can fail; it
 * cannot pass. */
static void downgrade_incomplete(struct tm_verdict *out)
{
	const struct tm_judged *decisive = tm_verdict_find(out, out->decisive);
	char text[80], until_then[TM_VERDICT_REASON_MAX];

	if (out->provisional && decisive &&
	    out->judgement != TM_JUDGEMENT_INCONCLUSIVE) {
		snprintf(text, sizeof(text),
			 "; based on only %zu samples of %s",
			 decisive->decision.note.used,
			 tm_metric_name(decisive->metric));
		add_words(out, text);
	}
	if (out->run->outcome == TM_OUTCOME_COMPLETE)
		return;
	if (out->judgement != TM_JUDGEMENT_PASS) {
		snprintf(text, sizeof(text), "; the run did not complete (%s)",
			 tm_outcome_name(out->run->outcome));
		add_words(out, text);
		return;
	}
	out->judgement = TM_JUDGEMENT_INCONCLUSIVE;
	memcpy(until_then, out->reason, sizeof(until_then));
	snprintf(out->reason, sizeof(out->reason),
		 "the run did not complete (%s); until then %.320s",
		 tm_outcome_name(out->run->outcome), until_then);
}

int tm_verdict_is_flat_by_budget(const struct tm_verdict *verdict)
{
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_decision *decision =
			&verdict->judged[i].decision;

		if (verdict->standing == TM_JUDGEMENT_PASS &&
		    decision->growth == TM_GROWTH_FLAT &&
		    (decision->reason_key == TM_REASON_STILL_RISES ||
		     decision->reason_key == TM_REASON_MAY_RISE))
			return 1;
	}
	return 0;
}

int tm_verdict_is_hidden(const struct tm_verdict *verdict)
{
	const struct tm_judged *decisive =
		tm_verdict_find(verdict, verdict->decisive);

	return verdict->standing == TM_JUDGEMENT_INCONCLUSIVE && decisive &&
	       decisive->decision.reason_key == TM_REASON_HIDDEN;
}

const char *tm_judged_cause(const struct tm_judged *judged)
{
	if (tm_decision_is_of_few(&judged->decision))
		return "few samples";
	if (judged->decision.reason_key == TM_REASON_CUT_OFF)
		return "ends early";
	if (!judged->deferred)
		return NULL;
	if (judged->decision.growth == TM_GROWTH_GROWS)
		return "near budget";
	return tm_trait_is_handle(judged->metric) ? "noisy" : "coarse";
}

const char *tm_verdict_word(const struct tm_verdict *verdict)
{
	switch (verdict->standing) {
	case TM_JUDGEMENT_FAIL:
		return "grows";
	case TM_JUDGEMENT_PASS:
		return tm_verdict_count_growing(verdict) ||
				       verdict->kind_key ==
					       TM_KIND_REASON_STILL_RISES
			       ? "grows within budget"
			       : "flat";
	case TM_JUDGEMENT_INCONCLUSIVE:
		break;
	}
	return "inconclusive";
}

/* Whether the kind names a leak or says that growth is over, and the verdict
 * says neither. */
static int is_kind_open(const struct tm_verdict *verdict)
{
	return verdict->standing == TM_JUDGEMENT_INCONCLUSIVE &&
	       verdict->kind != TM_KIND_UNKNOWN;
}

enum tm_kind tm_verdict_kind(const struct tm_verdict *verdict)
{
	return is_kind_open(verdict) ? TM_KIND_UNKNOWN : verdict->kind;
}

const char *tm_verdict_kind_reason(const struct tm_verdict *verdict)
{
	static const char *const perhaps[] = {
#define PERHAPS(constant, name) "perhaps " name,
		TM_KINDS(PERHAPS)
#undef PERHAPS
	};

	if (!is_kind_open(verdict))
		return verdict->kind_reason;
	return verdict->kind == TM_KIND_NONE ? "no growth found"
					     : perhaps[verdict->kind];
}

/* Whether the reason says all: nothing grows, or less than the budget. */
static int says_all(const struct tm_verdict *verdict, enum tm_kind kind)
{
	return kind == TM_KIND_NONE ||
	       (kind == TM_KIND_UNKNOWN &&
		verdict->standing == TM_JUDGEMENT_PASS &&
		(verdict->kind_key == TM_KIND_REASON_STILL_RISES ||
		 verdict->kind_key == TM_KIND_REASON_MAY_RISE));
}

void tm_verdict_kind_text(char out[TM_VERDICT_KIND_MAX],
			  const struct tm_verdict *verdict)
{
	const char *reason = tm_verdict_kind_reason(verdict);
	enum tm_kind kind = tm_verdict_kind(verdict);

	if (tm_verdict_is_hidden(verdict)) {
		snprintf(out, TM_VERDICT_KIND_MAX,
			 "unknown, resident memory does not show it");
		return;
	}
	if (says_all(verdict, kind))
		snprintf(out, TM_VERDICT_KIND_MAX, "%s", reason);
	else
		snprintf(out, TM_VERDICT_KIND_MAX, "%s, %s", tm_kind_name(kind),
			 reason);
}

const char *tm_verdict_reason_name(enum tm_verdict_reason reason)
{
	static const char *const names[] = {
#define NAME(constant, key) key,
		TM_VERDICT_REASONS(NAME)
#undef NAME
	};

	return names[reason];
}

static void trace_verdict(const struct tm_verdict *verdict)
{
	char text[TM_TRACE_TEXT_MAX];
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		const struct tm_decision *decision = &judged->decision;

		tm_trace("decision",
			 "metric=%s growth=%s judgement=%s curve=%s slope=%g "
			 "low=%g high=%g budget=%g why=\"%s\"",
			 tm_metric_name(judged->metric),
			 tm_growth_name(decision->growth),
			 tm_judgement_name(decision->judgement),
			 tm_curve_name(decision->curve), decision->slope,
			 decision->low, decision->high, judged->budget,
			 tm_trace_text(text, decision->reason));
	}
	tm_trace("verdict", "judgement=%s reason=%s why=\"%s\"",
		 tm_judgement_name(verdict->judgement),
		 tm_verdict_reason_name(verdict->reason_key),
		 tm_trace_text(text, verdict->reason));
}

enum tm_rc tm_verdict_make(struct tm_verdict *out, const struct tm_run *run,
			   const struct tm_verdict_opts *opts,
			   struct tm_err *err)
{
	enum tm_rc rc;

	memset(out, 0, sizeof(*out));
	out->run = run;
	out->by = tm_judging_from(opts);
	snprintf(out->job, sizeof(out->job), "%.120s", tm_run_job(run));
	rc = judge_all(out, opts, err);
	if (rc != TM_OK)
		return rc;
	defer(out, opts);
	rc = diagnose(out, opts, err);
	if (rc != TM_OK)
		return rc;
	judge_run(out);
	downgrade_incomplete(out);
	out->standing = out->judgement;
	if (tm_trace_file)
		trace_verdict(out);
	return TM_OK;
}

enum tm_rc tm_verdict_make_kept(struct tm_verdict *out,
				const struct tm_run *run, struct tm_err *err)
{
	struct tm_verdict_opts opts;
	struct tm_judging judging;

	tm_judging_of(&judging, run);
	opts = tm_judging_opts(&judging);
	return tm_verdict_make(out, run, &opts, err);
}
