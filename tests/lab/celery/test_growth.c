/* What grows without a collector, what explicit discarding keeps flat, and
 * what the callbacks show. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "lab.h"

#define ITERATIONS 60

/* Growth of everything the lab counts, from the first iteration on. */
struct growth {
	int64_t objects;
	int64_t garbage;
	int64_t tables;
	int64_t buffered;
};

static int64_t table_entries(const struct tm_table_counts *tables)
{
	return (int64_t)(tables->channels + tables->pending_unsubscribe +
			 tables->subscribed_to + tables->pending_strong +
			 tables->pending_weak);
}

static int64_t all_live(const struct tm_census *census)
{
	int64_t live = 0;
	size_t i;

	for (i = 0; i < census->count; i++)
		live += (int64_t)census->rows[i].live;
	return live;
}

static struct growth grow(const struct lab_opts *opts)
{
	struct lab_state before, after;
	struct growth growth;
	struct lab lab;

	lab_open(&lab, opts);
	lab_run(&lab, 1);
	lab_measure(&lab, &before);
	lab_run(&lab, ITERATIONS);
	lab_measure(&lab, &after);
	growth.objects = all_live(&after.census) - all_live(&before.census);
	growth.tables =
		table_entries(&after.tables) - table_entries(&before.tables);
	growth.buffered = (int64_t)(after.tables.buffered) -
			  (int64_t)(before.tables.buffered);
	growth.garbage = (int64_t)lab.app->runtime->garbage_count;
	lab_close(&lab);
	return growth;
}

/* LAWS.md, section 4 (weak-ref, collector disabled) and 5.4. */
Test(growth, weak_ref_needs_the_collector)
{
	struct lab_opts opts = {.strategy = "weak-ref", .rules = TM_RULES_OFF};
	struct growth growth = grow(&opts);

	cr_assert_gt(growth.objects, 0);
	cr_assert_eq(growth.objects % ITERATIONS, 0, "%lld objects",
		     (long long)growth.objects);
	opts.rules = TM_RULES_LEGACY;
	cr_assert_eq(grow(&opts).objects, 0);
}

Test(growth, without_a_collector_nothing_is_called_garbage)
{
	struct lab_opts opts = {.strategy = "strong-ref",
				.rules = TM_RULES_OFF};

	cr_assert_eq(grow(&opts).garbage, 0);
	cr_assert_gt(grow(&opts).objects, 0);
}

/* --- discard -------------------------------------------------------------- */

static const enum tm_shape shapes[] = {TM_SHAPE_CHORD, TM_SHAPE_GROUP,
				       TM_SHAPE_DELAY};

/* One case: which rules, which shape, whether results are read. */
struct discard_case {
	enum tm_rules rules;
	enum tm_shape shape;
	int read_results;
};

ParameterizedTestParameters(discard, is_flat_with_a_collector)
{
	static struct discard_case cases[12];
	size_t i;

	for (i = 0; i < 12; i++) {
		cases[i].rules = i % 2 ? TM_RULES_LEGACY : TM_RULES_PEP442;
		cases[i].read_results = i / 2 % 2;
		cases[i].shape = shapes[i / 4];
	}
	return cr_make_param_array(struct discard_case, cases, 12);
}

ParameterizedTest(struct discard_case *it, discard, is_flat_with_a_collector)
{
	static const uint32_t headers[] = {1, 2, 5, 10};
	size_t i;

	for (i = 0; i < 4; i++) {
		struct lab_opts opts = {
			.strategy = "discard",
			.rules = it->rules,
			.shape = it->shape,
			.header = headers[i],
			.read_results = it->read_results,
		};
		struct growth growth = grow(&opts);

		cr_assert_eq(growth.objects, 0);
		cr_assert_eq(growth.tables, 0);
		cr_assert_eq(growth.buffered, 0);
		cr_assert_eq(growth.garbage, 0);
	}
}

Test(discard, is_not_flat_without_a_collector)
{
	struct lab_opts opts = {.strategy = "discard", .rules = TM_RULES_OFF};
	int read;

	for (read = 0; read < 2; read++) {
		opts.read_results = read;
		opts.shape = TM_SHAPE_CHORD;
		cr_assert_gt(grow(&opts).objects, 0);
		opts.shape = TM_SHAPE_GROUP;
		cr_assert_gt(grow(&opts).objects, 0);
	}
	/* A single result is in a cycle only once it has been read. */
	opts.shape = TM_SHAPE_DELAY;
	cr_assert_gt(grow(&opts).objects, 0);
	opts.read_results = 0;
	cr_assert_eq(grow(&opts).objects, 0);
}

