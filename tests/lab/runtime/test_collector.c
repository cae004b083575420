#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "heap.h"
#include "lab/runtime/links.h"

static struct heap heap;

/* Both rule sets that collect, one after the other. */
static const enum tm_rules collecting[] = {TM_RULES_LEGACY, TM_RULES_PEP442};

#define FOR_BOTH_RULES(rules)                                                  \
	for (size_t at = 0; at < 2 && ((rules) = collecting[at], 1); at++)

Test(collector, frees_two_object_cycle)
{
	enum tm_rules rules;

	FOR_BOTH_RULES(rules)
	{
		heap_open(&heap, rules);
		drop(&heap, ring_new(&heap));
		cr_assert_eq(heap.freed, 0);
		cr_assert_eq(tm_runtime_collect(heap.runtime), 2);
		cr_assert_eq(heap.freed, 2);
		cr_assert_eq(heap.runtime->stats.collected, 2);
		cr_assert_eq(tm_runtime_collect(heap.runtime), 0);
		heap_close(&heap);
	}
}

Test(collector, frees_self_cycle)
{
	enum tm_rules rules;

	FOR_BOTH_RULES(rules)
	{
		struct node *node;

		heap_open(&heap, rules);
		node = node_new(&heap);
		node_link(node, 0, node);
		node_link(node, 1, node);
		drop(&heap, node);
		cr_assert_eq(tm_runtime_collect(heap.runtime), 1);
		heap_close(&heap);
	}
}

Test(collector, keeps_what_is_reachable_from_outside)
{
	enum tm_rules rules;

	FOR_BOTH_RULES(rules)
	{
		struct node *ring, *holder;

		heap_open(&heap, rules);
		ring = ring_new(&heap);
		holder = node_new(&heap);
		node_link(holder, 0, ring->slot[0]);
		cr_assert_eq(tm_runtime_collect(heap.runtime), 0);
		drop(&heap, ring);
		cr_assert_eq(tm_runtime_collect(heap.runtime), 0);
		cr_assert_eq(heap.freed, 0);
		drop(&heap, holder);
		cr_assert_eq(heap.freed, 1);
		cr_assert_eq(tm_runtime_collect(heap.runtime), 2);
		heap_close(&heap);
	}
}

Test(collector, leaves_counts_as_they_were)
{
	struct node *ring;

	heap_open(&heap, TM_RULES_LEGACY);
	ring = ring_new(&heap);
	tm_runtime_collect(heap.runtime);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(ring->object.refcount, 2);
	cr_assert_eq(ring->slot[0]->refcount, 1);
	drop(&heap, ring);
	heap_close(&heap);
}

Test(collector, off_frees_by_counts_only)
{
	heap_open(&heap, TM_RULES_OFF);
	drop(&heap, ring_new(&heap));
	drop(&heap, bearer_new(&heap, NULL, NULL));
	cr_assert_eq(heap.freed, 1);
	cr_assert_eq(heap.finalized, 1);
	cr_assert_eq(tm_runtime_collect(heap.runtime), 0);
	cr_assert_eq(heap.runtime->live_objects, 2);
	heap_close(&heap);
}

/* --- cycles and finalizers ------------------------------------------------ */

/*
 * Six forms of a cycle with a finalizer, run on CPython 2.7.18 and 3.6.15.  `a`
 * is the bearer, the ring is a plain cycle that nothing outside holds.
 */
static void ring_to_leaf(struct node *ring, struct node *a)
{
	node_link(ring, 1, a);
}

static void ring_to_bearer_with_child(struct node *ring, struct node *a)
{
	struct node *child = node_new(&heap);

	node_link(ring, 1, a);
	node_link(a, 0, child);
	drop(&heap, child);
}

static void bearer_refers_back(struct node *ring, struct node *a)
{
	node_link(ring, 1, a);
	node_link(a, 0, ring);
}

static void chain_of_bearers(struct node *ring, struct node *a)
{
	struct node *second = bearer_new(&heap, NULL, NULL);

	node_link(ring, 1, a);
	node_link(a, 0, second);
	drop(&heap, second);
}

static void bearer_in_own_cycle(struct node *ring, struct node *a)
{
	struct node *partner = node_new(&heap);

	node_link(ring, 1, a);
	node_link(a, 0, partner);
	node_link(partner, 0, a);
	drop(&heap, partner);
}

static void bearer_holds_the_ring(struct node *ring, struct node *a)
{
	node_link(a, 0, a);
	node_link(a, 1, ring);
}

