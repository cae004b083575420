/*
 * Which blocks were sampled: a hash table that malloc and free may use.
 *
 * It cannot allocate, lock or grow: it is called from within malloc, in signal
 * handlers and in threads that are being made.  So it is a fixed table, and an
 * entry lies within WINDOW places of where its address hashes to.  A search reads
 * the whole window, so that an entry can be emptied without a tombstone, and
 * two threads never need to agree on more than one word: a place is taken by
 * compare-and-swap on its key.  When a window is full, the sample is given up
 * and counted as lost.
 *
 * Nearly every free() is of a block that was not sampled.  One byte for each hash
 * (the filter) answers those with one read that is nearly always in the cache;
 * only a byte that is not 0 leads to the table.
 *
 * The address is hashed by the places of neighbouring blocks, as far apart as
 * samples are on average, so that a program that frees in order walks the table
 * in order.
 */
#include "preload/sampled_blocks.h"

#include "preload/populate.h"

#define SIZE 65536

/* How far from its place an entry may be.  With a bound, an entry can simply be
 * emptied: a search always reads all of these. */
#define WINDOW 32

#define SITE_BITS  16
#define WEIGHT_MAX (UINT64_MAX >> SITE_BITS)

_Atomic uint8_t tm_sampled_blocks_filter[TM_SAMPLED_BLOCKS_FILTER];

static _Atomic uintptr_t keys[SIZE];
static uint64_t
	values[SIZE]; /* written only by the thread that owns the block */
static unsigned int shift;
static _Atomic size_t used;

void tm_sampled_blocks_start(uint64_t mean)
{
	/* Eight places for as many bytes as have one sample on average. */
	for (shift = 4; shift < 30 && (uint64_t)8 << shift < mean; shift++)
		;
}

size_t tm_sampled_blocks_populate(void)
{
	return tm_populate(keys, sizeof(keys)) +
	       tm_populate(values, sizeof(values)) +
	       tm_populate(tm_sampled_blocks_filter,
			   sizeof(tm_sampled_blocks_filter));
}

static size_t home(const void *block)
{
	uintptr_t at = (uintptr_t)block;

	return (at >> shift) & (SIZE - 1);
}

/* A count that has reached 255 stays there: from then on the filter says
 * "maybe". */
static void raise(const void *block)
{
	_Atomic uint8_t *count =
		&tm_sampled_blocks_filter[tm_sampled_blocks_hash(block)];
	uint8_t was = atomic_load(count);

	while (was < UINT8_MAX &&
	       !atomic_compare_exchange_weak(count, &was, (uint8_t)(was + 1)))
		;
}

static void lower(const void *block)
{
	_Atomic uint8_t *count =
		&tm_sampled_blocks_filter[tm_sampled_blocks_hash(block)];
	uint8_t was = atomic_load(count);

	while (was < UINT8_MAX && was > 0 &&
	       !atomic_compare_exchange_weak(count, &was, (uint8_t)(was - 1)))
		;
}

void tm_sampled_blocks_suspect(const void *block)
{
	atomic_store(&tm_sampled_blocks_filter[tm_sampled_blocks_hash(block)],
		     UINT8_MAX);
}

static int put(size_t at, const void *block, struct tm_sampled_block entry)
{
	uintptr_t empty = 0;

	if (!atomic_compare_exchange_strong(&keys[at], &empty,
					    (uintptr_t)block))
		return 0;
	if (entry.weight > WEIGHT_MAX)
		entry.weight = WEIGHT_MAX;
	values[at] = entry.weight << SITE_BITS | entry.site;
	raise(block);
	atomic_fetch_add_explicit(&used, 1, memory_order_relaxed);
	return 1;
}

int tm_sampled_blocks_add(const void *block, struct tm_sampled_block entry)
{
	size_t first = home(block), i;

	for (i = 0; i < WINDOW; i++)
		if (put((first + i) & (SIZE - 1), block, entry))
			return 1;
	return 0;
}

struct tm_sampled_block tm_sampled_blocks_remove(const void *block)
{
	struct tm_sampled_block entry = {0};
	size_t first = home(block), at, i;

	for (i = 0; i < WINDOW; i++) {
		at = (first + i) & (SIZE - 1);
		if (atomic_load_explicit(&keys[at], memory_order_relaxed) !=
		    (uintptr_t)block)
			continue;
		entry.weight = values[at] >> SITE_BITS;
		entry.site = values[at] & ((1u << SITE_BITS) - 1);
		atomic_store_explicit(&keys[at], 0, memory_order_release);
		lower(block);
		atomic_fetch_sub_explicit(&used, 1, memory_order_relaxed);
		break;
	}
	return entry;
}

unsigned int tm_sampled_blocks_halvings(void)
{
	size_t left = SIZE - atomic_load_explicit(&used, memory_order_relaxed);
	unsigned int halvings = 0;

	while (halvings < 16 && left << (halvings + 1) <= SIZE)
		halvings++;
	return halvings;
}
