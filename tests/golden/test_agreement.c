/*
 * What exec, gate, why, the table and a comparison say of the same run does not
 * contradict itself: the word for the run, the judgement, the metric that decides
 * it, and the slope of each metric.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/analysis.h"
#include "explain/difference.h"
#include "explain/row.h"
#include "gate/gate.h"
#include "report/render/render.h"
#include "series.h"

#define RUNS_LEAST 500

static struct series series;
static struct tm_alloc alloc;
static struct tm_buf exec_text, gate_text, why_text;
static struct tm_analysis analysis;
static struct tm_gate gate;

static void start(void)
{
	series_read_all(&series);
	tm_alloc_init(&alloc);
	tm_buf_init(&exec_text, &alloc);
	tm_buf_init(&gate_text, &alloc);
	tm_buf_init(&why_text, &alloc);
}

static void stop(void)
{
	tm_buf_release(&exec_text);
	tm_buf_release(&gate_text);
	tm_buf_release(&why_text);
	series_free(&series);
}

TestSuite(agreement, .init = start, .fini = stop, .timeout = 120);

static void render(const struct tm_run *run)
{
	const struct tm_content verdict = {.subject = TM_SUBJECT_VERDICT,
					   .gate = &gate};
	const struct tm_content why = {.subject = TM_SUBJECT_WHY,
				       .analysis = &analysis};
	struct tm_style style = {.is_full = 1};
	struct tm_verdict_opts opts;
	struct tm_judging judging;
	struct tm_err err;

	tm_judging_of(&judging, run);
	opts = tm_judging_opts(&judging);
	cr_assert_eq(tm_gate_add(&gate, run, &opts, &err), TM_OK);
	tm_gate_settle(&gate, 0);
	cr_assert_eq(tm_render(&gate_text, &verdict, &style, &err), TM_OK);
	style.advises = 1;
	cr_assert_eq(tm_render(&exec_text, &verdict, &style, &err), TM_OK);
	cr_assert_eq(tm_analysis_make(&analysis, run, NULL, &err), TM_OK);
	cr_assert_eq(tm_render(&why_text, &why, &style, &err), TM_OK);
}

static void forget(void)
{
	tm_buf_clear(&exec_text);
	tm_buf_clear(&gate_text);
	tm_buf_clear(&why_text);
	tm_gate_release(&gate);
}

/* What stands behind the run's name at the start of a line. */
static const char *behind_name(const struct tm_buf *text, const char *name,
			       const char *between)
{
	const char *line = text->bytes;
	size_t length = strlen(name);

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 &&
		    strncmp(line + length, between, strlen(between)) == 0)
			return line + length + strspn(line + length, ": ");
	}
	cr_assert_fail("no line of '%s' in:\n%s", name, text->bytes);
	return "";
}

/* The one of `words` that `text` begins with. */
static size_t word_at(const char *text, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return i;
	}
	cr_assert_fail("none of the words: %.60s", text);
	return count;
}

enum { GROWS_LITTLE, GROWS, FLAT, INCONCLUSIVE };

static void words_agree(const char *name)
{
	static const char *const words[] = {"grows within budget", "grows",
					    "flat", "inconclusive"};
	static const char *const judgements[] = {"pass", "FAIL", "pass",
						 "inconclusive"};
	size_t by_exec = word_at(behind_name(&exec_text, name, "  "), words, 4);

	cr_assert_eq(by_exec,
		     word_at(behind_name(&why_text, name, ": "), words, 4),
		     "exec:\n%s\nwhy:\n%s", exec_text.bytes, why_text.bytes);
	cr_assert_eq(word_at(behind_name(&gate_text, name, "  "),
			     &judgements[by_exec], 1),
		     0);
}

/* The line of a metric in a table below the run's verdict. */
static void copy_line(char out[200], const struct tm_buf *text,
		      enum tm_metric metric)
{
	char head[64];
	const char *line;

