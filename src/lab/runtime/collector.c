/*
 * How a collection works
 * ----------------------
 * Reference counts free an object as soon as the last reference to it goes, but
 * never the objects of a cycle.  The collector finds those.  Objects are in one
 * of three lists, their generations; a new one is in generation 0.  After 700
 * more allocations than frees generation 0 is collected; after more than ten of
 * these collections generation 1 with it; and after more than ten of those all
 * three, if enough of the old objects are new (collect_generations()).
 * Survivors move up a generation.
 *
 * A collection looks at its generations only; everything else is outside.
 *  1. subtract_refs() visits the references of every object (tp_traverse in
 *     CPython) and counts, for each object, those that come from inside.
 *  2. move_unreachable() compares them with the reference count.  If that is
 *     higher, something outside refers to the object: it is reachable, and so
 *     is all that it refers to.  The rest is unreachable.
 *  3. The callbacks of weak references to unreachable objects are called, if
 *     the weak reference itself is reachable.
 *  4. delete_garbage() clears the references of each unreachable object, which
 *     breaks the cycles; reference counts do the rest.
 *
 * A finalizer (__del__) makes step 4 difficult, as it may use what has been
 * cleared, and no order of clearing is right for all objects of a cycle.
 * Python 2.7 gives up (`legacy`): objects with a finalizer, and what they refer
 * to, are taken out between steps 2 and 3 and stay alive, and the former are
 * put on gc.garbage.  It is one of the leaks that the lab reproduces: an
 * AsyncResult with a __del__ is in a cycle with its own promise, and never freed.
 * From 3.4 on (`pep442`) the finalizers run between steps 3 and 4, each once in
 * an object's life; then steps 1 and 2 are repeated for the unreachable objects
 * alone, and what a finalizer made reachable again is kept.
 *
 * Modelled: the thresholds, the rule of a quarter (collect_generations()), the
 * order of the phases and of the objects, and both ways to treat finalizers.
 * Not modelled: objects that the collector does not track (every object is a
 * container here), gc.freeze(), gc.callbacks, the debug flags, objects with
 * both kinds of finalizer (tp_del) under pep442, and the incremental collector
 * of 3.14.
 * Source: Modules/gcmodule.c of CPython 2.7.18 and 3.11; PEP 442.
 */
#include "lab/runtime/collector.h"

#include "lab/runtime/links.h"
#include "lab/runtime/runtime.h"
#include "lab/runtime/weakref.h"

static inline void visit_references(struct tm_object *self, tm_visit *visit,
				    void *context)
{
	const struct tm_type *type = self->type;
	size_t i;

	for (i = 0; i < type->reference_count; i++) {
		struct tm_object *child = *tm_object_slot(self, i);

		if (child)
			visit(child, context);
	}
	if (type->traverse && tm_object_has_more(self))
		type->traverse(self, visit, context);
}

/* What a collection has found so far. */
struct finding {
	struct tm_link unreachable;
	unsigned int generation; /* that is collected, with the younger ones */
	int has_weakrefs;	 /* of some objects there are weak references */
	int has_finalizers; /* some have a finalizer that has not run yet */
};

/* In `generation`: marks the objects for which steps 1 and 2 are repeated. */
#define SECOND_PASS 3u

/* The generations that are collected, a bit for each. */
struct members {
	unsigned int mask;
};

static void visit_count(struct tm_object *child, void *context)
{
	const struct members *members = context;

	if ((members->mask >> child->generation) & 1u)
		child->gc_refs++;
}

/* Objects of one type are adjacent in an allocator's slabs, in the order in
 * which they were made, which is also the order of this list: the memory a few
 * objects ahead is needed soon.  It saves a tenth of a large collection. */
static inline void fetch_ahead(const struct tm_link *link)
{
	__builtin_prefetch((const char *)link + 768, 1);
}

/* Count, for each container, the references to it from among the containers:
 * if it has no others, nothing outside refers to it. */
