#include <criterion/criterion.h>
#include <string.h>

#include "heap.h"
#include "lab/runtime/method.h"

static struct heap heap;

/* Who was called, in order. */
static int calls;
static const struct tm_weakref *called[8];

static void note_call(struct tm_runtime *runtime, struct tm_weakref *self,
		      void *context)
{
	(void)runtime;
	cr_assert_eq(context, &heap);
	cr_assert_null(self->referent, "cleared before it is called");
	cr_assert_gt(self->object.refcount, 0);
	called[calls++] = self;
}

static struct tm_weakref *watch(struct node *node)
{
	struct tm_weakref *weakref =
		tm_weakref_new(heap.runtime, &node->object, note_call, &heap);

	cr_assert_not_null(weakref);
	return weakref;
}

Test(weakref, keeps_nothing_alive)
{
	struct node *node;
	struct tm_weakref *weakref;
	struct tm_object *found;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	weakref = tm_weakref_new(heap.runtime, &node->object, NULL, NULL);
	cr_assert_eq(node->object.refcount, 1);
	cr_assert_eq(tm_weakref_referent(weakref), &node->object);
	cr_assert_eq(tm_weakref_get(heap.runtime, &weakref->object, &found),
		     TM_OK);
	cr_assert_eq(found, &node->object);
	cr_assert_eq(node->object.refcount, 2);
	drop(&heap, found);
	drop(&heap, node);
	cr_assert_eq(heap.freed, 1);
	cr_assert_null(tm_weakref_referent(weakref));
	cr_assert_eq(tm_weakref_get(heap.runtime, &weakref->object, &found),
		     TM_OK);
	cr_assert_null(found);
	drop(&heap, weakref);
	heap_close(&heap);
}

Test(weakref, calls_back_once)
{
	struct node *node;
	struct tm_weakref *weakref;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	weakref = watch(node);
	drop(&heap, node);
	cr_assert_eq(calls, 1);
	drop(&heap, weakref);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(calls, 1);
	heap_close(&heap);
}

Test(weakref, that_dies_first_is_not_called)
{
	struct node *node;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	drop(&heap, watch(node));
	cr_assert_null(node->weakrefs);
	drop(&heap, node);
	cr_assert_eq(calls, 0);
	heap_close(&heap);
}

/* All are cleared before the first is called, and the newest comes first, as in
 * CPython. */
static void check_the_others(struct tm_runtime *runtime,
			     struct tm_weakref *self, void *context)
{
	struct tm_weakref **all = context;
	int i;

	(void)runtime;
	for (i = 0; i < 3; i++)
		cr_assert_null(all[i]->referent);
	called[calls++] = self;
}

Test(weakref, newest_of_many_is_called_first)
{
	struct tm_weakref *all[3];
	struct node *node;
	int i;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	for (i = 0; i < 3; i++)
		all[i] = tm_weakref_new(heap.runtime, &node->object,
					check_the_others, all);
	drop(&heap, node);
	cr_assert_eq(calls, 3);
	for (i = 0; i < 3; i++) {
		cr_assert_eq(called[i], all[2 - i]);
		drop(&heap, all[i]);
	}
	heap_close(&heap);
}

/* Out of the middle, the end and the front of the list. */
Test(weakref, leaves_the_others_when_it_goes)
{
	static const int order[] = {1, 0, 2};
	struct tm_weakref *all[3];
	struct node *node;
	int i;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	for (i = 0; i < 3; i++)
		all[i] = watch(node);
	for (i = 0; i < 3; i++) {
		drop(&heap, all[order[i]]);
		cr_assert_eq(node->weakrefs != NULL, i < 2);
	}
	drop(&heap, node);
	cr_assert_eq(calls, 0);
	heap_close(&heap);
}

static void drop_itself(struct tm_runtime *runtime, struct tm_weakref *self,
			void *context)
{
	(void)context;
	calls++;
	tm_unref(runtime, self);
}

Test(weakref, may_end_in_its_callback)
{
	struct node *node;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	cr_assert_not_null(
		tm_weakref_new(heap.runtime, &node->object, drop_itself, NULL));
	cr_assert_not_null(
		tm_weakref_new(heap.runtime, &node->object, drop_itself, NULL));
	drop(&heap, node);
	cr_assert_eq(calls, 2);
	cr_assert_eq(heap.runtime->live_objects, 0);
	heap_close(&heap);
}

/* --- and the collector ---------------------------------------------------- */