	snprintf(head, sizeof(head), "\n%s ", tm_metric_name(metric));
	line = strstr(text->bytes, head);
	cr_assert_not_null(line, "no %s in:\n%s", head + 1, text->bytes);
	snprintf(out, 200, "%.*s", (int)strcspn(line + 1, "\n"), line + 1);
}

/* A metric that leaves the verdict to another one: the growth of exec's table
 * and the verdict of gate's are the same text. */
static size_t deferred_agree(const struct tm_verdict *verdict)
{
	char exec_line[200], gate_line[200];
	size_t i, count = 0;

	for (i = 0; i < verdict->count; i++) {
		const struct tm_judged *judged = &verdict->judged[i];
		const char *cause = tm_judged_cause(judged);
		const char *name = tm_metric_name(judged->metric);
		const char *shown;

		if (!judged->deferred)
			continue;
		copy_line(exec_line, &exec_text, judged->metric);
		copy_line(gate_line, &gate_text, judged->metric);
		shown = exec_line + strlen(name);
		shown += strspn(shown, " ");
		cr_assert_eq(strncmp(shown, cause, strlen(cause)), 0,
			     "not %s: %s", cause, exec_line);
		cr_assert_geq(strlen(gate_line), strlen(cause));
		cr_assert_str_eq(gate_line + strlen(gate_line) - strlen(cause),
				 cause);
		count++;
	}
	return count;
}

/* A sentence that says that growth is over needs a verdict that says so. */
static void sentences_agree(void)
{
	static const char *const at_rest[] = {
		"it rose and levelled off", "it rose once", ": no growth",
		" rose and has stopped", "  Nothing grows"};
	const struct tm_verdict *verdict = &gate.verdicts[0];
	const struct tm_buf *texts[] = {&exec_text, &gate_text, &why_text};
	size_t i, j;

	for (i = 0; i < 3 && verdict->standing != TM_JUDGEMENT_PASS; i++) {
		for (j = 0; j < sizeof(at_rest) / sizeof(*at_rest); j++)
			cr_assert_null(strstr(texts[i]->bytes, at_rest[j]),
				       "'%s' in:\n%s", at_rest[j],
				       texts[i]->bytes);
	}
	for (i = 0; i < verdict->count; i++) {
		const struct tm_decision *one = &verdict->judged[i].decision;

		cr_assert(one->growth != TM_GROWTH_INCONCLUSIVE ||
				  !strstr(one->reason, "it levels off"),
			  "%s", one->reason);
		cr_assert(one->growth != TM_GROWTH_GROWS ||
				  one->judgement != TM_JUDGEMENT_INCONCLUSIVE ||
				  one->curve != TM_CURVE_LINEAR ||
				  one->low >= 0,
			  "%s", one->reason);
	}
	if (tm_verdict_count_growing(verdict))
		cr_assert(!strstr(why_text.bytes, "Nothing ") &&
				  !strstr(why_text.bytes, "No growth "),
			  "%s", why_text.bytes);
}

/* No layer without an answer is said not to grow. */
static void layers_agree(void)
{
	const struct tm_why_layer *heap = &analysis.layer[TM_METRIC_net_bytes];

	if (!heap->is_measured)
		heap = &analysis.layer[TM_METRIC_allocated_bytes];
	if (heap->is_measured &&
	    heap->decision.growth == TM_GROWTH_INCONCLUSIVE)
		cr_assert(!strstr(why_text.bytes, "allocated does not grow") &&
				  !strstr(why_text.bytes,
					  "with malloc does not grow"),
			  "%s", why_text.bytes);
}

static int is_same(double a, double b)
{
	return a == b || fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b));
}