static void subtract_refs(struct tm_link *containers, unsigned int mask)
{
	struct members members = {mask};
	struct tm_link *link;

	for (link = containers->next; link != containers; link = link->next) {
		fetch_ahead(link);
		visit_references(tm_object_of(link), visit_count, &members);
	}
}

static inline int is_held_from_outside(const struct tm_object *self)
{
	return (int64_t)self->refcount != (int64_t)self->gc_refs;
}

/* `child` is reachable.  If the walk has not come to it yet, a count of 0 marks
 * it; if the walk took it for unreachable, it is moved back.  Objects outside
 * the containers have a count of 0, so nothing happens to them. */
static void visit_reachable(struct tm_object *child, void *context)
{
	struct tm_link *young = context;

	if (child->gc_refs == TM_GC_TENTATIVELY_UNREACHABLE)
		tm_link_move(&child->link, young);
	else if (is_held_from_outside(child))
		return;
	child->gc_refs = 0;
}

/* Remember whether later phases have anything to do for `self`. */
static void note_features(struct finding *finding, struct tm_object *self)
{
	if (tm_weakref_has_any(self))
		finding->has_weakrefs = 1;
	if (self->type->finalize && !self->finalized)
		finding->has_finalizers = 1;
}

/* Move what is not reachable from outside `young` out of it.  The rest is in
 * `next_generation` from now on. */
static void move_unreachable(struct tm_link *young, struct finding *finding,
			     unsigned int next_generation)
{
	struct tm_link *link = young->next;

	while (link != young) {
		struct tm_object *self = tm_object_of(link);
		struct tm_link *next;

		fetch_ahead(link);
		if (is_held_from_outside(self)) {
			self->gc_refs = 0;
			self->generation = next_generation & 3u;
			visit_references(self, visit_reachable, young);
			next = link->next;
		} else {
			next = link->next;
			tm_link_move(link, &finding->unreachable);
			self->gc_refs = TM_GC_TENTATIVELY_UNREACHABLE;
			note_features(finding, self);
		}
		link = next;
	}
}

/* The generation that survivors of a collection belong to. */
static unsigned int older_than(unsigned int generation)
{
	return generation + 1 < TM_GENERATIONS ? generation + 1
					       : TM_GENERATIONS - 1;
}

/* Steps 1 and 2.  `mask` has the generations that the objects of `base` are
 * marked with; reachable ones are in the one after `generation` afterwards. */
static void deduce_unreachable(struct tm_link *base, unsigned int mask,
			       unsigned int generation, struct finding *out)
{
	tm_link_init(&out->unreachable);
	out->generation = generation;
	out->has_weakrefs = 0;
	out->has_finalizers = 0;
	subtract_refs(base, mask);
	move_unreachable(base, out, older_than(generation));
}

/* Treat an object that was found unreachable as reachable. */
static void keep(struct tm_object *self, unsigned int generation)
{
	self->gc_refs = 0;
	self->generation = generation & 3u;
}

static void keep_all(struct tm_link *list, unsigned int generation)
{
	struct tm_link *link;

	for (link = list->next; link != list; link = link->next)
		keep(tm_object_of(link), generation);
}

/* legacy: objects with a finalizer cannot be cleared safely. */
static void move_legacy_finalizers(struct tm_link *unreachable,
				   struct tm_link *finalizers)
{
	struct tm_link *link = unreachable->next;

	while (link != unreachable) {
		struct tm_link *next = link->next;
		struct tm_object *self = tm_object_of(link);

		if (self->type->finalize) {
			tm_link_move(link, finalizers);
			self->gc_refs = 0;
		}
		link = next;
	}
}

static void visit_move(struct tm_object *child, void *context)
{
	struct tm_link *finalizers = context;

	if (child->gc_refs != TM_GC_TENTATIVELY_UNREACHABLE)
		return;
	tm_link_move(&child->link, finalizers);
	child->gc_refs = 0;
}

/* legacy: nor can the objects that they refer to.  The list grows during the
 * walk. */
static void move_legacy_finalizer_reachable(struct tm_link *finalizers)
{
	struct tm_link *link;

	for (link = finalizers->next; link != finalizers; link = link->next)
		visit_references(tm_object_of(link), visit_move, finalizers);
}

