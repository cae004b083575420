#include "report/runs/summary.h"

#include <math.h>
#include <stdio.h>

#include "explain/label.h"
#include "util/text.h"
#include "explain/row.h"
#include "util/amount.h"

#define TYPES_NAMED 4 /* the most numerous; the rest are summed up */

struct type_count {
	const char *name;
	double count;
};

/* The types of the report's object `key`, the most numerous first, up to
 * TYPES_NAMED; what is left over goes to `rest`.  Returns how many there are
 * in `top`. */
static size_t top_types(const struct tm_run *run, const char *key,
			struct type_count top[TYPES_NAMED], double *rest)
{
	size_t used = 0;
	const char *name;
	json_t *number;

	*rest = 0;
	json_object_foreach(json_object_get(run->report, key), name, number)
	{
		struct type_count next = {name, json_number_value(number)};
		size_t i;

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

/* A tm_buf whose first failure sticks. */
struct sentence {
	struct tm_buf *out;
	enum tm_rc rc;
};

static void put(struct sentence *sentence, const char *text)
{
	if (sentence->rc == TM_OK)
		sentence->rc = tm_buf_add_text(sentence->out, text);
}

/* At most two decimals, and none when they are zeros. */
static void put_number(struct sentence *sentence, double number)
{
	double rounded = round(number * 100) / 100;
	char text[64];

	snprintf(text, sizeof(text), "%.10g", rounded == 0 ? 0 : rounded);
	put(sentence, text);
}

/* The verb follows the decision: what may be noise is not said to grow. */
static const char *verb_of(const struct tm_decision *growth)
{
	static const char *const verbs[] = {
		" inconclusive:", " does not grow:", " grows"};

	return growth->high < 0 ? " shrinks" : verbs[growth->growth];
}

static void put_growth(struct sentence *sentence, const struct tm_row *row)
{
	const struct tm_value *growth = &row->figure[TM_FIGURE_GROWTH];
	char amount[TM_AMOUNT_MAX], text[160];

	if (!growth->present) {
		put(sentence, " has no measured growth (");
		put(sentence, growth->note);
		put(sentence, ")");
		return;
	}
	tm_amount_format(
		amount, row->growth.high < 0 ? -growth->number : growth->number,
		"bytes");
	snprintf(text, sizeof(text), "%s %s %s (%s)", verb_of(&row->growth),
		 amount, tm_run_per(row->run),
		 tm_metric_name(row->growth_metric));
	put(sentence, text);
}

static void put_alive(struct sentence *sentence, const struct tm_row *row)
{
	const struct tm_value *live = &row->figure[TM_FIGURE_LIVE];
	struct type_count top[TYPES_NAMED];
	double rest;
	size_t count, i;

	if (!live->present)
		return;
	put(sentence, "; ");
	count = top_types(row->run, "live_per_iteration", top, &rest);
	for (i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s", top[i].name);
		tm_text_clean(name);
		put_number(sentence, top[i].count);
		put(sentence, " ");
		put(sentence, name);
		put(sentence, i + 1 < count || rest > 0 ? ", " : "");
	}
	if (count == 0 || rest > 0) {
		put_number(sentence, count == 0 ? live->number : rest);
		put(sentence, count == 0  ? " objects"
			      : rest == 1 ? " other object"
					  : " other objects");
	}
	put(sentence, " stay alive per iteration");
}

static void put_count(struct sentence *sentence, const struct tm_row *row,
		      enum tm_figure figure, const char *one, const char *many)
{
	const struct tm_value *value = &row->figure[figure];

	if (!value->present)
		return;
	put(sentence, "; ");
	put_number(sentence, value->number);
	put(sentence, value->number == 1 ? one : many);
}

static void put_lost(struct sentence *sentence, const struct tm_row *row)
{
	const struct tm_value *lost = &row->figure[TM_FIGURE_LOST];

	if (!lost->present || lost->number == 0)
		return;
	put(sentence, "; ");
	put_number(sentence, 100 * lost->number);
	put(sentence, " % of the callbacks lost");
}

static void put_outcome(struct sentence *sentence, const struct tm_run *run)
{
	char text[160];

	if (run->outcome == TM_OUTCOME_COMPLETE)
		return;
	snprintf(text, sizeof(text), "; outcome: %s%s%.120s",
		 tm_outcome_name(run->outcome), run->outcome_text ? ", " : "",
		 run->outcome_text ? run->outcome_text : "");
	tm_text_clean(text);
	put(sentence, text);
}

enum tm_rc tm_report_summary(struct tm_buf *out,
			     const struct tm_run *const *runs, size_t count,
			     struct tm_err *err)
{
	struct sentence sentence = {out, TM_OK};
	char label[TM_LABEL_MAX];
	struct tm_row row;
	size_t i;

	for (i = 0; i < count && sentence.rc == TM_OK; i++) {
		sentence.rc = tm_row_make(&row, runs[i], err);
		if (sentence.rc != TM_OK)
			break;
		tm_label_make(label, runs[i]);
		put(&sentence, label);
		put_growth(&sentence, &row);
		put_alive(&sentence, &row);
		put_count(&sentence, &row, TM_FIGURE_GARBAGE, " garbage",
			  " garbage");
		put_count(&sentence, &row, TM_FIGURE_TABLES, " table entry",
			  " table entries");
		put_lost(&sentence, &row);
		put_outcome(&sentence, runs[i]);
		put(&sentence, "\n");
	}
	if (sentence.rc != TM_OK)
		return tm_fail(err, sentence.rc,
			       "no memory for the summary of %zu runs", count);
	return TM_OK;
}