/* Verdict and layer show the same growth and the same slope. */
static void slopes_agree(const struct tm_run *run)
{
	const struct tm_verdict *verdict = &gate.verdicts[0];
	size_t i;

	for (i = 0; i < verdict->count; i++) {
		enum tm_metric metric = verdict->judged[i].metric;
		const struct tm_decision *a = &verdict->judged[i].decision;
		const struct tm_decision *b = &analysis.layer[metric].decision;

		if (!analysis.layer[metric].is_measured)
			continue;
		cr_assert_eq(a->growth, b->growth, "%s: %s", run->name,
			     tm_metric_name(metric));
		cr_assert(is_same(a->slope, b->slope), "%s: %s", run->name,
			  tm_metric_name(metric));
	}
}

/* The table shows the verdict, and the growth of the metric that decides it. */
static void row_agrees(const struct tm_run *run)
{
	const struct tm_verdict *verdict = &gate.verdicts[0];
	const struct tm_judged *judged = tm_verdict_leading(verdict);
	struct tm_err err;
	struct tm_row row;

	cr_assert_eq(tm_row_make(&row, run, NULL, &err), TM_OK);
	cr_assert_str_eq(row.verdict, tm_verdict_word(verdict));
	if (!judged || !judged->decision.has_slope) {
		cr_assert_not(row.is_leading);
		return;
	}
	cr_assert_eq(row.growth_metric, judged->metric, "%s: %s, not %s",
		     run->name, tm_metric_name(row.growth_metric),
		     tm_metric_name(judged->metric));
	cr_assert_eq(row.figure[TM_ROW_GROWTH].number, judged->decision.slope);
	cr_assert_eq(row.growth.growth, judged->decision.growth);
	cr_assert_eq(row.growth.budget, judged->budget);
	/* What the run is said to do, the shown metric does. */
	cr_assert(verdict->standing != TM_JUDGEMENT_FAIL ||
		  row.growth.growth == TM_GROWTH_GROWS);
	cr_assert_eq(verdict->standing == TM_JUDGEMENT_PASS &&
			     tm_verdict_count_growing(verdict),
		     verdict->standing == TM_JUDGEMENT_PASS &&
			     row.growth.growth == TM_GROWTH_GROWS);
}

/* In the table's CSV as well, and in a comparison of the run with itself. */
static void forms_agree(const struct tm_run *run)
{
	const struct tm_content table = {
		.subject = TM_SUBJECT_RUNS, .runs = &run, .run_count = 1};
	const struct tm_style style = {.form = TM_FORM_CSV};
	const struct tm_contrast_side side = {&run, 1};
	const struct tm_judged *judged = tm_verdict_leading(&gate.verdicts[0]);
	struct tm_contrast contrasts[TM_METRIC_COUNT];
	char growth[200];
	struct tm_buf text;
	struct tm_err err;
	size_t count, i;

	if (!judged || !judged->decision.has_slope)
		return;
	tm_buf_init(&text, &alloc);
	cr_assert_eq(tm_render(&text, &table, &style, &err), TM_OK);
	snprintf(growth, sizeof(growth), ",%s,%.10g,%s,%s,",
		 tm_metric_name(judged->metric), judged->decision.slope,
		 tm_trait_of(judged->metric)->unit,
		 tm_verdict_word(&gate.verdicts[0]));
	cr_assert_not_null(strstr(text.bytes, growth), "no '%s' in:\n%s",
			   growth, text.bytes);
	tm_buf_release(&text);
	cr_assert_eq(tm_contrast_make(contrasts, &count, &side, &side, &err),
		     TM_OK);
	for (i = 0; i < count && contrasts[i].metric != judged->metric; i++)
		;
	cr_assert_lt(i, count, "%s: %s is not compared", run->name,
		     tm_metric_name(judged->metric));
	cr_assert(is_same(contrasts[i].growth.first, judged->decision.slope));
}

/* What only the kind says: "bounded" is a curve as well. */
static const enum tm_kind named_kinds[] = {TM_KIND_HEAP,    TM_KIND_CYCLES,
					   TM_KIND_TABLE,   TM_KIND_RETENTION,
					   TM_KIND_OUTSIDE, TM_KIND_HANDLE};