struct form {
	void (*build)(struct node *ring, struct node *a);
	int objects;
	int bearers;
	int freed; /* under legacy */
	size_t garbage;
};

static const struct form forms[] = {
	{ring_to_leaf, 3, 1, 3, 0},
	{ring_to_bearer_with_child, 4, 1, 4, 0},
	{bearer_refers_back, 3, 1, 0, 1},
	{chain_of_bearers, 4, 2, 4, 0},
	{bearer_in_own_cycle, 4, 1, 2, 1},
	{bearer_holds_the_ring, 3, 1, 0, 1},
};

static void collect_form(const struct form *form, enum tm_rules rules)
{
	struct node *ring, *a;

	heap_open(&heap, rules);
	ring = ring_new(&heap);
	a = bearer_new(&heap, NULL, NULL);
	form->build(ring, a);
	drop(&heap, ring);
	drop(&heap, a);
	cr_assert_eq(heap.freed, 0);
	tm_runtime_collect(heap.runtime);
}

ParameterizedTestParameters(finalizer_cycle, ends_as_in_2_7)
{
	static size_t numbers[] = {0, 1, 2, 3, 4, 5};

	return cr_make_param_array(size_t, numbers, 6);
}

ParameterizedTest(size_t *number, finalizer_cycle, ends_as_in_2_7)
{
	const struct form *form = &forms[*number];

	collect_form(form, TM_RULES_LEGACY);
	cr_assert_eq(heap.freed, form->freed, "%d freed", heap.freed);
	cr_assert_eq(heap.runtime->garbage_count, form->garbage);
	if (form->garbage)
		cr_assert_eq(heap.runtime->garbage[0]->type, &bearer_type);
	cr_assert_eq(heap.finalized, form->garbage ? 0 : form->bearers);
	/* What is on the list stays there, and is not listed again. */
	cr_assert_eq(tm_runtime_collect(heap.runtime), 0);
	cr_assert_eq(heap.runtime->garbage_count, form->garbage);
	heap_close(&heap);
}

ParameterizedTestParameters(finalizer_cycle, is_freed_as_in_3_6)
{
	static size_t numbers[] = {0, 1, 2, 3, 4, 5};

	return cr_make_param_array(size_t, numbers, 6);
}

ParameterizedTest(size_t *number, finalizer_cycle, is_freed_as_in_3_6)
{
	const struct form *form = &forms[*number];

	collect_form(form, TM_RULES_PEP442);
	cr_assert_eq(heap.freed, form->objects);
	cr_assert_eq(heap.finalized, form->bearers);
	cr_assert_eq(heap.runtime->garbage_count, 0);
	heap_close(&heap);
}

/* --- pep442: what a finalizer may do -------------------------------------- */

static void come_back(struct tm_runtime *runtime, struct node *self)
{
	(void)runtime;
	node_link(self->context, 0, self);
}

/* `a` and its ring come back; another ring, which they do not refer to, and
 * which the same collection finds, does not. */
Test(resurrection, keeps_what_became_reachable_and_nothing_else)
{
	struct node *holder, *ring, *a;

	heap_open(&heap, TM_RULES_PEP442);
	holder = node_new(&heap);
	ring = ring_new(&heap);
	a = bearer_new(&heap, come_back, holder);
	bearer_refers_back(ring, a);
	drop(&heap, ring);
	drop(&heap, a);
	drop(&heap, ring_new(&heap));
	cr_assert_eq(tm_runtime_collect(heap.runtime), 2);
	cr_assert_eq(heap.freed, 2);
	cr_assert_eq(heap.finalized, 1);
	cr_assert_eq(a->slot[0], &ring->object, "nothing was cleared");
	cr_assert_eq(ring->slot[1], &a->object);

	node_link(holder, 0, NULL);
	cr_assert_eq(tm_runtime_collect(heap.runtime), 3);
	cr_assert_eq(heap.finalized, 1, "a finalizer runs once");
	drop(&heap, holder);
	heap_close(&heap);
}

static void collect_inside(struct tm_runtime *runtime, struct node *self)
{
	(void)self;
	cr_assert_eq(tm_runtime_collect(runtime), 0);
}

Test(collector, does_not_start_inside_itself)
{
	struct node *a;

	heap_open(&heap, TM_RULES_PEP442);
	a = bearer_new(&heap, collect_inside, NULL);
	node_link(a, 0, a);
	drop(&heap, a);
	drop(&heap, ring_new(&heap));
	cr_assert_eq(tm_runtime_collect(heap.runtime), 3);
	heap_close(&heap);
}

