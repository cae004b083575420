#include "heap.h"

#include <criterion/criterion.h>
#include <string.h>

static void release_node(struct tm_runtime *runtime, struct tm_object *object)
{
	struct node *self = (struct node *)object;

	(void)runtime;
	self->heap->freed++;
	if (self->freed)
		*self->freed = 1;
}

static void finalize_bearer(struct tm_runtime *runtime,
			    struct tm_object *object)
{
	struct node *self = (struct node *)object;

	self->heap->finalized++;
	if (self->hook)
		self->hook(runtime, self);
}

static const size_t references[NODE_SLOTS] = {
	offsetof(struct node, slot[0]),
	offsetof(struct node, slot[1]),
	offsetof(struct node, slot[2]),
	offsetof(struct node, slot[3]),
};

const struct tm_type node_type = {
	.name = "node",
	.size = sizeof(struct node),
	.reference_count = NODE_SLOTS,
	.references = references,
	.weakrefs = offsetof(struct node, weakrefs),
	.release = release_node,
};

const struct tm_type bearer_type = {
	.name = "bearer",
	.size = sizeof(struct node),
	.reference_count = NODE_SLOTS,
	.references = references,
	.weakrefs = offsetof(struct node, weakrefs),
	.release = release_node,
	.finalize = finalize_bearer,
};

void heap_open(struct heap *heap, enum tm_rules rules)
{
	memset(heap, 0, sizeof(*heap));
	tm_alloc_init(&heap->alloc);
	heap->runtime = tm_runtime_new(&heap->alloc, rules);
	cr_assert_not_null(heap->runtime);
	tm_runtime_set_automatic(heap->runtime, 0);
}

void heap_close(struct heap *heap)
{
	tm_runtime_free(heap->runtime);
	cr_assert_eq(heap->alloc.live_bytes, 0);
	cr_assert_eq(heap->alloc.live_blocks, 0);
}

static struct node *new_of_type(struct heap *heap, const struct tm_type *type)
{
	struct node *self = tm_object_new(heap->runtime, type);

	cr_assert_not_null(self);
	self->heap = heap;
	return self;
}

struct node *node_new(struct heap *heap)
{
	return new_of_type(heap, &node_type);
}

struct node *bearer_new(struct heap *heap, node_hook *hook, void *context)
{
	struct node *self = new_of_type(heap, &bearer_type);

	self->hook = hook;
	self->context = context;
	return self;
}

void node_link(struct node *from, int at, void *to)
{
	struct tm_object *old = from->slot[at];

	from->slot[at] = tm_ref(to);
	tm_unref(from->heap->runtime, old);
}

void drop(struct heap *heap, void *object)
{
	tm_unref(heap->runtime, object);
}

struct node *ring_new(struct heap *heap)
{
	struct node *first = node_new(heap);
	struct node *second = node_new(heap);

	node_link(first, 0, second);
	node_link(second, 0, first);
	drop(heap, second);
	return first;
}

int heap_collects_always(void)
{
	struct heap heap;
	int collected;

	heap_open(&heap, TM_RULES_LEGACY);
	drop(&heap, ring_new(&heap));
	tm_runtime_set_automatic(heap.runtime, 1);
	drop(&heap, node_new(&heap));
	collected = heap.freed == 3;
	heap_close(&heap);
	return collected;
}