/* No form names another kind than `kind`; returns whether it names that. */
static int names_only(const char *text, enum tm_kind kind)
{
	int is_named = 0;
	size_t i;

	for (i = 0; i < sizeof(named_kinds) / sizeof(*named_kinds); i++) {
		int has = strstr(text, tm_kind_name(named_kinds[i])) != NULL;

		cr_assert(!has || named_kinds[i] == kind, "%s, not %s, in:\n%s",
			  tm_kind_name(named_kinds[i]), tm_kind_name(kind),
			  text);
		is_named |= has;
	}
	return is_named;
}

static int is_named_kind(enum tm_kind kind)
{
	size_t i;

	for (i = 0; i < sizeof(named_kinds) / sizeof(*named_kinds); i++) {
		if (named_kinds[i] == kind)
			return 1;
	}
	return 0;
}

/* In every form of `content`; where the run fails, they all name it.  The rows
 * of why as CSV are layers, without the run's kind. */
static void kind_agrees(const struct tm_content *content,
			const char *const *forms)
{
	const struct tm_verdict *verdict = &gate.verdicts[0];
	int is_due = verdict->standing == TM_JUDGEMENT_FAIL &&
		     is_named_kind(verdict->kind);
	struct tm_style style = {.is_full = 1};
	struct tm_buf text;
	struct tm_err err;

	tm_buf_init(&text, &alloc);
	for (; forms[style.form]; style.form++) {
		if (!*forms[style.form])
			continue;
		tm_buf_clear(&text);
		cr_assert_eq(tm_render(&text, content, &style, &err), TM_OK);
		cr_assert(verdict->standing == TM_JUDGEMENT_PASS ||
				  (!strstr(text.bytes, "it rose and levelled "
						       "off") &&
				   !strstr(text.bytes, "it rose once and")),
			  "%s", text.bytes);
		if (names_only(text.bytes, verdict->kind) || !is_due ||
		    (content->analysis && style.form == TM_FORM_CSV))
			continue;
		cr_assert_fail("no '%s' in:\n%s", tm_kind_name(verdict->kind),
			       text.bytes);
	}
	tm_buf_release(&text);
}

static void kinds_agree(void)
{
	const struct tm_content verdict = {.subject = TM_SUBJECT_VERDICT,
					   .gate = &gate};
	const struct tm_content why = {.subject = TM_SUBJECT_WHY,
				       .analysis = &analysis};

	kind_agrees(&verdict, tm_verdict_forms);
	kind_agrees(&why, tm_why_forms);
}

/* Returns how many metrics left the verdict to another one. */
static size_t check(struct tm_run *run)
{
	size_t deferred;

	render(run);
	words_agree(run->name);
	sentences_agree();
	layers_agree();
	slopes_agree(run);
	row_agrees(run);
	forms_agree(run);
	kinds_agree();
	deferred = deferred_agree(&gate.verdicts[0]);
	forget();
	return deferred;
}

Test(agreement, of_exec_gate_and_why_about_stored_series)
{
	size_t deferred = 0, i;

	cr_assert_gt(series.count, RUNS_LEAST);
	for (i = 0; i < series.count; i++)
		deferred += check(series.runs[i]);
	cr_assert_gt(deferred, 100);
}

/* With a budget that lets half of it pass, and of two metrics only. */
Test(agreement, by_what_the_runs_were_judged_by)
{
	struct tm_judging judging;
	size_t i;

	tm_judging_init(&judging);
	judging.budget.all = 1000;
	judging.looks_max = 3;
	judging.has_only = 1;
	judging.only[TM_METRIC_rss_bytes] = 1;
	judging.only[TM_METRIC_allocated_bytes] = 1;
	for (i = 0; i < series.count; i++) {
		tm_judging_keep(series.runs[i], &judging);
		check(series.runs[i]);
	}
}
