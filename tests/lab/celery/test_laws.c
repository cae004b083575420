/*
 * results/reference/LAWS.md, sections 1 to 3, row by row.  The figures are
 * formulas in H as they stand there; the model holds no such table.  A row that
 * LAWS.md gives for H=1 only is tested at H=1 only: test_measured.c has more.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "law.h"

static const struct law laws[] = {
	/* --- 1. a producer that never reads a result ---------------------- */
	{
		.name = "1 chord, strong-ref (4.2.2), legacy",
		.strategy = "strong-ref",
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = H_PLUS(3, 1),
		.promise = H_PLUS(3, 7),
		.bound_method = H_PLUS(3, 3),
		.group_result = N(2),
		.barrier = N(2),
		.garbage = H_PLUS(2, 1),
	},
	{
		.name = "1 chord, weak-ref-naive, legacy",
		.strategy = "weak-ref-naive",
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = H(2),
		.promise = H_PLUS(2, 6),
		.bound_method = N(2),
		.group_result = N(2),
		.barrier = N(2),
		.weakref = H(2),
		.keyed_weakref = H(1),
		.garbage = H(2),
	},
	{
		.name = "1 chord, no-finalizer, legacy",
		.strategy = "no-finalizer",
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = H(1),
		.promise = H_PLUS(1, 3),
		.bound_method = H_PLUS(1, 1),
		.group_result = N(1),
		.barrier = N(1),
	},
	{
		.name = "1 chord, no-promise, legacy, H=1",
		.strategy = "no-promise",
		.only_header_1 = 1,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = N(2),
		.promise = N(8),
		.bound_method = N(2),
		.group_result = N(2),
		.barrier = N(2),
		.keyed_weakref = N(1),
		.garbage = N(2),
	},
	{
		.name = "1 chord, no-promise and no-finalizer, legacy, H=1",
		.strategy = "no-promise-no-finalizer",
		.only_header_1 = 1,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = N(1),
		.promise = N(4),
		.bound_method = N(1),
		.group_result = N(1),
		.barrier = N(1),
	},
	{
		.name = "1 chord, weak-ref (4.3.0), legacy",
		.strategy = "weak-ref",
		.columns = LAW_OBJECTS | LAW_GARBAGE,
	},
	{
		.name = "1 chord, strong-ref, pep442, H=1",
		.strategy = "strong-ref",
		.rules = TM_RULES_PEP442,
		.only_header_1 = 1,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
	},
	{
		.name = "1 chord, weak-ref-naive, pep442, H=1",
		.strategy = "weak-ref-naive",
		.rules = TM_RULES_PEP442,
		.only_header_1 = 1,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
	},
	{
		.name = "1 chord, no-finalizer, pep442, H=1",
		.strategy = "no-finalizer",
		.rules = TM_RULES_PEP442,
		.only_header_1 = 1,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = N(1),
		.promise = N(4),
		.bound_method = N(2),
		.group_result = N(1),
		.barrier = N(1),
	},
	{
		/* 5.2.6 holds its callback as 4.3.0 does, so it is the strategy
		 * weak-ref under the rules of Python 3.11. */
		.name = "1 chord, 5.2.6 as released, pep442",
		.strategy = "weak-ref",
		.rules = TM_RULES_PEP442,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
	},
	{
		.name = "1 group, strong-ref, legacy",
		.strategy = "strong-ref",
		.shape = TM_SHAPE_GROUP,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = H(2),
		.promise = H_PLUS(2, 3),
		.bound_method = H_PLUS(2, 1),
		.group_result = N(1),
		.barrier = N(1),
		.keyed_weakref = H(1),
		.garbage = H(2),
	},
	{
		.name = "1 group, no-finalizer, legacy",
		.strategy = "no-finalizer",
		.shape = TM_SHAPE_GROUP,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
	},
	{
		.name = "1 delay, strong-ref, legacy",
		.strategy = "strong-ref",
		.shape = TM_SHAPE_DELAY,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
		.async_result = N(1),
		.promise = N(1),
		.bound_method = N(1),
		.garbage = N(1),
	},
	{
		.name = "1 delay, no-finalizer, legacy",
		.strategy = "no-finalizer",
		.shape = TM_SHAPE_DELAY,
		.columns = LAW_OBJECTS | LAW_GARBAGE,
	},

	/* --- 2. a producer that reads each result: delay() and get() ------ */
	{
		.name = "2 delay read, strong-ref, legacy",
		.strategy = "strong-ref",
		.shape = TM_SHAPE_DELAY,
		.read_results = 1,
		.columns = LAW_LISTED | LAW_GARBAGE | LAW_FIRED,
		.async_result = N(1),
		.promise = N(1),
		.garbage = N(1),
		.fired = N(1),
	},
	{
		.name = "2 delay read, weak-ref-naive, legacy",
		.strategy = "weak-ref-naive",
		.shape = TM_SHAPE_DELAY,
		.read_results = 1,
		.columns = LAW_LISTED | LAW_GARBAGE | LAW_FIRED,
		.async_result = N(1),
		.promise = N(1),
	},
	{
		.name = "2 delay read, no-finalizer, legacy",
		.strategy = "no-finalizer",
		.shape = TM_SHAPE_DELAY,
		.read_results = 1,
		.columns = LAW_LISTED | LAW_GARBAGE | LAW_FIRED,
		.fired = N(1),
	},
	{
		.name = "2 delay read, weak-ref (4.3.0), legacy",
		.strategy = "weak-ref",
		.shape = TM_SHAPE_DELAY,
		.read_results = 1,
		.columns = LAW_LISTED | LAW_GARBAGE | LAW_FIRED,
		.async_result = N(1),
		.promise = N(1),
		.garbage = N(1),
		.fired = N(1),
	},
	{
		.name = "2 delay read, 5.2.6, pep442",
		.strategy = "weak-ref",
		.rules = TM_RULES_PEP442,
		.shape = TM_SHAPE_DELAY,
		.read_results = 1,
		.columns = LAW_LISTED | LAW_GARBAGE | LAW_FIRED,
		.fired = N(1),
	},
	{
		.name = "2 chord read, 5.2.6, pep442, H=1",
		.strategy = "weak-ref",
		.rules = TM_RULES_PEP442,
		.read_results = 1,
		.only_header_1 = 1,
		.columns = LAW_OBJECTS | LAW_GARBAGE | LAW_FIRED,
		.fired = N(2),
	},

	/* --- 3. bookkeeping tables, chord, results never read ------------- */
	{
		.name = "3 tables, strong-ref, legacy",
		.strategy = "strong-ref",
		.columns = LAW_ALL_TABLES,
		.channels = H(1),
		.subscribed_to = H(1),
		.pending_strong = H(1),
	},
	{
		.name = "3 tables, weak-ref-naive, legacy, H=1",
		.strategy = "weak-ref-naive",
		.only_header_1 = 1,
		.columns = LAW_ALL_TABLES,
		.channels = N(1),
		.pending_unsubscribe = N(1),
		.subscribed_to = N(1),
		.pending_weak = N(1),
	},
	{
		.name = "3 tables, no-finalizer, legacy, H=1",
		.strategy = "no-finalizer",
		.only_header_1 = 1,
		.columns = LAW_ALL_TABLES,
		.channels = N(1),
		.subscribed_to = N(1),
		.pending_strong = N(1),
	},
	{
		.name = "3 tables, strong-ref, pep442, H=1",
		.strategy = "strong-ref",
		.rules = TM_RULES_PEP442,
		.only_header_1 = 1,
		.columns = LAW_ALL_TABLES,
		.channels = N(1),
		.pending_unsubscribe = N(2),
	},
	{
		.name = "3 tables, 4.3.0 as released, legacy",
		.strategy = "weak-ref",
		.columns = LAW_ALL_TABLES,
		.channels = H(1),
		.pending_unsubscribe = H_PLUS(1, 1),
	},
	{
		.name = "3 tables, 5.2.6 as released, pep442",
		.strategy = "weak-ref",
		.rules = TM_RULES_PEP442,
		.columns = LAW_ALL_TABLES,
		.channels = H(1),
		.pending_unsubscribe = H_PLUS(1, 1),
	},
};