static void collect_watched_ring(enum tm_rules rules, int watcher_is_trash)
{
	struct node *ring;
	struct tm_weakref *weakref;

	heap_open(&heap, rules);
	ring = ring_new(&heap);
	weakref = watch(ring);
	if (watcher_is_trash) {
		node_link(ring, 1, weakref);
		drop(&heap, weakref);
	}
	drop(&heap, ring);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.freed, 2);
	cr_assert_eq(calls, watcher_is_trash ? 0 : 1);
	if (!watcher_is_trash)
		drop(&heap, weakref);
	cr_assert_eq(heap.runtime->live_objects, 0);
	heap_close(&heap);
}

Test(weakref, to_a_collected_cycle_is_called)
{
	collect_watched_ring(TM_RULES_LEGACY, 0);
	calls = 0;
	collect_watched_ring(TM_RULES_PEP442, 0);
}

static struct node *watched_ring;

static void see_the_ring_whole(struct tm_runtime *runtime,
			       struct tm_weakref *weakref, void *context)
{
	struct node *second = (struct node *)watched_ring->slot[0];

	(void)runtime;
	(void)context;
	cr_assert_null(tm_weakref_referent(weakref));
	cr_assert_not_null(second, "nothing is cleared yet");
	cr_assert_eq(second->slot[0], &watched_ring->object);
	calls++;
}

static void tell_before_clearing(enum tm_rules rules)
{
	struct tm_weakref *weakref;
	struct node *second;

	heap_open(&heap, rules);
	watched_ring = ring_new(&heap);
	second = (struct node *)watched_ring->slot[0];
	weakref = tm_weakref_new(heap.runtime, &second->object,
				 see_the_ring_whole, NULL);
	cr_assert_not_null(weakref);
	drop(&heap, watched_ring);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(calls, 1);
	drop(&heap, weakref);
	heap_close(&heap);
}

/* All weak references to a cycle die before the first of it is cleared. */
Test(weakref, to_a_cycle_is_called_before_it_is_cleared)
{
	tell_before_clearing(TM_RULES_LEGACY);
	calls = 0;
	tell_before_clearing(TM_RULES_PEP442);
}

Test(weakref, that_is_trash_itself_is_not_called)
{
	collect_watched_ring(TM_RULES_LEGACY, 1);
	collect_watched_ring(TM_RULES_PEP442, 1);
}

/* legacy: what ends on the garbage list is alive. */
Test(weakref, to_garbage_stays)
{
	struct node *a;
	struct tm_weakref *weakref;

	heap_open(&heap, TM_RULES_LEGACY);
	a = bearer_new(&heap, NULL, NULL);
	node_link(a, 0, a);
	weakref = watch(a);
	drop(&heap, a);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.runtime->garbage_count, 1);
	cr_assert_eq(tm_weakref_referent(weakref), &a->object);
	cr_assert_eq(calls, 0);
	drop(&heap, weakref);
	heap_close(&heap);
}

/* What the finalizer saw of a weak reference to its own object. */
static int was_alive_in_finalizer;

static void check_in_finalizer(struct tm_runtime *runtime, struct node *self)
{
	(void)runtime;
	was_alive_in_finalizer =
		tm_weakref_referent(self->context) == &self->object;
}

static void finalize_watched(enum tm_rules rules, int in_a_cycle)
{
	struct tm_weakref *weakref;
	struct node *a;

	heap_open(&heap, rules);
	a = bearer_new(&heap, check_in_finalizer, NULL);
	weakref = tm_weakref_new(heap.runtime, &a->object, NULL, NULL);
	a->context = weakref;
	if (in_a_cycle)
		node_link(a, 0, a);
	drop(&heap, a);
	tm_runtime_collect(heap.runtime);
	cr_assert_eq(heap.finalized, 1);
	drop(&heap, weakref);
	heap_close(&heap);
}

/* 2.7 clears weak references before __del__, 3.4 after it; the collector of
 * 3.4 clears them first of all. */
Test(weakref, is_cleared_before_or_after_the_finalizer)
{
	finalize_watched(TM_RULES_LEGACY, 0);
	cr_assert_eq(was_alive_in_finalizer, 0);
	finalize_watched(TM_RULES_PEP442, 0);
	cr_assert_eq(was_alive_in_finalizer, 1);
	finalize_watched(TM_RULES_PEP442, 1);
	cr_assert_eq(was_alive_in_finalizer, 0);
}