/* The finalizer takes the ring apart that it is in, as __del__ may. */
static void let_go_of_all(struct tm_runtime *runtime, struct node *self)
{
	int i;

	(void)runtime;
	for (i = 0; i < NODE_SLOTS; i++)
		node_link(self, i, NULL);
}

Test(collector, survives_finalizers_that_break_the_cycle)
{
	struct node *ring, *a;

	heap_open(&heap, TM_RULES_PEP442);
	ring = ring_new(&heap);
	a = bearer_new(&heap, let_go_of_all, NULL);
	bearer_refers_back(ring, a);
	node_link((struct node *)ring->slot[0], 1, a);
	drop(&heap, ring);
	drop(&heap, a);
	cr_assert_eq(tm_runtime_collect(heap.runtime), 3);
	cr_assert_eq(heap.freed, 3);
	heap_close(&heap);
}

static void make_ring(struct tm_runtime *runtime, struct node *self)
{
	tm_unref(runtime, ring_new(self->heap));
}

/* What a finalizer makes is for the next collection. */
Test(collector, finds_later_what_a_finalizer_left)
{
	struct node *a;

	heap_open(&heap, TM_RULES_PEP442);
	a = bearer_new(&heap, make_ring, NULL);
	node_link(a, 0, a);
	drop(&heap, a);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.freed, 1);
	cr_assert_eq(tm_runtime_collect(heap.runtime), 2);
	heap_close(&heap);
}

/* --- generations ---------------------------------------------------------- */

/* New objects that a list keeps alive, with automatic collection. */
static struct node *kept;

static void keep_new(int count)
{
	while (count-- > 0) {
		struct node *node = node_new(&heap);

		node_link(node, 0, kept);
		drop(&heap, kept);
		kept = node;
	}
}

static void open_automatic(void)
{
	if (heap_collects_always())
		cr_skip_test("this build has a schedule of its own");
	heap_open(&heap, TM_RULES_LEGACY);
	tm_runtime_set_automatic(heap.runtime, 1);
	kept = NULL;
}

static uint64_t collections(int generation)
{
	return heap.runtime->stats.collections[generation];
}

static uint64_t population(int generation)
{
	return tm_link_count(&heap.runtime->generations[generation].objects);
}

Test(generations, youngest_is_collected_past_700_new_objects)
{
	open_automatic();
	keep_new(700);
	cr_assert_eq(collections(0), 0);
	keep_new(1);
	cr_assert_eq(collections(0), 1);
	cr_assert_eq(population(0), 1);
	cr_assert_eq(population(1), 700);
	heap_close(&heap);
}

Test(generations, freed_objects_do_not_count)
{
	int i;

	open_automatic();
	for (i = 0; i < 5000; i++)
		drop(&heap, node_new(&heap));
	cr_assert_eq(collections(0), 0);
	heap_close(&heap);
}

Test(generations, older_ones_are_collected_past_10_of_the_younger)
{
	open_automatic();
	keep_new(701 * 11);
	cr_assert_eq(collections(0), 11);
	cr_assert_eq(collections(1), 0);
	keep_new(701);
	cr_assert_eq(collections(0), 11);
	cr_assert_eq(collections(1), 1);
	cr_assert_eq(population(2), 701 * 12 - 1);

	/* The 11 middle collections are done after 132 of the youngest. */
	keep_new(701 * 120);
	cr_assert_eq(collections(1), 11);
	cr_assert_eq(collections(2), 0);
	keep_new(701);
	cr_assert_eq(collections(2), 1);
	heap_close(&heap);
}

/* With lower thresholds and 1,000 old objects: a full collection would be due
 * after some hundred, and waits for 250 that have come to stay. */
Test(generations, full_collection_waits_for_a_quarter_of_new_objects)
{
	int made = 0;

	open_automatic();
	heap.runtime->generations[0].threshold = 10;
	heap.runtime->generations[1].threshold = 2;
	heap.runtime->generations[2].threshold = 2;
	tm_runtime_set_automatic(heap.runtime, 0);
	keep_new(1000);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.runtime->long_lived_total, 1000);
	tm_runtime_set_automatic(heap.runtime, 1);
	while (collections(2) == 1 && made < 10000) {
		uint64_t pending = heap.runtime->long_lived_pending;

		keep_new(1);
		made++;
		if (collections(2) == 2)
			cr_assert_geq(pending, 250);
	}
	cr_assert_geq(made, 250);
	cr_assert_leq(made, 300);
	heap_close(&heap);
}