Test(discard, leaves_no_table_entry_of_its_own)
{
	struct lab_opts opts = {.strategy = "discard", .header = 5};
	struct lab_state state;
	struct lab lab;

	lab_open(&lab, &opts);
	lab_run(&lab, 3);
	lab_measure(&lab, &state);
	cr_assert_eq(table_entries(&state.tables), 0);
	lab_close(&lab);
}

/* The other strategies are what discard is compared with. */
Test(growth, every_other_strategy_grows_in_some_table_or_object)
{
	const struct tm_strategy *strategy;
	size_t i;

	for (i = 0; (strategy = tm_strategy_at(i)) != NULL; i++) {
		struct lab_opts opts = {.strategy = strategy->name};
		struct growth growth = grow(&opts);

		if (strategy->can_discard)
			continue;
		cr_assert_gt(growth.objects + growth.tables, 0, "%s is flat",
			     strategy->name);
	}
}

/* --- correctness beside memory -------------------------------------------- */

static struct tm_callback_counts callbacks_of(const char *strategy,
					      enum tm_rules rules)
{
	struct lab_opts opts = {
		.strategy = strategy,
		.rules = rules,
		.read_results = 1,
		.manual = 1,
	};
	struct tm_callback_counts counts;
	struct lab lab;

	lab_open(&lab, &opts);
	lab_run(&lab, ITERATIONS);
	counts = lab.app->callbacks;
	lab_close(&lab);
	return counts;
}

Test(callbacks, are_all_lost_by_the_naive_weak_reference)
{
	struct tm_callback_counts counts =
		callbacks_of("weak-ref-naive", TM_RULES_LEGACY);

	cr_assert_eq(counts.fired, 0);
	cr_assert_geq(counts.expected, 2 * ITERATIONS);
}

Test(callbacks, all_fire_with_the_other_callbacks)
{
	static const char *const strategies[] = {"strong-ref", "weak-ref",
						 "no-finalizer", "discard"};
	size_t i;

	for (i = 0; i < 4; i++) {
		struct tm_callback_counts counts =
			callbacks_of(strategies[i], TM_RULES_PEP442);

		cr_assert_eq(counts.fired, counts.expected, "%s",
			     strategies[i]);
		cr_assert_geq(counts.fired, 2 * ITERATIONS, "%s",
			      strategies[i]);
	}
}

/* --- the collector against get() ------------------------------------------ */

/*
 * Under pep442 the collector runs the finalizer of the handle that apply_async
 * dropped; it goes by id, and takes the entry of the live handle out of the
 * table: its result is then never delivered.  Real Celery 4.2.2 on CPython 3.6
 * times out in the same way.
 */
static enum tm_rc read_groups(enum tm_rules rules, int manual, struct lab *lab)
{
	struct lab_opts opts = {
		.strategy = "strong-ref",
		.rules = rules,
		.shape = TM_SHAPE_GROUP,
		.header = 3,
		.read_results = 1,
		.manual = manual,
		.timeout_ms = 1,
	};
	enum tm_rc rc = TM_OK;
	int i;

	lab_open(lab, &opts);
	for (i = 0; i < 400 && rc == TM_OK; i++)
		rc = lab_iterate(lab);
	return rc;
}

Test(race, a_finalizer_takes_away_the_entry_of_a_live_result)
{
	struct lab lab;
	enum tm_rc rc;

	rc = read_groups(TM_RULES_PEP442, 0, &lab);
	if (lab_collects_always(&lab)) {
		lab_close(&lab);
		cr_skip_test("the handle is gone before the entry is made");
	}
	cr_assert_eq(rc, TM_ETIMEOUT);
	cr_assert_not_null(strstr(lab.err.text, "is a worker running?"));
	lab_close(&lab);
}

Test(race, needs_a_collection_that_runs_finalizers)
{
	struct lab lab;

	cr_assert_eq(read_groups(TM_RULES_PEP442, 1, &lab), TM_OK, "%s",
		     lab.err.text);
	lab_close(&lab);
	cr_assert_eq(read_groups(TM_RULES_LEGACY, 0, &lab), TM_OK, "%s",
		     lab.err.text);
	lab_close(&lab);
}

/* Forced between apply and get, it is no race any more. */
Test(race, is_certain_when_the_collection_comes_before_get)
{
	struct lab_opts opts = {
		.strategy = "strong-ref",
		.rules = TM_RULES_PEP442,
		.shape = TM_SHAPE_GROUP,
		.manual = 1,
		.timeout_ms = 1,
	};
	struct tm_object *result;
	struct lab lab;

	lab_open(&lab, &opts);
	cr_assert_eq(lab_apply(&lab, &result), TM_OK);
	tm_runtime_collect(lab.app->runtime);
	cr_assert_eq(lab_read(&lab, result), TM_ETIMEOUT);
	cr_assert_eq(lab.app->callbacks.fired, 0);
	tm_unref(lab.app->runtime, result);
	lab_close(&lab);
}
