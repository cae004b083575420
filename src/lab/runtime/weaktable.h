/*
 * weaktable.h - a table that does not keep its values alive.
 *
 * Purpose:   WeakValueDictionary: identifiers to objects, not kept alive.
 * Ownership: the table owns its keyed weak references (objects of the runtime,
 *            so the census counts them); the runtime must outlive the table.
 * Errors:    TM_ENOMEM; the table then holds what it held.
 * Source:    CPython Lib/weakref.py WeakValueDictionary.
 */
#ifndef TM_LAB_RUNTIME_WEAKTABLE_H
#define TM_LAB_RUNTIME_WEAKTABLE_H

#include "lab/runtime/weakref.h"
#include "util/table.h"

struct tm_weak_table {
	struct tm_runtime *runtime; /* borrowed */
	struct tm_table entries;    /* struct tm_keyed_weakref, owned */
};

void tm_weak_table_init(struct tm_weak_table *table,
			struct tm_runtime *runtime);

/* Free the entries. */
void tm_weak_table_release(struct tm_weak_table *table);

TM_CHECK enum tm_rc tm_weak_table_put(struct tm_weak_table *table,
				      const struct tm_id *key,
				      struct tm_object *value);

/* The value of `key` as a borrowed pointer, or NULL when it is not there or
 * dead. */
struct tm_object *tm_weak_table_get(const struct tm_weak_table *table,
				    const struct tm_id *key);

/* Remove `key`, if it is there. */
void tm_weak_table_discard(struct tm_weak_table *table,
			   const struct tm_id *key);

#endif
