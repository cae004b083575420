#include "lab/runtime/weaktable.h"

#include "lab/runtime/runtime.h"

void tm_weak_table_init(struct tm_weak_table *table, struct tm_runtime *runtime)
{
	table->runtime = runtime;
	tm_table_init(&table->entries, runtime->alloc);
}

void tm_weak_table_release(struct tm_weak_table *table)
{
	struct tm_id key;
	void *entry;
	size_t at = 0;

	while (tm_table_next(&table->entries, &at, &key, &entry))
		tm_unref(table->runtime, entry);
	tm_table_release(&table->entries);
}

/* The value has died: so does its entry, unless the key is in use again. */
static void forget(struct tm_runtime *runtime, struct tm_weakref *weakref,
		   void *context)
{
	struct tm_weak_table *table = context;
	struct tm_keyed_weakref *entry = (struct tm_keyed_weakref *)weakref;

	if (tm_table_get(&table->entries, &entry->key) != entry)
		return;
	tm_table_take(&table->entries, &entry->key);
	tm_unref(runtime, entry);
}

enum tm_rc tm_weak_table_put(struct tm_weak_table *table,
			     const struct tm_id *key, struct tm_object *value)
{
	struct tm_keyed_weakref *entry =
		tm_keyed_weakref_new(table->runtime, value, key, forget, table);
	void *replaced;

	if (!entry)
		return TM_ENOMEM;
	if (tm_table_put(&table->entries, key, entry, &replaced) != TM_OK) {
		tm_unref(table->runtime, entry);
		return TM_ENOMEM;
	}
	tm_unref(table->runtime, replaced);
	return TM_OK;
}

struct tm_object *tm_weak_table_get(const struct tm_weak_table *table,
				    const struct tm_id *key)
{
	struct tm_keyed_weakref *entry = tm_table_get(&table->entries, key);

	return entry ? tm_weakref_referent(&entry->weakref) : NULL;
}

void tm_weak_table_discard(struct tm_weak_table *table, const struct tm_id *key)
{
	tm_unref(table->runtime, tm_table_take(&table->entries, key));
}
