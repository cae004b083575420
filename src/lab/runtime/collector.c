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
	int has_weakrefs;   /* some of the objects are weakly referred to */
	int has_finalizers; /* some have a finalizer that is yet to run */
};

/* The mark of objects that are looked at a second time, in `generation`. */
#define SECOND_LOOK 3u

/* Which generations' objects are among the containers, a bit for each. */
struct members {
	unsigned int mask;
};

static void visit_count(struct tm_object *child, void *context)
{
	const struct members *members = context;

	if ((members->mask >> child->generation) & 1u)
		child->gc_refs++;
}

/* Objects of one type lie one behind the other in an allocator's slabs, in the
 * order in which they were made, and so does this list: what lies a few objects
 * further on will be wanted soon.  It saves a tenth of a large collection. */
static inline void fetch_ahead(const struct tm_link *link)
{
	__builtin_prefetch((const char *)link + 768, 1);
}

/* Count, for each container, the references to it from among the containers:
 * if these are all that it has, nobody outside holds it. */
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

/* `child` is reachable.  One that the walk has not come to yet is marked by
 * taking all counts away; one that the walk had given up is taken back.  Those
 * outside the containers have no counts, so nothing happens to them. */
static void visit_reachable(struct tm_object *child, void *context)
{
	struct tm_link *young = context;

	if (child->gc_refs == TM_GC_TENTATIVELY_UNREACHABLE)
		tm_link_move(&child->link, young);
	else if (is_held_from_outside(child))
		return;
	child->gc_refs = 0;
}

/* Look once at what the later phases would search for. */
static void note(struct finding *finding, struct tm_object *self)
{
	if (tm_weakref_has_any(self))
		finding->has_weakrefs = 1;
	if (self->type->finalize && !self->finalized)
		finding->has_finalizers = 1;
}

/* Move what is not reachable from outside `young` out of it.  The rest is of
 * generation `next` from now on. */
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
			note(finding, self);
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

/* `mask` tells the members of `base` by their generations; what is found is to
 * live in the one after `generation`, if it lives on. */
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

/* An object that was found unreachable is not treated as such. */
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

/* legacy: what has a finalizer cannot be cleared safely. */
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

/* legacy: nor can what such an object refers to.  The list grows while it is
 * walked. */
static void move_legacy_finalizer_reachable(struct tm_link *finalizers)
{
	struct tm_link *link;

	for (link = finalizers->next; link != finalizers; link = link->next)
		visit_references(tm_object_of(link), visit_move, finalizers);
}

/* Keep `self` for the program to look at, as gc.garbage does. */
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

/* legacy: clearing the rest may have released some of these by now; those that
 * are left and bear a finalizer are garbage. */
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

/* pep442: run each finalizer once.  Anything may happen in one, so the list is
 * taken apart from its head and put together again behind it. */
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

/* pep442: what the finalizers made reachable again goes back to `old`; what is
 * still unreachable stays in `finding`. */
static void handle_resurrected(struct finding *finding, struct tm_link *old)
{
	struct tm_link candidates;
	struct finding still;

	tm_link_init(&candidates);
	tm_link_merge(&finding->unreachable, &candidates);
	keep_all(&candidates, SECOND_LOOK);
	deduce_unreachable(&candidates, 1u << SECOND_LOOK, finding->generation,
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
			/* Still held by one that is yet to be cleared. */
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

/* Survivors grow a generation older; the oldest ones are counted, which is what
 * the 25 % rule looks at. */
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

/* Collect the objects on `young`, which `mask` tells from others; survivors go
 * where promote_survivors() says. */
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

	/* A finalizer may have made objects meanwhile. */
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

/* The oldest generation over its threshold is collected, with the younger ones.
 * A full collection waits until a quarter of the long-lived objects are new,
 * which keeps the cost per object constant however many stay alive. */
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
