#include "preload/sites.h"

#include <string.h>

#include "preload/populate.h"

#define INDEX_SIZE (4 * TM_AREA_SITES)

/* Hash to number + 1: open addressing, and nothing is ever removed. */
static _Atomic uint32_t numbers[INDEX_SIZE];

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 29;
}

static uint64_t hash_of(const struct tm_sites_stack *stack)
{
	uint64_t hash = stack->depth, word;
	size_t i;

	for (i = 0; i < stack->depth; i++)
		hash = mix(hash, stack->frame[i]);
	for (i = 0; i < stack->script_length; i += sizeof(word)) {
		size_t left = stack->script_length - i;

		word = 0;
		memcpy(&word, stack->script + i,
		       left < sizeof(word) ? left : sizeof(word));
		hash = mix(hash, word);
	}
	return mix(hash, stack->script_length);
}

/* Room in the text for all scripts; without, the site has none. */
static void store_script(struct tm_area *area, struct tm_area_site *site,
			 const struct tm_sites_stack *stack)
{
	uint64_t at = atomic_load(&area->scripts_used);

	do {
		if (stack->script_length > TM_AREA_SCRIPT_SIZE - at)
			return;
	} while (!atomic_compare_exchange_weak(&area->scripts_used, &at,
					       at + stack->script_length));
	memcpy(area->scripts + at, stack->script, stack->script_length);
	site->script = (uint32_t)at;
	site->script_length = (uint32_t)stack->script_length;
}

/* A new entry, complete; its number or -1. */
static int claim(struct tm_area *area, const struct tm_sites_stack *stack,
		 uint64_t hash)
{
	uint32_t number = atomic_load(&area->sites_used);
	struct tm_area_site *site;

	do {
		if (number >= TM_AREA_SITES)
			return -1;
	} while (!atomic_compare_exchange_weak(&area->sites_used, &number,
					       number + 1));
	site = &area->site[number];
	atomic_store(&site->state, TM_AREA_SITE_CLAIMED);
	site->hash = hash;
	site->depth = stack->depth;
	memcpy(site->frame, stack->frame, stack->depth * sizeof(*stack->frame));
	if (stack->script_length)
		store_script(area, site, stack);
	atomic_store_explicit(&site->state, TM_AREA_SITE_READY,
			      memory_order_release);
	return (int)number;
}

int tm_sites_find(struct tm_area *area, const struct tm_sites_stack *stack)
{
	uint64_t hash = hash_of(stack);
	size_t i, at;
	uint32_t found;
	int number = -1;

	for (i = 0; i < INDEX_SIZE; i++) {
		at = (hash + i) % INDEX_SIZE;
		found = atomic_load_explicit(&numbers[at],
					     memory_order_acquire);
		if (found && area->site[found - 1].hash == hash)
			return (int)found - 1;
		if (found)
			continue;
		/* The end of the chain: it is not there. */
		if (number < 0)
			number = claim(area, stack, hash);
		if (number < 0)
			return -1;
		if (atomic_compare_exchange_strong(&numbers[at], &found,
						   (uint32_t)number + 1))
			return number;
		/* Somebody was quicker with this place; if it was with the same
		 * stack, then the entry that was just made is a second one. */
		if (area->site[found - 1].hash == hash)
			return (int)found - 1;
	}
	return number;
}

void tm_sites_forked(struct tm_area *area)
{
	uint32_t i, number;

	/* What the parent, or another of its threads, entered after the copy
	 * was made has a number that is not in the copy. */
	for (i = 0; i < INDEX_SIZE; i++) {
		number = atomic_load(&numbers[i]);
		if (number > area->sites_used)
			atomic_store(&numbers[i], 0);
	}
}

size_t tm_sites_start(void)
{
	return tm_populate(numbers, sizeof(numbers));
}
