/*
 * table.h - a hash table from identifiers to pointers, or a set of identifiers.
 *
 * Purpose:   the model's dictionaries: pending results, channels.
 * Ownership: keys are copied, values are borrowed; the table's memory is given
 *            back by tm_table_release().
 * Units:     bytes for tm_table_bytes(), entries otherwise.
 * Errors:    TM_ENOMEM when it cannot grow; it then holds what it held.
 * Threads:   none inside.
 * Source:    open addressing with linear probing; an entry that goes is closed
 *            up at once, so that insertion and removal in turns need no more
 *            room however long they go on.
 */
#ifndef TM_UTIL_TABLE_H
#define TM_UTIL_TABLE_H

#include "util/alloc.h"
#include "util/id.h"

struct tm_table {
	struct tm_alloc *alloc; /* borrowed */
	int has_values;		/* 0: a set */
	size_t count;
	size_t capacity;    /* a power of two, or 0 */
	struct tm_id *keys; /* all zero: a free place */
	void **values;	    /* NULL in a set */
};

void tm_table_init(struct tm_table *table, struct tm_alloc *alloc);
void tm_set_init(struct tm_table *set, struct tm_alloc *alloc);
void tm_table_release(struct tm_table *table);

/* Store `value` under `key`, in place of what was there (then put in
 * *replaced, which may be NULL when the caller does not mind). */
TM_CHECK enum tm_rc tm_table_put(struct tm_table *table,
				 const struct tm_id *key, void *value,
				 void **replaced);
TM_CHECK enum tm_rc tm_set_add(struct tm_table *set, const struct tm_id *key);

int tm_table_has(const struct tm_table *table, const struct tm_id *key);

/* The value of `key`, or NULL. */
void *tm_table_get(const struct tm_table *table, const struct tm_id *key);

/* Remove `key`; returns its value, or NULL when it was not there. */
void *tm_table_take(struct tm_table *table, const struct tm_id *key);

/* Remove `key` from a set; 1 when it was there. */
int tm_set_discard(struct tm_table *set, const struct tm_id *key);

/* Walk: *at starts at 0; returns 0 after the last entry.  `value` may be NULL.
 * The table must not change meanwhile. */
int tm_table_next(const struct tm_table *table, size_t *at, struct tm_id *key,
		  void **value);

static inline uint64_t tm_table_bytes(const struct tm_table *table)
{
	return table->capacity * (sizeof(struct tm_id) +
				  (table->has_values ? sizeof(void *) : 0));
}

#endif
