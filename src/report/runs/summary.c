#include "report/runs/summary.h"

#include <math.h>
#include <stdio.h>

#include "explain/label.h"
#include "util/text.h"
#include "util/writer.h"
#include "explain/row.h"
#include "util/amount.h"

#define TYPES_NAMED 4 /* the most numerous; the rest are summed up */

struct type_count {
	const char *name;
	double count;
};

/* The types in `numbers`, the most numerous first, up to TYPES_NAMED; the sum
 * of the others goes to `rest`.  Returns how many there are in `top`. */
static size_t top_types(const struct tm_facts *numbers,
			struct type_count top[TYPES_NAMED], double *rest)
{
	size_t used = 0;
	size_t at;

	*rest = 0;
	for (at = 0; at < numbers->count; at++) {
		struct type_count next = {numbers->facts[at].key, 0};
		size_t i;

		(void)tm_fact_number(&numbers->facts[at], &next.count);
		for (i = 0; i < used; i++) {
			if (next.count > top[i].count) {
				struct type_count smaller = top[i];

				top[i] = next;
				next = smaller;
			}
		}
		if (used < TYPES_NAMED)
			top[used++] = next;
		else
			*rest += next.count;
	}
	return used;
}

/* At most two decimals, and none when they are zeros. */
static void put_number(struct tm_writer *writer, double number)
{
	double rounded = round(number * 100) / 100;
	char text[64];

	snprintf(text, sizeof(text), "%.10g", rounded == 0 ? 0 : rounded);
	tm_writer_put(writer, text);
}

/* The verb follows the decision: what may be noise is not said to grow. */
static const char *verb_of(const struct tm_decision *growth)
{
	static const char *const verbs[] = {
		" inconclusive:", " does not grow:", " grows"};

	return growth->high < 0 ? " shrinks" : verbs[growth->growth];
}

static void put_growth(struct tm_writer *writer, const struct tm_row *row)
{
	const struct tm_value *growth = &row->figure[TM_FIGURE_GROWTH];
	char amount[TM_AMOUNT_MAX], text[160];

	if (!growth->present) {
		tm_writer_put(writer, " has no measured growth (");
		tm_writer_put(writer, growth->note);
		tm_writer_put(writer, ")");
		return;
	}
	tm_amount_format(
		amount, row->growth.high < 0 ? -growth->number : growth->number,
		"bytes");
	snprintf(text, sizeof(text), "%s %s %s (%s)", verb_of(&row->growth),
		 amount, tm_run_per(row->run),
		 tm_metric_name(row->growth_metric));
	tm_writer_put(writer, text);
}

static void put_alive(struct tm_writer *writer, const struct tm_row *row)
{
	const struct tm_value *live = &row->figure[TM_FIGURE_LIVE];
	struct type_count top[TYPES_NAMED];
	double rest;
	size_t count, i;

	if (!live->present)
		return;
	tm_writer_put(writer, "; ");
	count = top_types(&row->run->report.live_per_iteration, top, &rest);
	for (i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s", top[i].name);
		tm_text_clean(name);
		put_number(writer, top[i].count);
		tm_writer_put(writer, " ");
		tm_writer_put(writer, name);
		tm_writer_put(writer, i + 1 < count || rest > 0 ? ", " : "");
	}
	if (count == 0 || rest > 0) {
		put_number(writer, count == 0 ? live->number : rest);
		tm_writer_put(writer, count == 0  ? " objects"
				      : rest == 1 ? " other object"
						  : " other objects");
	}
	tm_writer_put(writer, " stay alive per iteration");
}

static void put_count(struct tm_writer *writer, const struct tm_row *row,
		      enum tm_figure figure, const char *one, const char *many)
{
	const struct tm_value *value = &row->figure[figure];

	if (!value->present)
		return;
	tm_writer_put(writer, "; ");
	put_number(writer, value->number);
	tm_writer_put(writer, value->number == 1 ? one : many);
}

static void put_lost(struct tm_writer *writer, const struct tm_row *row)
{
	const struct tm_value *lost = &row->figure[TM_FIGURE_LOST];

	if (!lost->present || lost->number == 0)
		return;
	tm_writer_put(writer, "; ");
	put_number(writer, 100 * lost->number);
	tm_writer_put(writer, " % of the callbacks lost");
}

static void put_outcome(struct tm_writer *writer, const struct tm_run *run)
{
	char text[160], why[TM_ENDING_TEXT_MAX];

	if (run->outcome == TM_OUTCOME_COMPLETE)
		return;
	tm_ending_text(why, &run->ending);
	snprintf(text, sizeof(text), "; outcome: %s%s%.120s",
		 tm_outcome_name(run->outcome), *why ? ", " : "", why);
	tm_text_clean(text);
	tm_writer_put(writer, text);
}

enum tm_rc tm_report_summary(struct tm_buf *out,
			     const struct tm_run *const *runs, size_t count,
			     struct tm_err *err)
{
	struct tm_writer writer = {.out = out};
	char label[TM_LABEL_MAX];
	struct tm_row row;
	size_t i;

	for (i = 0; i < count; i++) {
		enum tm_rc rc = tm_row_make(&row, runs[i], err);

		if (rc != TM_OK)
			return rc;
		tm_label_make(label, runs[i]);
		tm_writer_put(&writer, label);
		put_growth(&writer, &row);
		put_alive(&writer, &row);
		put_count(&writer, &row, TM_FIGURE_GARBAGE, " garbage",
			  " garbage");
		put_count(&writer, &row, TM_FIGURE_TABLES, " table entry",
			  " table entries");
		put_lost(&writer, &row);
		put_outcome(&writer, runs[i]);
		tm_writer_put(&writer, "\n");
	}
	return tm_writer_close(&writer, "the summary", err);
}