/* Put `self` on the list of garbage, as gc.garbage. */
static void append_garbage(struct tm_runtime *runtime, struct tm_object *self)
{
	size_t capacity = runtime->garbage_capacity;
	struct tm_object **garbage;
	struct tm_err err;

	if (runtime->garbage_count == capacity) {
		size_t wider = capacity ? capacity * 2 : 64;

		garbage = tm_realloc(runtime->alloc, runtime->garbage,
				     capacity * sizeof(*garbage),
				     wider * sizeof(*garbage));
		if (!garbage) {
			tm_fail(&err, TM_ENOMEM,
				"no memory for the list of "
				"garbage");
			tm_runtime_fail(runtime, &err);
			return;
		}
		runtime->garbage = garbage;
		runtime->garbage_capacity = wider;
	}
	runtime->garbage[runtime->garbage_count++] = tm_ref(self);
	runtime->stats.uncollectable++;
}

/* legacy: clearing the rest may have released some of these; those that are left
 * and have a finalizer are garbage. */
static void handle_garbage(struct tm_runtime *runtime,
			   struct tm_link *finalizers, struct tm_link *old)
{
	struct tm_link *link;

	for (link = finalizers->next; link != finalizers; link = link->next) {
		struct tm_object *self = tm_object_of(link);

		if (self->type->finalize)
			append_garbage(runtime, self);
	}
	tm_link_merge(finalizers, old);
}

/* pep442: run each finalizer once.  A finalizer may change the list, so objects
 * are moved from its head to another one, and back at the end. */
static void finalize_garbage(struct tm_runtime *runtime,
			     struct tm_link *collectable)
{
	struct tm_link seen;

	tm_link_init(&seen);
	while (!tm_link_is_empty(collectable)) {
		struct tm_object *self = tm_object_of(collectable->next);

		tm_link_move(&self->link, &seen);
		if (!self->type->finalize || self->finalized)
			continue;
		self->finalized = 1;
		tm_ref(self);
		self->type->finalize(runtime, self);
		tm_unref(runtime, self);
	}
	tm_link_merge(&seen, collectable);
}

/* pep442: objects that a finalizer made reachable again move to `old`; those
 * still unreachable stay in `finding`. */
static void handle_resurrected(struct finding *finding, struct tm_link *old)
{
	struct tm_link candidates;
	struct finding still;

	tm_link_init(&candidates);
	tm_link_merge(&finding->unreachable, &candidates);
	keep_all(&candidates, SECOND_PASS);
	deduce_unreachable(&candidates, 1u << SECOND_PASS, finding->generation,
			   &still);
	tm_link_merge(&candidates, old);
	tm_link_merge(&still.unreachable, &finding->unreachable);
}

/* Break the cycles: clear each object, which releases most of the others. */
static void delete_garbage(struct tm_runtime *runtime, struct finding *finding,
			   struct tm_link *old)
{
	struct tm_link *collectable = &finding->unreachable;

	while (!tm_link_is_empty(collectable)) {
		struct tm_object *self = tm_object_of(collectable->next);

		fetch_ahead(&self->link);
		tm_ref(self);
		tm_object_clear(runtime, self);
		if (self->refcount > 1) {
			/* Referred to by one that is not cleared yet. */
			tm_link_move(&self->link, old);
			keep(self, older_than(finding->generation));
		}
		tm_unref(runtime, self);
	}
}

static void clear_legacy(struct tm_runtime *runtime, struct finding *finding,
			 struct tm_link *old)
{
	struct tm_link finalizers;

	tm_link_init(&finalizers);
	if (finding->has_finalizers) {
		move_legacy_finalizers(&finding->unreachable, &finalizers);
		move_legacy_finalizer_reachable(&finalizers);
		keep_all(&finalizers, older_than(finding->generation));
	}
	if (finding->has_weakrefs)
		tm_weakref_handle_unreachable(runtime, &finding->unreachable);
	delete_garbage(runtime, finding, old);
	handle_garbage(runtime, &finalizers, old);
}