Test(generations, young_collection_finds_young_cycles_only)
{
	struct node *old;

	open_automatic();
	old = ring_new(&heap);
	tm_runtime_collect(heap.runtime);
	drop(&heap, old);
	drop(&heap, ring_new(&heap));
	keep_new(700);
	cr_assert_eq(collections(0), 1);
	cr_assert_eq(heap.freed, 2);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.freed, 4);
	heap_close(&heap);
}

Test(generations, nothing_is_automatic_when_disabled)
{
	open_automatic();
	tm_runtime_set_automatic(heap.runtime, 0);
	keep_new(5000);
	cr_assert_eq(collections(0), 0);
	heap_close(&heap);
}

/* What survives a collection is a generation older, up to the oldest. */
Test(generations, objects_grow_older_with_each_collection)
{
	struct node *node;

	open_automatic();
	node = node_new(&heap);
	cr_assert_eq(node->object.generation, 0);
	keep_new(700);
	cr_assert_eq(collections(0), 1);
	cr_assert_eq(node->object.generation, 1);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(node->object.generation, 2);
	cr_assert_eq(node->object.gc_refs, 0);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(node->object.generation, 2);
	cr_assert_eq(population(2), 701);
	drop(&heap, node);
	heap_close(&heap);
}

/* So do those that a finalizer brings back. */
Test(generations, resurrected_objects_are_of_the_oldest)
{
	struct node *holder, *phoenix;

	heap_open(&heap, TM_RULES_PEP442);
	holder = node_new(&heap);
	phoenix = bearer_new(&heap, come_back, holder);
	node_link(phoenix, 1, phoenix);
	drop(&heap, phoenix);
	cr_assert_eq(tm_runtime_collect(heap.runtime), 0);
	cr_assert_eq(holder->slot[0], &phoenix->object);
	cr_assert_eq(phoenix->object.generation, 2);
	cr_assert_eq(phoenix->object.gc_refs, 0);
	drop(&heap, holder);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.freed, 2);
	heap_close(&heap);
}

Test(generations, full_collection_counts_what_came_to_stay)
{
	open_automatic();
	keep_new(100);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.runtime->long_lived_total, 100);
	cr_assert_eq(heap.runtime->long_lived_pending, 0);
	cr_assert_eq(collections(2), 1);
	cr_assert_eq(collections(1), 0);
	cr_assert_eq(heap.runtime->generations[0].count, 0);
	cr_assert_eq(heap.runtime->generations[1].count, 0);
	cr_assert_eq(heap.runtime->generations[2].count, 0);
	heap_close(&heap);
}

/* --- the list of garbage -------------------------------------------------- */

Test(garbage, is_listed_whole_however_much_there_is)
{
	size_t i;

	heap_open(&heap, TM_RULES_LEGACY);
	for (i = 0; i < 1000; i++) {
		struct node *a = bearer_new(&heap, NULL, NULL);

		node_link(a, 0, a);
		drop(&heap, a);
	}
	cr_assert_eq(tm_runtime_collect(heap.runtime), 1000);
	cr_assert_eq(heap.runtime->garbage_count, 1000);
	cr_assert_geq(heap.runtime->garbage_capacity, 1000);
	cr_assert_eq(heap.runtime->stats.uncollectable, 1000);
	cr_assert_eq(heap.runtime->stats.collected, 0);
	for (i = 0; i < 1000; i++) {
		cr_assert_eq(heap.runtime->garbage[i]->type, &bearer_type);
		cr_assert_eq(heap.runtime->garbage[i]->refcount, 2);
		cr_assert_eq(heap.runtime->garbage[i]->generation, 2);
	}
	heap_close(&heap);
}

/* A second collection finds them again, held by the list: alive. */
Test(garbage, is_listed_once)
{
	struct node *a;

	heap_open(&heap, TM_RULES_LEGACY);
	a = bearer_new(&heap, NULL, NULL);
	node_link(a, 0, a);
	drop(&heap, a);
	cr_assert_eq(tm_runtime_collect(heap.runtime), 1);
	cr_assert_eq(tm_runtime_collect(heap.runtime), 0);
	cr_assert_eq(heap.runtime->garbage_count, 1);
	heap_close(&heap);
}

/* --- memory short --------------------------------------------------------- */

Test(garbage, that_cannot_be_listed_is_a_failure)
{
	heap_open(&heap, TM_RULES_LEGACY);
	drop(&heap, node_new(&heap));
	{
		struct node *a = bearer_new(&heap, NULL, NULL);

		node_link(a, 0, a);
		drop(&heap, a);
	}
	heap.alloc.fail_after = 0;
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.runtime->failure.rc, TM_ENOMEM);
	cr_assert_eq(heap.runtime->garbage_count, 0);
	heap.alloc.fail_after = UINT64_MAX;
	heap_close(&heap);
}

