#include <criterion/criterion.h>
#include <string.h>

#include "heap.h"
#include "lab/runtime/exception.h"

static struct heap heap;

static void open_heap(void)
{
	heap_open(&heap, TM_RULES_LEGACY);
}

TestSuite(object, .init = open_heap);

Test(object, is_released_with_its_last_reference)
{
	struct node *node = node_new(&heap);

	tm_ref(node);
	drop(&heap, node);
	cr_assert_eq(heap.freed, 0);
	cr_assert_eq(heap.runtime->live_objects, 1);
	cr_assert_eq(heap.runtime->live_bytes, sizeof(struct node));
	drop(&heap, node);
	cr_assert_eq(heap.freed, 1);
	cr_assert_eq(heap.runtime->live_objects, 0);
	cr_assert_eq(heap.runtime->live_bytes, 0);
	heap_close(&heap);
}

Test(object, gives_back_what_it_refers_to)
{
	struct node *parent = node_new(&heap);
	struct node *child = node_new(&heap);

	node_link(parent, 0, child);
	node_link(parent, 3, child);
	drop(&heap, child);
	cr_assert_eq(heap.freed, 0);
	drop(&heap, parent);
	cr_assert_eq(heap.freed, 2);
	heap_close(&heap);
}

Test(object, reference_to_nothing_is_allowed)
{
	cr_assert_null(tm_ref(NULL));
	drop(&heap, NULL);
	heap_close(&heap);
}

static void release_chain(int bearers)
{
	struct node *head = NULL;
	int i;

	for (i = 0; i < 1000000; i++) {
		struct node *node = bearers ? bearer_new(&heap, NULL, NULL)
					    : node_new(&heap);

		node_link(node, 0, head);
		drop(&heap, head);
		head = node;
	}
	drop(&heap, head);
	cr_assert_eq(heap.freed, 1000000);
}

/* By recursion, this would need more stack than there is. */
Test(object, list_of_a_million_is_released)
{
	release_chain(0);
	heap_close(&heap);
}

Test(object, list_of_a_million_finalizers_is_released)
{
	release_chain(1);
	cr_assert_eq(heap.finalized, 1000000);
	heap_close(&heap);
}

/* --- finalizers ----------------------------------------------------------- */

/* The context is an object without another reference; it ends at once. */
static void drop_context(struct tm_runtime *runtime, struct node *self)
{
	struct heap *the_heap = self->heap;
	int freed = the_heap->freed;

	tm_unref(runtime, self->context);
	cr_assert_gt(the_heap->freed, freed);
	self->context = NULL;
}

Test(finalizer, releases_others_before_it_continues, .init = open_heap)
{
	struct node *last = node_new(&heap);
	struct node *middle = bearer_new(&heap, drop_context, last);
	struct node *first = bearer_new(&heap, drop_context, middle);

	drop(&heap, first);
	cr_assert_eq(heap.freed, 3);
	cr_assert_eq(heap.finalized, 2);
	heap_close(&heap);
}

/* The release loop has more to do when the finalizer runs in its midst. */
Test(finalizer, may_drop_the_next_object_of_the_released_list,
     .init = open_heap)
{
	struct node *shared = node_new(&heap);
	struct node *head = node_new(&heap);
	struct node *bearer = bearer_new(&heap, drop_context, ring_new(&heap));

	/* The ring alone would need the collector: break it up first. */
	node_link((struct node *)((struct node *)bearer->context)->slot[0], 0,
		  NULL);
	node_link(head, 0, bearer);
	node_link(head, 1, shared);
	node_link(head, 2, shared);
	drop(&heap, bearer);
	drop(&heap, shared);
	drop(&heap, head);
	cr_assert_eq(heap.freed, 5);
	heap_close(&heap);
}

/* Drops its context and says how many objects that freed. */
static int freed_at_once;

static void drop_and_count(struct tm_runtime *runtime, struct node *self)
{
	int freed = self->heap->freed;

	tm_unref(runtime, self->context);
	freed_at_once = self->heap->freed - freed;
}

/* What waits for its release waits until the finalizer is done. */
Test(finalizer, releases_nothing_that_waits, .init = open_heap)
{
	struct node *head = node_new(&heap);
	struct node *waits = node_new(&heap);
	struct node *bearer =
		bearer_new(&heap, drop_and_count, node_new(&heap));

	node_link(head, 0, waits);
	node_link(head, 1, bearer);
	drop(&heap, waits);
	drop(&heap, bearer);
	drop(&heap, head);
	cr_assert_eq(freed_at_once, 1);
	cr_assert_eq(heap.freed, 4);
	heap_close(&heap);
}

static void release_one(struct tm_runtime *runtime, struct tm_weakref *weakref,
			void *context)
{
	(void)weakref;
	tm_unref(runtime, context);
}

Test(weakref, callback_releases_and_what_waits_is_not_lost, .init = open_heap)
{
	struct node *head = node_new(&heap);
	struct node *waits = node_new(&heap);
	struct node *watched = node_new(&heap);
	struct tm_weakref *weakref = tm_weakref_new(
		heap.runtime, &watched->object, release_one, node_new(&heap));

	cr_assert_not_null(weakref);
	node_link(head, 0, waits);
	node_link(head, 1, watched);
	drop(&heap, waits);
	drop(&heap, watched);
	drop(&heap, head);
	cr_assert_eq(heap.freed, 4);
	cr_assert_eq(heap.runtime->releasing, 0);
	drop(&heap, weakref);
	cr_assert_eq(heap.runtime->live_objects, 0);
	cr_assert_eq(heap.runtime->live_bytes, 0);
	heap_close(&heap);
}