static void clear_pep442(struct tm_runtime *runtime, struct finding *finding,
			 struct tm_link *old)
{
	if (finding->has_weakrefs)
		tm_weakref_handle_unreachable(runtime, &finding->unreachable);
	if (finding->has_finalizers) {
		finalize_garbage(runtime, &finding->unreachable);
		handle_resurrected(finding, old);
	}
	delete_garbage(runtime, finding, old);
}

/* Survivors move to the next generation; those of the oldest are counted for
 * the rule of a quarter. */
static struct tm_link *promote_survivors(struct tm_runtime *runtime,
					 unsigned int generation,
					 struct tm_link *young)
{
	struct tm_link *old;

	if (generation == TM_GENERATIONS - 1) {
		runtime->long_lived_pending = 0;
		runtime->long_lived_total = tm_link_count(young);
		return young;
	}
	if (generation == TM_GENERATIONS - 2)
		runtime->long_lived_pending += tm_link_count(young);
	old = &runtime->generations[generation + 1].objects;
	tm_link_merge(young, old);
	return old;
}

/* Collect the objects on `young`, whose generations are in `mask`. */
static void collect_list(struct tm_runtime *runtime, struct tm_link *young,
			 unsigned int mask, unsigned int generation)
{
	struct finding finding;
	struct tm_link *old;

	deduce_unreachable(young, mask, generation, &finding);
	old = promote_survivors(runtime, generation, young);
	if (runtime->rules == TM_RULES_LEGACY)
		clear_legacy(runtime, &finding, old);
	else
		clear_pep442(runtime, &finding, old);
}

static uint64_t collect(struct tm_runtime *runtime, unsigned int generation)
{
	struct tm_collector_stats *stats = &runtime->stats;
	uint64_t live_before = runtime->live_objects;
	uint64_t uncollectable_before = stats->uncollectable;
	struct tm_link *young = &runtime->generations[generation].objects;
	uint64_t released;
	unsigned int i;

	runtime->collecting = 1;
	stats->collections[generation]++;
	if (generation + 1 < TM_GENERATIONS)
		runtime->generations[generation + 1].count++;
	for (i = 0; i <= generation; i++)
		runtime->generations[i].count = 0;
	for (i = 0; i < generation; i++)
		tm_link_merge(&runtime->generations[i].objects, young);
	/* The mask has this generation and those merged into it. */
	collect_list(runtime, young, (1u << (generation + 1)) - 1, generation);
	runtime->collecting = 0;

	/* A finalizer may have made objects. */
	released = live_before > runtime->live_objects
			   ? live_before - runtime->live_objects
			   : 0;
	stats->collected += released;
	return released + stats->uncollectable - uncollectable_before;
}

uint64_t tm_runtime_collect(struct tm_runtime *runtime)
{
	if (runtime->rules == TM_RULES_OFF || runtime->collecting)
		return 0;
	return collect(runtime, TM_GENERATIONS - 1);
}

/* Collect the oldest generation that is over its threshold, with the younger
 * ones.  A full collection waits until the objects that reached the oldest
 * generation since the last one are at least a quarter of those that survived
 * it (the rule of a quarter): however many stay alive, the cost per new object
 * is constant. */
static void collect_generations(struct tm_runtime *runtime)
{
	unsigned int i;

	for (i = TM_GENERATIONS; i-- > 0;) {
		struct tm_generation *generation = &runtime->generations[i];

		if (generation->count <= generation->threshold)
			continue;
		if (i == TM_GENERATIONS - 1 &&
		    runtime->long_lived_pending < runtime->long_lived_total / 4)
			continue;
		collect(runtime, i);
		return;
	}
}

void tm_collector_consider(struct tm_runtime *runtime)
{
	if (runtime->rules == TM_RULES_OFF || !runtime->automatic ||
	    runtime->collecting)
		return;
	if (TM_GC_STRESS)
		collect(runtime, TM_GENERATIONS - 1);
	else
		collect_generations(runtime);
}
