#include "law.h"

#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <string.h>

#define ITERATIONS 100

/*
 * The rows that the model is known not to reproduce, with the reason.  They are
 * run and must fail; one that passes has to leave the list.
 */
struct expected_failure {
	const char *law; /* its name */
	const char *reason;
};

static const struct expected_failure expected_failures[] = {
	{NULL, NULL}, /* none: every row holds */
};

static const char *expected_failure(const struct law *law)
{
	const struct expected_failure *row = expected_failures;

	for (; row->law; row++) {
		if (strcmp(row->law, law->name) == 0)
			return row->reason;
	}
	return NULL;
}

static int64_t value_of(const struct formula *formula, uint32_t header)
{
	return (int64_t)formula->times_h * header + formula->plus;
}

struct comparison {
	const struct law *law;
	uint32_t header;
	struct lab_state before;
	struct lab_state after;
	struct tm_buf *differences;
};

static void expect(struct comparison *self, const char *what, int64_t growth,
		   const struct formula *formula)
{
	int64_t expected = value_of(formula, self->header) * ITERATIONS;

	if (growth == expected)
		return;
	cr_assert_eq(tm_buf_printf(self->differences,
				   "%s, H=%u: %s grows by %.2f an iteration, "
				   "not by %lld\n",
				   self->law->name, self->header, what,
				   (double)growth / ITERATIONS,
				   (long long)(expected / ITERATIONS)),
		     TM_OK);
}

/* The column of a type; a type without a column must not grow. */
static const struct formula *formula_of(const struct law *law, const char *type)
{
	static const struct formula nothing;
	const struct {
		const char *type;
		const struct formula *formula;
	} columns[] = {
		{"AsyncResult", &law->async_result},
		{"promise", &law->promise},
		{"bound method", &law->bound_method},
		{"GroupResult", &law->group_result},
		{"barrier", &law->barrier},
		{"weakref", &law->weakref},
		{"keyed weakref", &law->keyed_weakref},
		{"WeakMethod", &law->weak_method},
	};
	size_t i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (strcmp(columns[i].type, type) == 0)
			return columns[i].formula;
	}
	return &nothing;
}

static void compare_type(struct comparison *self, const char *type)
{
	expect(self, type,
	       tm_census_growth(&self->before.census, &self->after.census,
				type),
	       formula_of(self->law, type));
}

static void compare_objects(struct comparison *self)
{
	/* A type that has gone since is in the census before, only. */
	static const char *const all[] = {
		"AsyncResult", "promise", "bound method",  "GroupResult",
		"barrier",     "weakref", "keyed weakref", "WeakMethod",
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		compare_type(self, all[i]);
	for (i = 0; i < self->after.census.count; i++) {
		const char *type = self->after.census.rows[i].type;

		if (formula_of(self->law, type) ==
		    formula_of(self->law, "no such type"))
			compare_type(self, type);
	}
}

static void compare_garbage(struct comparison *self)
{
	static const struct formula nothing;
	size_t i;

	expect(self, "AsyncResult on the garbage list",
	       tm_census_garbage_growth(&self->before.census,
					&self->after.census, "AsyncResult"),
	       &self->law->garbage);
	for (i = 0; i < self->after.census.count; i++) {
		const char *type = self->after.census.rows[i].type;

		if (strcmp(type, "AsyncResult") != 0)
			expect(self, "another type on the garbage list",
			       tm_census_garbage_growth(&self->before.census,
							&self->after.census,
							type),
			       &nothing);
	}
}

static void compare_tables(struct comparison *self)
{
	const struct tm_table_counts *before = &self->before.tables;
	const struct tm_table_counts *after = &self->after.tables;
	const struct law *law = self->law;

	expect(self, "channels", (int64_t)(after->channels - before->channels),
	       &law->channels);
	expect(self, "subscribed_to",
	       (int64_t)(after->subscribed_to - before->subscribed_to),
	       &law->subscribed_to);
	expect(self, "pending_strong",
	       (int64_t)(after->pending_strong - before->pending_strong),
	       &law->pending_strong);
	expect(self, "pending_weak",
	       (int64_t)(after->pending_weak - before->pending_weak),
	       &law->pending_weak);
}

static void compare(struct comparison *self)
{
	unsigned int columns = self->law->columns;

	if (columns & LAW_OBJECTS)
		compare_objects(self);
	if (columns & LAW_LISTED) {
		compare_type(self, "AsyncResult");
		compare_type(self, "promise");
	}
	if (columns & LAW_GARBAGE)
		compare_garbage(self);
	if (columns & LAW_TABLES)
		compare_tables(self);
	if (columns & LAW_AWAITED)
		expect(self, "pending_unsubscribe",
		       (int64_t)(self->after.tables.pending_unsubscribe -
				 self->before.tables.pending_unsubscribe),
		       &self->law->pending_unsubscribe);
	if (columns & LAW_FIRED)
		expect(self, "_on_fulfilled",
		       (int64_t)(self->after.callbacks.fired -
				 self->before.callbacks.fired),
		       &self->law->fired);
}

void law_compare(const struct law *law, uint32_t header,
		 struct tm_buf *differences)
{
	struct lab_opts opts = {
		.strategy = law->strategy,
		.rules = law->rules,
		.shape = law->shape,
		.header = header,
		.read_results = law->read_results,
		/* A collection while a result is awaited can take away its
		 * entry: a race of its own, tested in test_growth.c. */
		.manual = law->read_results,
	};
	struct comparison comparison = {
		.law = law, .header = header, .differences = differences};
	struct lab lab;

	lab_open(&lab, &opts);
	lab_run(&lab, 1);
	lab_measure(&lab, &comparison.before);
	lab_run(&lab, ITERATIONS);
	lab_measure(&lab, &comparison.after);
	compare(&comparison);
	lab_close(&lab);
}

void law_check(const struct law *law)
{
	static const uint32_t headers[] = {1, 2, 3, 5, 10};
	const char *reason = expected_failure(law);
	size_t count = sizeof(headers) / sizeof(headers[0]);
	struct tm_alloc alloc;
	struct tm_buf differences;
	size_t i;

	if (law->only_header_1 || law->shape == TM_SHAPE_DELAY)
		count = 1;
	tm_alloc_init(&alloc);
	tm_buf_init(&differences, &alloc);
	for (i = 0; i < count; i++)
		law_compare(law, headers[i], &differences);
	if (reason) {
		cr_log_warn("expected failure: %s: %s\n%s", law->name, reason,
			    differences.length ? differences.bytes : "");
		cr_assert_gt(differences.length, 0,
			     "%s holds now: take it off the list", law->name);
	} else {
		cr_assert_eq(differences.length, 0, "%s",
			     differences.length ? differences.bytes : "");
	}
	tm_buf_release(&differences);
}
