/*
 * links.h - circular lists of objects, linked through their headers.
 *
 * Purpose:   constant-time moves between generations, as gc_list_* in CPython.
 * Ownership: a list owns nothing; an object is on one list at most.
 * Errors:    none.
 */
#ifndef TM_LAB_RUNTIME_LINKS_H
#define TM_LAB_RUNTIME_LINKS_H

#include "lab/runtime/object.h"

/* In gc_refs, while a collection runs: not reachable as far as the walk has come. */
#define TM_GC_TENTATIVELY_UNREACHABLE (-1)

static inline struct tm_object *tm_object_of(struct tm_link *link)
{
	return (struct tm_object *)(void *)link;
}

/* The n-th reference that the type lists by offset. */
static inline struct tm_object **tm_object_slot(struct tm_object *self,
						size_t n)
{
	return (struct tm_object **)(void *)((char *)self +
					     self->type->references[n]);
}

/* Whether traverse, clear and release have anything to do for `self`. */
static inline int tm_object_has_more(struct tm_object *self)
{
	size_t offset = self->type->optional;

	return !offset || *(void **)(void *)((char *)self + offset);
}

static inline void tm_link_init(struct tm_link *list)
{
	list->next = list;
	list->prev = list;
}

static inline int tm_link_is_empty(const struct tm_link *list)
{
	return list->next == list;
}

static inline void tm_link_append(struct tm_link *list, struct tm_link *link)
{
	link->next = list;
	link->prev = list->prev;
	list->prev->next = link;
	list->prev = link;
}

static inline void tm_link_remove(struct tm_link *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	link->next = NULL;
	link->prev = NULL;
}

static inline void tm_link_move(struct tm_link *link, struct tm_link *list)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	tm_link_append(list, link);
}

/* Append all of `from` to `to`; `from` is empty afterwards. */
static inline void tm_link_merge(struct tm_link *from, struct tm_link *to)
{
	if (!tm_link_is_empty(from)) {
		to->prev->next = from->next;
		from->next->prev = to->prev;
		to->prev = from->prev;
		from->prev->next = to;
	}
	tm_link_init(from);
}

static inline uint64_t tm_link_count(const struct tm_link *list)
{
	const struct tm_link *link;
	uint64_t count = 0;

	for (link = list->next; link != list; link = link->next)
		count++;
	return count;
}

#endif
