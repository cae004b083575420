#include "gate/budget.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/quantity.h"
#include "util/suggest.h"

/* The smallest object or entry of a table. */
#define OBJECT_BYTES 16

/* A larger value per iteration is certainly a typing error. */
#define BUDGET_MAX 1e15

void tm_budget_init(struct tm_budget *budget)
{
	size_t i;

	memset(budget, 0, sizeof(*budget));
	budget->all = TM_BUDGET_OPEN;
	for (i = 0; i < TM_METRIC_COUNT; i++)
		budget->each[i] = TM_BUDGET_OPEN;
}

int tm_budget_is_given(const struct tm_budget *budget)
{
	size_t i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (budget->each[i] >= 0)
			return 1;
	}
	return budget->all >= 0;
}

/* --- reading -------------------------------------------------------------- */

enum tm_rc tm_budget_metric(enum tm_metric *out, const char *name,
			    struct tm_err *err)
{
	char list[TM_METRIC_LIST_MAX], suggestion[96];
	struct tm_suggest suggest;
	unsigned int i;

	*out = tm_metric_find_short(name);
	if (*out != TM_METRIC_COUNT)
		return TM_OK;
	tm_suggest_init(&suggest, name);
	for (i = 0; i < TM_METRIC_COUNT; i++)
		tm_suggest_offer(&suggest, tm_metric_name(i));
	tm_suggest_text(&suggest, suggestion, sizeof(suggestion));
	if (*suggestion)
		return tm_fail(err, TM_EUSAGE, "unknown metric '%.40s'%s", name,
			       suggestion);
	tm_metric_list(list);
	return tm_fail(err, TM_EUSAGE, "unknown metric '%.40s'; known are %s",
		       name, list);
}

/* A budget may be a fraction.  It starts with a digit, which excludes signs,
 * "nan", "inf" and hexadecimal. */
static int read_amount(const char *text, double *out)
{
	uint64_t bytes;
	char *end;

	if (!isdigit((unsigned char)*text))
		return 0;
	if (strspn(text, "0123456789.e-") != strlen(text)) {
		if (!tm_quantity_bytes(text, &bytes))
			return 0;
		*out = (double)bytes;
	} else {
		*out = strtod(text, &end);
		if (*end)
			return 0;
	}
	return *out <= BUDGET_MAX;
}

/* `metric` is TM_METRIC_COUNT for all that are bytes. */
static enum tm_rc fail_amount(enum tm_metric metric, const char *value,
			      struct tm_err *err)
{
	int is_bytes = metric == TM_METRIC_COUNT || tm_trait_is_bytes(metric);

	return tm_fail(err, TM_EUSAGE,
		       "a budget%s%s is a number of %s per iteration (per "
		       "second without marks), such as %s, not '%.40s'",
		       metric == TM_METRIC_COUNT ? "" : " for ",
		       metric == TM_METRIC_COUNT ? "" : tm_metric_name(metric),
		       is_bytes ? "bytes" : tm_trait_of(metric)->unit,
		       is_bytes ? "16 or 1KiB" : "0.01 or 2", value);
}

enum tm_rc tm_budget_set(struct tm_budget *budget, const char *metric,
			 const char *value, struct tm_err *err)
{
	enum tm_metric at = TM_METRIC_COUNT;
	double amount;
	enum tm_rc rc;

	if (metric) {
		rc = tm_budget_metric(&at, metric, err);
		if (rc != TM_OK)
			return rc;
	}
	if (!read_amount(value, &amount))
		return fail_amount(metric ? at : TM_METRIC_COUNT, value, err);
	if (metric)
		budget->each[at] = amount;
	else
		budget->all = amount;
	return TM_OK;
}

enum tm_rc tm_budget_read(struct tm_budget *budget, const char *text,
			  struct tm_err *err)
{
	const char *equals = strchr(text, '=');
	char metric[64];

	if (!equals)
		return tm_budget_set(budget, NULL, text, err);
	snprintf(metric, sizeof(metric), "%.*s", (int)(equals - text), text);
	return tm_budget_set(budget, metric, equals + 1, err);
}

enum tm_rc tm_budget_ignore(struct tm_budget *budget, const char *metrics,
			    struct tm_err *err)
{
	static const char between[] = ", \t";
	enum tm_metric metric;
	char name[64];
	enum tm_rc rc;

	for (;;) {
		size_t length;

		metrics += strspn(metrics, between);
		length = strcspn(metrics, between);
		if (length == 0)
			return TM_OK;
		snprintf(name, sizeof(name), "%.*s", (int)length, metrics);
		rc = tm_budget_metric(&metric, name, err);
		if (rc != TM_OK)
			return rc;
		budget->ignored[metric] = 1;
		metrics += length;
	}
}

/* --- one over the other --------------------------------------------------- */

void tm_budget_inherit(struct tm_budget *budget, const struct tm_budget *from)
{
	size_t i;

	if (budget->all < 0)
		budget->all = from->all;
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (budget->each[i] < 0)
			budget->each[i] = from->each[i];
		budget->ignored[i] |= from->ignored[i];
	}
}

void tm_budget_override(struct tm_budget *budget, const struct tm_budget *from)
{
	unsigned int i;

	if (from->all >= 0) {
		budget->all = from->all;
		/* What was said for bytes in particular was said before. */
		for (i = 0; i < TM_METRIC_COUNT; i++) {
			if (tm_trait_is_bytes(i))
				budget->each[i] = TM_BUDGET_OPEN;
		}
	}
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (from->each[i] >= 0) {
			budget->each[i] = from->each[i];
			budget->ignored[i] = 0;
		}
		budget->ignored[i] |= from->ignored[i];
	}
}

/* --- reading a budget ----------------------------------------------------- */

int tm_budget_judges(const struct tm_budget *budget, enum tm_metric metric)
{
	if (budget->ignored[metric])
		return 0;
	return budget->each[metric] >= 0 || tm_trait_of(metric)->is_judged;
}

double tm_budget_of(const struct tm_budget *budget, enum tm_metric metric)
{
	if (budget->each[metric] >= 0)
		return budget->each[metric];
	if (tm_trait_of(metric)->nature == TM_NATURE_COUNT)
		return tm_budget_of(budget, TM_METRIC_allocated_bytes) /
		       OBJECT_BYTES;
	if (tm_trait_is_bytes(metric) && budget->all >= 0)
		return budget->all;
	return tm_trait_decide_opts(metric).budget;
}
