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

/* Where `key` is, or the free place where it would go. */
static size_t place_of(const struct tm_table *table, const struct tm_id *key)
{
	size_t mask = table->capacity - 1;
	size_t at = (size_t)tm_id_hash(key) & mask;

	while (!tm_id_equal(&table->keys[at], &free_place) &&
	       !tm_id_equal(&table->keys[at], key))
		at = (at + 1) & mask;
	return at;
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

/* Three quarters full: twice the room. */
static enum tm_rc reserve_one(struct tm_table *table)
{
	struct tm_table wider = *table;
	size_t i;

	if (table->capacity && (table->count + 1) * 4 <= table->capacity * 3)
		return TM_OK;
	if (allocate(&wider, table->capacity ? table->capacity * 2 : 16) !=
	    TM_OK)
		return TM_ENOMEM;
	for (i = 0; i < table->capacity; i++) {
		size_t at;

		if (tm_id_equal(&table->keys[i], &free_place))
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

static enum tm_rc put(struct tm_table *table, const struct tm_id *key,
		      void *value, void **replaced)
{
	size_t at;

	assert(!tm_id_equal(key, &free_place));
	if (replaced)
		*replaced = NULL;
	if (!tm_table_has(table, key)) {
		if (reserve_one(table) != TM_OK)
			return TM_ENOMEM;
		at = place_of(table, key);
		table->keys[at] = *key;
		table->count++;
	} else {
		at = place_of(table, key);
		if (replaced)
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
	if (table->count == 0)
		return 0;
	return tm_id_equal(&table->keys[place_of(table, key)], key);
}

void *tm_table_get(const struct tm_table *table, const struct tm_id *key)
{
	return tm_table_has(table, key) ? table->values[place_of(table, key)]
					: NULL;
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
		if (tm_id_equal(&table->keys[next], &free_place))
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

	if (!tm_table_has(table, key))
		return NULL;
	at = place_of(table, key);
	value = table->values[at];
	close_up(table, at);
	return value;
}

int tm_set_discard(struct tm_table *set, const struct tm_id *key)
{
	if (!tm_table_has(set, key))
		return 0;
	close_up(set, place_of(set, key));
	return 1;
}

int tm_table_next(const struct tm_table *table, size_t *at, struct tm_id *key,
		  void **value)
{
	while (*at < table->capacity &&
	       tm_id_equal(&table->keys[*at], &free_place))
		(*at)++;
	if (*at == table->capacity)
		return 0;
	*key = table->keys[*at];
	if (value)
		*value = table->values[*at];
	(*at)++;
	return 1;
}