static void make_and_drop(struct tm_runtime *runtime, struct node *self)
{
	struct node *node = node_new(self->heap);

	tm_unref(runtime, node);
}

Test(finalizer, may_make_objects, .init = open_heap)
{
	drop(&heap, bearer_new(&heap, make_and_drop, NULL));
	cr_assert_eq(heap.freed, 2);
	heap_close(&heap);
}

/* Store itself in the context, a node that is alive. */
static void come_back(struct tm_runtime *runtime, struct node *self)
{
	(void)runtime;
	node_link(self->context, 0, self);
}

/* Resurrect and release again; returns how often the finalizer ran. */
static int finalizations_of_a_resurrected(enum tm_rules rules)
{
	struct heap own;
	struct node *holder, *phoenix;
	int finalized;

	heap_open(&own, rules);
	holder = node_new(&own);
	phoenix = bearer_new(&own, come_back, holder);
	drop(&own, phoenix);
	cr_assert_eq(own.freed, 0);
	cr_assert_eq(own.finalized, 1);
	cr_assert_eq(holder->slot[0], &phoenix->object);
	cr_assert_eq(phoenix->object.refcount, 1);

	phoenix->hook = NULL;
	node_link(holder, 0, NULL);
	cr_assert_eq(own.freed, 1);
	finalized = own.finalized;
	drop(&own, holder);
	heap_close(&own);
	return finalized;
}

Test(finalizer, of_a_resurrected_object_runs_again_under_legacy_only)
{
	cr_assert_eq(finalizations_of_a_resurrected(TM_RULES_LEGACY), 2);
	cr_assert_eq(finalizations_of_a_resurrected(TM_RULES_PEP442), 1);
}

/* --- the runtime ---------------------------------------------------------- */

Test(runtime, frees_whatever_is_alive)
{
	struct tm_object *ring, *node;

	open_heap();
	ring = &ring_new(&heap)->object;
	node = &bearer_new(&heap, come_back, ring)->object;
	cr_assert_not_null(tm_weakref_new(heap.runtime, node, NULL, NULL));
	cr_assert_not_null(tm_weakref_new(heap.runtime, ring, NULL, NULL));
	heap_close(&heap);
	cr_assert_eq(heap.finalized, 0);
	tm_runtime_free(NULL);
}

/* Those of CPython's gc.get_threshold(). */
Test(runtime, collects_by_cpythons_thresholds)
{
	static const uint32_t thresholds[TM_GENERATIONS] = {700, 10, 10};
	struct tm_alloc alloc;
	struct tm_runtime *runtime;
	size_t i;

	tm_alloc_init(&alloc);
	runtime = tm_runtime_new(&alloc, TM_RULES_PEP442);
	cr_assert_not_null(runtime);
	cr_assert_eq(runtime->automatic, 1);
	cr_assert_eq(runtime->rules, TM_RULES_PEP442);
	for (i = 0; i < TM_GENERATIONS; i++)
		cr_expect_eq(runtime->generations[i].threshold, thresholds[i]);
	tm_runtime_free(runtime);
	tm_runtime_free(NULL);
}

Test(exception, keeps_its_text_and_cuts_it, .init = open_heap)
{
	struct tm_exception *exception =
		tm_exception_new(heap.runtime, "connection lost");
	char text[2 * TM_EXCEPTION_TEXT];

	cr_assert_not_null(exception);
	cr_assert_str_eq(exception->text, "connection lost");
	drop(&heap, exception);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	exception = tm_exception_new(heap.runtime, text);
	cr_assert_not_null(exception);
	cr_assert_eq(strlen(exception->text), TM_EXCEPTION_TEXT - 1);
	drop(&heap, exception);
	heap.alloc.fail_after = 0;
	cr_assert_null(tm_exception_new(heap.runtime, "x"));
	heap.alloc.fail_after = UINT64_MAX;
	heap_close(&heap);
}

Test(runtime, keeps_the_first_failure)
{
	struct tm_err err;

	open_heap();
	tm_fail(&err, TM_ENOMEM, "first");
	tm_runtime_fail(heap.runtime, &err);
	tm_fail(&err, TM_ESYSTEM, "second");
	tm_runtime_fail(heap.runtime, &err);
	cr_assert_eq(heap.runtime->failure.rc, TM_ENOMEM);
	cr_assert_str_eq(heap.runtime->failure.text, "first");
	heap_close(&heap);
}

Test(runtime, knows_the_names_of_its_rules)
{
	cr_assert_str_eq(tm_rules_name(TM_RULES_LEGACY), "legacy");
	cr_assert_str_eq(tm_rules_name(TM_RULES_PEP442), "pep442");
	cr_assert_str_eq(tm_rules_name(TM_RULES_OFF), "off");
	cr_assert_null(tm_rules_names[TM_RULES_OFF + 1]);
}

Test(runtime, says_when_memory_is_short)
{
	struct tm_alloc alloc;
	struct tm_runtime *runtime;

	tm_alloc_init(&alloc);
	alloc.fail_after = 0;
	cr_assert_null(tm_runtime_new(&alloc, TM_RULES_LEGACY));
	alloc.fail_after = 1;
	runtime = tm_runtime_new(&alloc, TM_RULES_LEGACY);
	cr_assert_not_null(runtime);
	cr_assert_null(tm_object_new(runtime, &node_type));
	cr_assert_eq(runtime->live_objects, 0);
	tm_runtime_free(runtime);
	cr_assert_eq(alloc.live_bytes, 0);
}
