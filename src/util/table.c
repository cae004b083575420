#include "util/table.h"

#include <assert.h>
#include <string.h>

static const struct tm_id free_place;

static void init(struct tm_table *table, struct tm_alloc *alloc, int has_values)
{
	memset(table, 0, sizeof(*table));
	table->alloc = alloc;
	table->has_values = has_values;
}

void tm_table_init(struct tm_table *table, struct tm_alloc *alloc)
{
	init(table, alloc, 1);
}

void tm_set_init(struct tm_table *set, struct tm_alloc *alloc)
{
	init(set, alloc, 0);
}

void tm_table_release(struct tm_table *table)
{
	tm_free(table->alloc, table->keys,
		table->capacity * sizeof(*table->keys));
	tm_free(table->alloc, table->values,
		table->capacity * sizeof(*table->values));
	init(table, table->alloc, table->has_values);
}

static int is_free(const struct tm_table *table, size_t at)
{
	return tm_id_equal(&table->keys[at], &free_place);
}

/* Where `key` is, or the free place where it would go.  The table is never
 * full.  A look into a large table is a cache miss, so each operation does it
 * once. */
static size_t place_of(const struct tm_table *table, const struct tm_id *key)
{
	size_t mask = table->capacity - 1;
	size_t at = (size_t)tm_id_hash(key) & mask;

	while (!tm_id_equal(&table->keys[at], key) && !is_free(table, at))
		at = (at + 1) & mask;
	return at;
}

/* Whether `key` is there, and then where. */
static int find(const struct tm_table *table, const struct tm_id *key,
		size_t *at)
{
	if (table->count == 0)
		return 0;
	*at = place_of(table, key);
	return !is_free(table, *at);
}

static enum tm_rc allocate(struct tm_table *table, size_t capacity)
{
	table->keys = tm_calloc(table->alloc, capacity, sizeof(*table->keys));
	if (!table->keys)
		return TM_ENOMEM;
	table->values = NULL;
	if (table->has_values) {
		table->values = tm_malloc(table->alloc,
					  capacity * sizeof(*table->values));
		if (!table->values) {
			tm_free(table->alloc, table->keys,
				capacity * sizeof(*table->keys));
			return TM_ENOMEM;
		}
	}
	table->capacity = capacity;
	return TM_OK;
}

static int has_room(const struct tm_table *table)
{
	return (table->count + 1) * 4 <= table->capacity * 3;
}

/* Three quarters full: twice the room. */
static enum tm_rc grow(struct tm_table *table)
{
	struct tm_table wider = *table;
	size_t i;

	if (allocate(&wider, table->capacity ? table->capacity * 2 : 16) !=
	    TM_OK)
		return TM_ENOMEM;
	for (i = 0; i < table->capacity; i++) {
		size_t at;

		if (is_free(table, i))
			continue;
		at = place_of(&wider, &table->keys[i]);
		wider.keys[at] = table->keys[i];
		if (table->has_values)
			wider.values[at] = table->values[i];
	}
	tm_table_release(table);
	*table = wider;
	return TM_OK;
}

/* The place of `key`, new or not. */
static enum tm_rc place_for(struct tm_table *table, const struct tm_id *key,
			    size_t *at, int *is_new)
{
	assert(!tm_id_equal(key, &free_place));
	*is_new = 1;
	if (table->capacity > 0) {
		*at = place_of(table, key);
		*is_new = is_free(table, *at);
		if (!*is_new || has_room(table))
			return TM_OK;
	}
	if (grow(table) != TM_OK)
		return TM_ENOMEM;
	*at = place_of(table, key);
	return TM_OK;
}

static enum tm_rc put(struct tm_table *table, const struct tm_id *key,
		      void *value, void **replaced)
{
	size_t at = 0;
	int is_new;

	if (replaced)
		*replaced = NULL;
	if (place_for(table, key, &at, &is_new) != TM_OK)
		return TM_ENOMEM;
	if (is_new) {
		table->keys[at] = *key;
		table->count++;
	} else if (replaced) {
		*replaced = table->values[at];
	}
	if (table->has_values)
		table->values[at] = value;
	return TM_OK;
}

enum tm_rc tm_table_put(struct tm_table *table, const struct tm_id *key,
			void *value, void **replaced)
{
	assert(table->has_values);
	return put(table, key, value, replaced);
}

enum tm_rc tm_set_add(struct tm_table *set, const struct tm_id *key)
{
	assert(!set->has_values);
	return put(set, key, NULL, NULL);
}

int tm_table_has(const struct tm_table *table, const struct tm_id *key)
{
	size_t at;

	return find(table, key, &at);
}

void *tm_table_get(const struct tm_table *table, const struct tm_id *key)
{
	size_t at;

	return find(table, key, &at) ? table->values[at] : NULL;
}

/* Close the gap at `at`: move up each entry behind it that would be found
 * there too. */
static void close_up(struct tm_table *table, size_t at)
{
	size_t mask = table->capacity - 1;
	size_t next = at;

	for (;;) {
		size_t home;

		next = (next + 1) & mask;
		if (is_free(table, next))
			break;
		home = (size_t)tm_id_hash(&table->keys[next]) & mask;
		if (((next - home) & mask) < ((next - at) & mask))
			continue;
		table->keys[at] = table->keys[next];
		if (table->has_values)
			table->values[at] = table->values[next];
		at = next;
	}
	table->keys[at] = free_place;
	table->count--;
}

void *tm_table_take(struct tm_table *table, const struct tm_id *key)
{
	size_t at;
	void *value;

	if (!find(table, key, &at))
		return NULL;
	value = table->values[at];
	close_up(table, at);
	return value;
}

int tm_set_discard(struct tm_table *set, const struct tm_id *key)
{
	size_t at;

	if (!find(set, key, &at))
		return 0;
	close_up(set, at);
	return 1;
}

int tm_table_next(const struct tm_table *table, size_t *at, struct tm_id *key,
		  void **value)
{
	while (*at < table->capacity && is_free(table, *at))
		(*at)++;
	if (*at == table->capacity)
		return 0;
	*key = table->keys[*at];
	if (value)
		*value = table->values[*at];
	(*at)++;
	return 1;
}
