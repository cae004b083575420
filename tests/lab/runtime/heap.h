/*
 * heap.h - a runtime and plain objects for its tests.
 *
 * Purpose:   graphs of any form, whose ends are counted.
 * Ownership: heap_open() and heap_close() come in pairs; node_new() gives a
 *            reference that the test owns; node_link() takes one of its own.
 */
#ifndef TM_TESTS_RUNTIME_HEAP_H
#define TM_TESTS_RUNTIME_HEAP_H

#include "lab/runtime/census.h"
#include "lab/runtime/runtime.h"
#include "lab/runtime/weakref.h"

#define NODE_SLOTS 4

struct heap {
	struct tm_alloc alloc;
	struct tm_runtime *runtime;
	int freed;     /* nodes */
	int finalized; /* calls of a finalizer */
};

struct node;
typedef void node_hook(struct tm_runtime *runtime, struct node *self);

/* Four references and, for a bearer, a finalizer. */
struct node {
	struct tm_object object;
	struct tm_object *slot[NODE_SLOTS];
	struct tm_weakref *weakrefs;
	struct heap *heap;
	int *freed;	 /* set to 1 at the node's end; may be NULL */
	node_hook *hook; /* what the finalizer does; may be NULL */
	void *context;	 /* of the hook */
};

extern const struct tm_type node_type;	 /* "node" */
extern const struct tm_type bearer_type; /* "bearer": has a finalizer */

/* Automatic collection is off: a test asks for it. */
void heap_open(struct heap *heap, enum tm_rules rules);

/* Free the runtime; fails the test when a byte of it is left. */
void heap_close(struct heap *heap);

struct node *node_new(struct heap *heap);
struct node *bearer_new(struct heap *heap, node_hook *hook, void *context);

/* from->slot[at] = to, with a reference; what was there is given back. */
void node_link(struct node *from, int at, void *to);

/* Give up the test's reference. */
void drop(struct heap *heap, void *object);

/* Two plain nodes that hold each other by slot 0; the caller owns the first,
 * the cycle owns the second. */
struct node *ring_new(struct heap *heap);

/* Does this build collect at every allocation (once that is automatic)? */
int heap_collects_always(void);

#endif