/* --- methods -------------------------------------------------------------- */

static enum tm_rc answer_self(struct tm_runtime *runtime,
			      struct tm_object *self,
			      const struct tm_args *args,
			      struct tm_return *outcome)
{
	(void)runtime;
	cr_assert_eq(args->count, 0);
	outcome->value = tm_ref(self);
	return TM_OK;
}

static const struct tm_function answer_function = {"answer", answer_self};

static struct tm_bound_method *bind(struct node *self)
{
	struct tm_bound_method *method = tm_bound_method_new(
		heap.runtime, &self->object, &answer_function);

	cr_assert_not_null(method);
	return method;
}

Test(method, is_a_new_object_at_each_access)
{
	struct tm_bound_method *one, *two;
	struct tm_return outcome;
	struct node *self;

	heap_open(&heap, TM_RULES_LEGACY);
	self = node_new(&heap);
	one = bind(self);
	two = bind(self);
	cr_assert_neq(one, two);
	cr_assert_eq(self->object.refcount, 3);
	drop(&heap, self);
	cr_assert_eq(heap.freed, 0, "a bound method holds its self");
	cr_assert_eq(tm_call(heap.runtime, &one->object,
			     &(struct tm_args){.count = 0}, &outcome),
		     TM_OK);
	cr_assert_eq(outcome.value, &self->object);
	tm_return_release(heap.runtime, &outcome);
	drop(&heap, one);
	drop(&heap, two);
	cr_assert_eq(heap.freed, 1);
	heap_close(&heap);
}

/* The naive fix: nothing else holds the method that self.method made. */
Test(method, plain_weak_reference_to_it_is_dead_at_once)
{
	struct tm_bound_method *method;
	struct tm_weakref *weakref;
	struct node *self;

	heap_open(&heap, TM_RULES_LEGACY);
	self = node_new(&heap);
	method = bind(self);
	weakref = tm_weakref_new(heap.runtime, &method->object, NULL, NULL);
	drop(&heap, method);
	cr_assert_null(tm_weakref_referent(weakref));
	cr_assert_eq(heap.freed, 0);
	drop(&heap, weakref);
	drop(&heap, self);
	heap_close(&heap);
}

Test(weak_method, makes_the_method_afresh_while_its_self_lives)
{
	struct tm_object *one, *two;
	struct tm_weak_method *weak;
	struct tm_bound_method *method;
	struct node *self;

	heap_open(&heap, TM_RULES_LEGACY);
	self = node_new(&heap);
	method = bind(self);
	weak = tm_weak_method_new(heap.runtime, method);
	drop(&heap, method);
	cr_assert_eq(self->object.refcount, 1);
	cr_assert_eq(tm_weakref_get(heap.runtime, &weak->weakref.object, &one),
		     TM_OK);
	cr_assert_eq(tm_weakref_get(heap.runtime, &weak->weakref.object, &two),
		     TM_OK);
	cr_assert_neq(one, two);
	cr_assert_eq(one->type, &tm_bound_method_type);
	cr_assert_eq(((struct tm_bound_method *)one)->function,
		     &answer_function);
	drop(&heap, one);
	drop(&heap, two);
	drop(&heap, self);
	cr_assert_eq(heap.freed, 1);
	cr_assert_eq(tm_weakref_get(heap.runtime, &weak->weakref.object, &one),
		     TM_OK);
	cr_assert_null(one);
	drop(&heap, weak);
	heap_close(&heap);
}

/* --- memory short --------------------------------------------------------- */

Test(weakref, says_when_memory_is_short)
{
	struct tm_bound_method *method;
	struct tm_weak_method *weak;
	struct tm_object *found;
	struct node *node;

	heap_open(&heap, TM_RULES_LEGACY);
	node = node_new(&heap);
	method = bind(node);
	weak = tm_weak_method_new(heap.runtime, method);
	heap.alloc.fail_after = 0;
	cr_assert_null(tm_weakref_new(heap.runtime, &node->object, NULL, NULL));
	cr_assert_null(tm_weak_method_new(heap.runtime, method));
	cr_assert_null(tm_bound_method_new(heap.runtime, &node->object,
					   &answer_function));
	cr_assert_eq(
		tm_weakref_get(heap.runtime, &weak->weakref.object, &found),
		TM_ENOMEM);
	cr_assert_null(found);
	cr_assert_eq(node->weakrefs, &weak->weakref);
	heap_close(&heap);
}
