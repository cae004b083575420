#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "heap.h"

static struct heap heap;
static struct tm_census before, after;

static void take(struct tm_census *census)
{
	cr_assert_eq(tm_census_take(census, heap.runtime, NULL), TM_OK);
}

Test(census, counts_objects_and_bytes_by_type)
{
	const struct tm_census_row *row;

	heap_open(&heap, TM_RULES_LEGACY);
	tm_ref(ring_new(&heap));
	cr_assert_not_null(bearer_new(&heap, NULL, NULL));
	take(&after);
	cr_assert_eq(after.count, 2);
	row = tm_census_find(&after, "node");
	cr_assert_eq(row->live, 2);
	cr_assert_eq(row->live_bytes, 2 * sizeof(struct node));
	cr_assert_eq(row->garbage, 0);
	cr_assert_eq(tm_census_find(&after, "bearer")->live, 1);
	cr_assert_null(tm_census_find(&after, "promise"));
	heap_close(&heap);
}

Test(census, counts_every_generation)
{
	struct node *old, *young;

	heap_open(&heap, TM_RULES_LEGACY);
	old = node_new(&heap);
	tm_runtime_collect(heap.runtime);
	young = node_new(&heap);
	take(&after);
	cr_assert_eq(tm_census_find(&after, "node")->live, 2);
	drop(&heap, old);
	drop(&heap, young);
	heap_close(&heap);
}

Test(census, growth_may_be_negative_or_of_a_new_type)
{
	struct node *node;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	take(&before);
	drop(&heap, node);
	cr_assert_not_null(bearer_new(&heap, NULL, NULL));
	take(&after);
	cr_assert_eq(tm_census_growth(&before, &after, "node"), -1);
	cr_assert_eq(tm_census_growth(&before, &after, "bearer"), 1);
	cr_assert_eq(tm_census_growth(&before, &after, "nothing"), 0);
	heap_close(&heap);
}

Test(census, counts_what_is_on_the_garbage_list_as_alive_too)
{
	struct node *a;

	heap_open(&heap, TM_RULES_LEGACY);
	take(&before);
	a = bearer_new(&heap, NULL, NULL);
	node_link(a, 0, a);
	node_link(a, 1, ring_new(&heap));
	drop(&heap, a->slot[1]);
	drop(&heap, a);
	tm_runtime_collect(heap.runtime);
	take(&after);
	cr_assert_eq(tm_census_growth(&before, &after, "bearer"), 1);
	cr_assert_eq(tm_census_garbage_growth(&before, &after, "bearer"), 1);
	cr_assert_eq(tm_census_growth(&before, &after, "node"), 2);
	cr_assert_eq(tm_census_garbage_growth(&before, &after, "node"), 0);
	heap_close(&heap);
}

/* With a finalizer or without, it is an AsyncResult to a reader. */
Test(census, types_of_one_name_are_one_row)
{
	struct tm_type namesake = bearer_type;
	struct node *a, *b;

	heap_open(&heap, TM_RULES_LEGACY);
	namesake.name = "node";
	a = node_new(&heap);
	b = tm_object_new(heap.runtime, &namesake);
	b->heap = &heap;
	take(&after);
	cr_assert_eq(after.count, 1);
	cr_assert_eq(after.rows[0].live, 2);
	drop(&heap, a);
	drop(&heap, b);
	heap_close(&heap);
}

Test(census, refuses_more_types_than_it_holds)
{
	static struct tm_type types[TM_CENSUS_TYPES_MAX + 1];
	static char names[TM_CENSUS_TYPES_MAX + 1][16];
	struct tm_err err;
	size_t i;

	heap_open(&heap, TM_RULES_LEGACY);
	for (i = 0; i <= TM_CENSUS_TYPES_MAX; i++) {
		struct node *node;

		snprintf(names[i], sizeof(names[i]), "type %zu", i);
		types[i] = node_type;
		types[i].name = names[i];
		cr_assert_eq(tm_census_take(&after, heap.runtime, &err), TM_OK);
		node = tm_object_new(heap.runtime, &types[i]);
		cr_assert_not_null(node);
		node->heap = &heap;
	}
	cr_assert_eq(tm_census_take(&after, heap.runtime, &err), TM_EINTERNAL);
	cr_assert_not_null(strstr(err.text, "types"));
	heap_close(&heap);
}

/* A type that one of the two does not have counts as none of it. */
Test(census, growth_of_a_type_that_one_does_not_have)
{
	struct tm_census none = {0};
	struct tm_census some = {
		.rows = {{.type = "a", .live = 5, .garbage = 3}}, .count = 1};

	cr_expect_eq(tm_census_growth(&none, &some, "a"), 5);
	cr_expect_eq(tm_census_growth(&some, &none, "a"), -5);
	cr_expect_eq(tm_census_growth(&some, &some, "a"), 0);
	cr_expect_eq(tm_census_growth(&some, &some, "b"), 0);
	cr_expect_eq(tm_census_garbage_growth(&none, &some, "a"), 3);
	cr_expect_eq(tm_census_garbage_growth(&some, &none, "a"), -3);
	cr_expect_eq(tm_census_garbage_growth(&some, &some, "b"), 0);
}