/* Collecting needs no memory of its own: it must work when that is short. */
Test(collector, needs_no_memory)
{
	heap_open(&heap, TM_RULES_PEP442);
	drop(&heap, ring_new(&heap));
	heap.alloc.fail_after = 0;
	cr_assert_eq(tm_runtime_collect(heap.runtime), 2);
	cr_assert_eq(heap.runtime->failure.rc, TM_OK);
	heap.alloc.fail_after = UINT64_MAX;
	heap_close(&heap);
}

/* Collect the youngest generation, and no other. */
static void collect_youngest(void)
{
	uint64_t before = heap.runtime->stats.collections[0];

	heap.runtime->generations[0].threshold = 0;
	tm_runtime_set_automatic(heap.runtime, 1);
	drop(&heap, node_new(&heap));
	tm_runtime_set_automatic(heap.runtime, 0);
	cr_assert_eq(heap.runtime->stats.collections[0], before + 1);
}

/* What is older has no part in it: its references are not counted, or the next
 * collection of its generation would count them twice. */
Test(collector, of_the_youngest_leaves_the_older_alone)
{
	struct node *old, *young;

	if (heap_collects_always())
		cr_skip_test("every collection is of all");
	heap_open(&heap, TM_RULES_PEP442);
	old = node_new(&heap);
	collect_youngest();
	cr_assert_eq(old->object.generation, 1);
	young = node_new(&heap);
	node_link(young, 0, old);
	collect_youngest();
	cr_expect_eq(old->object.gc_refs, 0);
	cr_expect_eq(tm_runtime_collect(heap.runtime), 0);
	drop(&heap, young);
	drop(&heap, old);
	cr_expect_eq(tm_runtime_collect(heap.runtime), 0);
	heap_close(&heap);
}

static int told;

static void tell(struct tm_runtime *runtime, struct tm_weakref *self,
		 void *context)
{
	(void)runtime;
	(void)self;
	(void)context;
	told++;
}

/* The referent is older than the garbage that held it, and so is not garbage:
 * a weak reference that is itself unreachable, not cleared yet, is called. */
Test(collector, tells_unreachable_weakrefs_of_what_was_not_garbage)
{
	struct node *old, *ring, *second;
	struct tm_weakref *weakref;

	if (heap_collects_always())
		cr_skip_test("every collection is of all");
	heap_open(&heap, TM_RULES_PEP442);
	old = node_new(&heap);
	collect_youngest();
	ring = ring_new(&heap);
	second = (struct node *)ring->slot[0];
	weakref = tm_weakref_new(heap.runtime, &old->object, tell, NULL);
	cr_assert_not_null(weakref);
	/* Cleared in this order: the last reference to `old`, the rest. */
	node_link(ring, 1, second);
	node_link(ring, 0, old);
	node_link(second, 1, weakref);
	drop(&heap, weakref);
	drop(&heap, old);
	drop(&heap, ring);
	told = 0;
	collect_youngest();
	cr_expect_eq(told, 1);
	cr_expect_eq(heap.freed, 5);
	heap_close(&heap);
}

static void hold(struct tm_runtime *runtime, struct node *self)
{
	(void)runtime;
	tm_ref(self->context);
}

/* What is older than the garbage may know of it, and hold it at the last moment:
 * it stays, in the next generation, and counts for the collections that follow. */
Test(collector, keeps_what_is_held_while_it_is_cleared)
{
	struct node *bearer, *held;
	enum tm_rules rules;

	if (heap_collects_always())
		cr_skip_test("every collection is of all");
	FOR_BOTH_RULES(rules)
	{
		heap_open(&heap, rules);
		bearer = bearer_new(&heap, hold, NULL);
		collect_youngest();
		held = node_new(&heap);
		bearer->context = held;
		node_link(held, 0, held);
		node_link(held, 1, bearer);
		drop(&heap, bearer);
		drop(&heap, held);
		heap.freed = 0;
		collect_youngest();
		cr_assert_eq(heap.freed, 2, "the bearer, and what collects");
		cr_expect_eq(held->object.refcount, 1);
		cr_expect_eq(held->object.gc_refs, 0);
		cr_expect_eq(held->object.generation, 1);
		/* It is found again when it is garbage again. */
		node_link(held, 0, held);
		cr_expect_eq(tm_runtime_collect(heap.runtime), 0);
		drop(&heap, held);
		cr_expect_eq(tm_runtime_collect(heap.runtime), 1);
		heap_close(&heap);
	}
}
