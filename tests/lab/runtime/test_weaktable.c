#include <criterion/criterion.h>

#include "heap.h"
#include "lab/runtime/weaktable.h"

static struct heap heap;
static struct tm_weak_table table;

static void start(void)
{
	heap_open(&heap, TM_RULES_LEGACY);
	tm_weak_table_init(&table, heap.runtime);
}

static void stop(void)
{
	tm_weak_table_release(&table);
	heap_close(&heap);
}

static const struct tm_id one = {{1}};
static const struct tm_id two = {{2}};

static struct node *put(const struct tm_id *key)
{
	struct node *node = node_new(&heap);

	cr_assert_eq(tm_weak_table_put(&table, key, &node->object), TM_OK);
	return node;
}

static int64_t keyed_weakrefs(void)
{
	const struct tm_census_row *row;
	struct tm_census census;

	cr_assert_eq(tm_census_take(&census, heap.runtime, NULL), TM_OK);
	row = tm_census_find(&census, "keyed weakref");
	return row ? (int64_t)row->live : 0;
}

Test(weaktable, finds_what_is_alive_and_keeps_nothing)
{
	struct node *node;

	start();
	node = put(&one);
	cr_assert_eq(node->object.refcount, 1);
	cr_assert_eq(tm_weak_table_get(&table, &one), &node->object);
	cr_assert_null(tm_weak_table_get(&table, &two));
	cr_assert_eq(keyed_weakrefs(), 1);
	drop(&heap, node);
	cr_assert_null(tm_weak_table_get(&table, &one));
	cr_assert_eq(table.entries.count, 0);
	cr_assert_eq(keyed_weakrefs(), 0);
	stop();
}

/* The entry of the first value is gone; its end must not take the second's. */
Test(weaktable, key_can_be_put_again)
{
	struct node *first, *second;

	start();
	first = put(&one);
	second = put(&one);
	cr_assert_eq(tm_weak_table_get(&table, &one), &second->object);
	drop(&heap, first);
	cr_assert_eq(tm_weak_table_get(&table, &one), &second->object);
	cr_assert_eq(table.entries.count, 1);
	cr_assert_eq(keyed_weakrefs(), 1);
	drop(&heap, second);
	cr_assert_eq(table.entries.count, 0);
	stop();
}

/* The value's end is told to a weak reference made after the entry before it is
 * told to the entry: by then the key may be in use again. */
static void put_another(struct tm_runtime *runtime, struct tm_weakref *self,
			void *context)
{
	struct node **another = context;

	(void)runtime;
	(void)self;
	*another = put(&one);
}

Test(weaktable, key_can_be_put_again_while_its_value_dies)
{
	struct node *value, *another = NULL;
	struct tm_weakref *weakref;

	start();
	value = put(&one);
	weakref = tm_weakref_new(heap.runtime, &value->object, put_another,
				 &another);
	drop(&heap, value);
	cr_assert_eq(tm_weak_table_get(&table, &one), &another->object);
	cr_assert_eq(keyed_weakrefs(), 1);
	drop(&heap, weakref);
	drop(&heap, another);
	cr_assert_eq(table.entries.count, 0);
	stop();
}

Test(weaktable, discards_an_entry_and_not_its_value)
{
	struct node *node;

	start();
	node = put(&one);
	tm_weak_table_discard(&table, &two);
	cr_assert_eq(table.entries.count, 1);
	tm_weak_table_discard(&table, &one);
	cr_assert_null(tm_weak_table_get(&table, &one));
	cr_assert_eq(keyed_weakrefs(), 0);
	drop(&heap, node);
	cr_assert_eq(heap.freed, 1);
	stop();
}

Test(weaktable, loses_what_the_collector_takes)
{
	struct node *ring;

	start();
	ring = ring_new(&heap);
	cr_assert_eq(tm_weak_table_put(&table, &one, &ring->object), TM_OK);
	drop(&heap, ring);
	cr_assert_eq(tm_weak_table_get(&table, &one), &ring->object);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(table.entries.count, 0);
	stop();
}

/* legacy: what is on the garbage list is alive, and its entry with it. */
Test(weaktable, keeps_entries_of_garbage)
{
	struct node *a;

	start();
	a = bearer_new(&heap, NULL, NULL);
	node_link(a, 0, a);
	cr_assert_eq(tm_weak_table_put(&table, &one, &a->object), TM_OK);
	drop(&heap, a);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(tm_weak_table_get(&table, &one), &a->object);
	stop();
}

Test(weaktable, same_value_may_have_two_keys)
{
	struct node *node;

	start();
	node = put(&one);
	cr_assert_eq(tm_weak_table_put(&table, &two, &node->object), TM_OK);
	drop(&heap, node);
	cr_assert_eq(table.entries.count, 0);
	stop();
}

Test(weaktable, holds_what_it_held_when_memory_is_short)
{
	enum tm_rc rc = TM_ENOMEM;
	struct node *old, *new;
	uint64_t n;

	start();
	old = put(&one);
	new = node_new(&heap);
	for (n = 0; rc != TM_OK; n++) {
		heap.alloc.fail_after = n;
		rc = tm_weak_table_put(&table, &two, &new->object);
		heap.alloc.fail_after = UINT64_MAX;
		cr_assert_eq(table.entries.count, rc == TM_OK ? 2 : 1);
		cr_assert_eq(keyed_weakrefs(), rc == TM_OK ? 2 : 1);
		cr_assert_eq(tm_weak_table_get(&table, &one), &old->object);
	}
	cr_assert_gt(n, 1);
	drop(&heap, old);
	drop(&heap, new);
	stop();
}

/* Wherever in the table they are. */
Test(weaktable, gives_back_each_entry_that_is_left)
{
	struct tm_id key = {{0, 0, 1}};
	struct node *node;
	int i;

	start();
	node = node_new(&heap);
	for (i = 0; i < 500; i++) {
		key.bytes[0] = (unsigned char)i;
		key.bytes[1] = (unsigned char)(i / 256);
		cr_assert_eq(tm_weak_table_put(&table, &key, &node->object),
			     TM_OK);
	}
	cr_assert_eq(keyed_weakrefs(), 500);
	tm_weak_table_release(&table);
	cr_assert_eq(keyed_weakrefs(), 0);
	drop(&heap, node);
	cr_assert_eq(heap.runtime->live_objects, 0);
	heap_close(&heap);
}
