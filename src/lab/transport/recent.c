#include "lab/transport/recent.h"

#include <assert.h>
#include <string.h>

#define NONE UINT32_MAX

/* Slots are named by number, so that a link is four bytes. */
struct slot {
	struct tm_id id;
	uint32_t chain; /* the next slot of this bucket, or of the free list */
	uint32_t older;
	uint32_t newer;
};

struct tm_recent {
	struct tm_alloc *alloc;
	struct slot *slots;
	unsigned char *entries;
	uint32_t *buckets;
	size_t entry_size;
	uint32_t capacity;
	uint32_t bucket_count; /* a power of two */
	uint32_t count;
	uint32_t free;
	uint32_t oldest;
	uint32_t newest;
};

static uint32_t bucket_of(const struct tm_recent *map, const struct tm_id *id)
{
	/* The upper half: two bits of the lower half are the same in every
	 * identifier of version 4. */
	return (uint32_t)(tm_id_hash(id) >> 32) & (map->bucket_count - 1);
}

static void *entry_of(struct tm_recent *map, uint32_t slot)
{
	return map->entries + map->entry_size * slot;
}

void tm_recent_clear(struct tm_recent *map)
{
	uint32_t i;

	for (i = 0; i < map->bucket_count; i++)
		map->buckets[i] = NONE;
	for (i = 0; i < map->capacity; i++)
		map->slots[i].chain = i + 1 < map->capacity ? i + 1 : NONE;
	map->free = 0;
	map->count = 0;
	map->oldest = NONE;
	map->newest = NONE;
}

enum tm_rc tm_recent_new(struct tm_recent **out, struct tm_alloc *alloc,
			 uint32_t capacity, size_t entry_size,
			 struct tm_err *err)
{
	struct tm_recent *map = tm_calloc(alloc, 1, sizeof(*map));

	assert(capacity > 0 && entry_size > 0);
	*out = NULL;
	if (!map)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded store");
	map->alloc = alloc;
	map->capacity = capacity;
	map->entry_size = entry_size;
	map->bucket_count = 1;
	while (map->bucket_count < capacity)
		map->bucket_count *= 2;
	map->slots = tm_malloc(alloc, capacity * sizeof(*map->slots));
	map->entries = tm_malloc(alloc, capacity * entry_size);
	map->buckets =
		tm_malloc(alloc, map->bucket_count * sizeof(*map->buckets));
	if (!map->slots || !map->entries || !map->buckets) {
		tm_recent_free(map);
		return tm_fail(err, TM_ENOMEM,
			       "no memory for the embedded store");
	}
	/* Touch every page now: the store must not look like growth later. */
	memset(map->slots, 0xff, capacity * sizeof(*map->slots));
	memset(map->entries, 0xff, capacity * entry_size);
	tm_recent_clear(map);
	*out = map;
	return TM_OK;
}

void tm_recent_free(struct tm_recent *map)
{
	if (!map)
		return;
	tm_free(map->alloc, map->slots, map->capacity * sizeof(*map->slots));
	tm_free(map->alloc, map->entries, map->capacity * map->entry_size);
	tm_free(map->alloc, map->buckets,
		map->bucket_count * sizeof(*map->buckets));
	tm_free(map->alloc, map, sizeof(*map));
}

/* The link that holds the slot of `id`, or the NONE at its bucket's end. */
static uint32_t *find_link(struct tm_recent *map, const struct tm_id *id)
{
	uint32_t *link = &map->buckets[bucket_of(map, id)];

	while (*link != NONE && !tm_id_equal(&map->slots[*link].id, id))
		link = &map->slots[*link].chain;
	return link;
}

static void unlink_age(struct tm_recent *map, const struct slot *slot)
{
	if (slot->older == NONE)
		map->oldest = slot->newer;
	else
		map->slots[slot->older].newer = slot->newer;
	if (slot->newer == NONE)
		map->newest = slot->older;
	else
		map->slots[slot->newer].older = slot->older;
}

static void append_newest(struct tm_recent *map, uint32_t number)
{
	struct slot *slot = &map->slots[number];

	slot->newer = NONE;
	slot->older = map->newest;
	if (map->newest == NONE)
		map->oldest = number;
	else
		map->slots[map->newest].newer = number;
	map->newest = number;
}

void tm_recent_remove(struct tm_recent *map, const struct tm_id *id)
{
	uint32_t *link = find_link(map, id);
	uint32_t number = *link;

	if (number == NONE)
		return;
	*link = map->slots[number].chain;
	unlink_age(map, &map->slots[number]);
	map->slots[number].chain = map->free;
	map->free = number;
	map->count--;
}

void *tm_recent_find(struct tm_recent *map, const struct tm_id *id)
{
	uint32_t number = *find_link(map, id);

	return number == NONE ? NULL : entry_of(map, number);
}

void *tm_recent_put(struct tm_recent *map, const struct tm_id *id, int *is_new)
{
	uint32_t number = *find_link(map, id);
	uint32_t *bucket;
	struct tm_id oldest;

	*is_new = number == NONE;
	if (number != NONE)
		return entry_of(map, number);
	if (map->free == NONE) {
		/* A copy, because removing reuses the slot it stands in. */
		oldest = map->slots[map->oldest].id;
		tm_recent_remove(map, &oldest);
	}
	number = map->free;
	map->free = map->slots[number].chain;
	map->slots[number].id = *id;
	bucket = &map->buckets[bucket_of(map, id)];
	map->slots[number].chain = *bucket;
	*bucket = number;
	append_newest(map, number);
	map->count++;
	return entry_of(map, number);
}

uint32_t tm_recent_count(const struct tm_recent *map)
{
	return map->count;
}