#define COUNT (sizeof(laws) / sizeof(laws[0]))

/* The parameter is a row's number: each test runs in a process of its own, in
 * which the addresses of texts are others. */
ParameterizedTestParameters(laws, hold)
{
	static size_t numbers[COUNT];
	size_t i;

	for (i = 0; i < COUNT; i++)
		numbers[i] = i;
	return cr_make_param_array(size_t, numbers, COUNT);
}

ParameterizedTest(size_t *number, laws, hold)
{
	law_check(&laws[*number]);
}

/* The comparison above is no proof unless it can find something. */
Test(laws, tell_a_false_row_from_a_true_one)
{
	struct law false_law = laws[0];
	struct tm_alloc alloc;
	struct tm_buf differences;

	tm_alloc_init(&alloc);
	tm_buf_init(&differences, &alloc);
	law_compare(&laws[0], 2, &differences);
	cr_assert_eq(differences.length, 0);
	false_law.barrier.plus = 1;
	false_law.garbage.plus = 0;
	false_law.columns |= LAW_FIRED;
	law_compare(&false_law, 2, &differences);
	cr_assert_str_eq(differences.bytes,
			 "1 chord, strong-ref (4.2.2), legacy, H=2: barrier "
			 "grows by 2.00 an iteration, not by 1\n"
			 "1 chord, strong-ref (4.2.2), legacy, H=2: "
			 "AsyncResult on the garbage list grows by 5.00 an "
			 "iteration, not by 4\n");
	tm_buf_release(&differences);
}
