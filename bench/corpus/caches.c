/*
 * Programs that keep a bounded amount, and come to it sooner or later.
 */
#include "corpus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS_MAX 20000

/* What all of these are: places, some of them taken. */
struct slots {
	size_t count;
	size_t taken;
	size_t size;
	size_t at;
	uint64_t period;
	uint64_t until;
	uint64_t expiry[SLOTS_MAX];
	void *slot[SLOTS_MAX];
};

static struct slots *slots_open(struct corpus *corpus, size_t count_max,
				size_t size_max)
{
	struct slots *self = corpus_state(corpus, sizeof(*self));
	size_t fifth = corpus->iterations / 5;

	/* A saw-tooth of which a run sees no five teeth has no known truth. */
	if (count_max > fifth)
		count_max = fifth;
	self->count = corpus_between(corpus, 10, count_max);
	self->size = corpus_between(corpus, 16, size_max);
	return self;
}

static void put(struct corpus *corpus, struct slots *self, size_t at)
{
	free(self->slot[at]);
	self->slot[at] = corpus_malloc(1 + corpus_below(corpus, self->size));
}

/* --- warm-up: tables are filled first, then nothing is kept --------------- */

static void warm_up_open(struct corpus *corpus)
{
	struct slots *self = slots_open(corpus, 5000, 500);
	double share = .01 + .14 * corpus_uniform(corpus);

	self->period = (uint64_t)(share * (double)corpus->iterations /
				  (double)self->count) +
		       1;
}

static void warm_up_step(struct corpus *corpus)
{
	struct slots *self = corpus->state;

	if (self->taken < self->count && corpus->done % self->period == 0)
		put(corpus, self, self->taken++);
	free(corpus_malloc(1 + corpus_below(corpus, 300)));
}

/* --- lru: as many entries as there are places, the oldest goes ------------ */

static void lru_open(struct corpus *corpus)
{
	slots_open(corpus, 5000, 400);
}

static void lru_step(struct corpus *corpus)
{
	struct slots *self = corpus->state;

	if (corpus_below(corpus, 4) == 0)
		return; /* a hit */
	put(corpus, self, self->at);
	self->at = (self->at + 1) % self->count;
}

/* --- late cache: random keys; full between a quarter and 60 % of the run -- */

static void late_cache_open(struct corpus *corpus)
{
	struct slots *self = slots_open(corpus, SLOTS_MAX, 300);
	double share = .25 + .35 * corpus_uniform(corpus);

	if (self->count < 500)
		self->count = 500;
	self->until = (uint64_t)(share * (double)corpus->iterations);
}

/* All entries are there by `until`: the order of their keys is random, the
 * first ones come fast and the last ones slowly. */
static void late_cache_step(struct corpus *corpus)
{
	struct slots *self = corpus->state;
	double done = fmin((double)corpus->done / (double)self->until, 1);
	size_t wanted =
		(size_t)((1 - pow(1 - done, 1.5)) * (double)self->count);

	while (self->taken < wanted)
		put(corpus, self, self->taken++);
	put(corpus, self, corpus_below(corpus, self->taken + 1));
	if (self->taken == 0)
		self->taken = 1;
}

/* --- ttl: entries expire after a while and are swept now and then --------- */

static void ttl_open(struct corpus *corpus)
{
	struct slots *self = slots_open(corpus, SLOTS_MAX, 300);

	self->count = SLOTS_MAX;
	self->period = corpus_between(corpus, 100, 8000);
	self->until = corpus_between(corpus, 100, 8000);
}

static void ttl_step(struct corpus *corpus)
{
	struct slots *self = corpus->state;
	size_t i;

	if (corpus->done % self->period == 0) {
		for (i = 0; i < self->count; i++) {
			if (!self->slot[i] || self->expiry[i] > corpus->done)
				continue;
			free(self->slot[i]);
			self->slot[i] = NULL;
		}
	}
	self->at = (self->at + 1) % self->count;
	put(corpus, self, self->at);
	self->expiry[self->at] = corpus->done + self->until;
}

/* --- free list: what is given back is kept for the next one --------------- */

struct node {
	struct node *next;
	char text[120];
};

struct free_list {
	struct node *unused;
	struct node *used;
	size_t count;
	size_t most;
};

static void free_list_open(struct corpus *corpus)
{
	struct free_list *self = corpus_state(corpus, sizeof(*self));

	self->most = corpus_between(corpus, 10, 5000);
}

/* Bursts of takes and gives: the list is as long as the largest burst. */
static void free_list_step(struct corpus *corpus)
{
	struct free_list *self = corpus->state;
	size_t wanted = corpus->done % 50 ? self->count
					  : corpus_below(corpus, self->most);

	while (self->count < wanted) {
		struct node *node = self->unused;

		if (node)
			self->unused = node->next;
		else
			node = corpus_malloc(sizeof(*node));
		node->next = self->used;
		self->used = node;
		self->count++;
	}
	while (self->count > wanted) {
		struct node *node = self->used;

		self->used = node->next;
		node->next = self->unused;
		self->unused = node;
		self->count--;
	}
}

/* --- hash churn: entries come and go, the table is now and then rebuilt --- */

static void hash_churn_open(struct corpus *corpus)
{
	struct slots *self = slots_open(corpus, 2000, 200);

	self->period = corpus_between(corpus, 500, 5000);
}

static void hash_churn_step(struct corpus *corpus)
{
	struct slots *self = corpus->state;
	size_t at = corpus_below(corpus, self->count);

	if (self->slot[at] && corpus_below(corpus, 2)) {
		free(self->slot[at]);
		self->slot[at] = NULL;
	} else {
		put(corpus, self, at);
	}
	if (corpus->done % self->period == 0) {
		void *rebuilt = corpus_malloc(self->count * 16);

		free(rebuilt);
	}
}

/* --- arena, flush: filled up to a mark and then emptied ------------------- */

static void arena_open(struct corpus *corpus)
{
	slots_open(corpus, SLOTS_MAX, 200);
}

static void empty(struct slots *self)
{
	while (self->taken > 0) {
		self->taken--;
		free(self->slot[self->taken]);
		self->slot[self->taken] = NULL;
	}
}

static void arena_step(struct corpus *corpus)
{
	struct slots *self = corpus->state;

	put(corpus, self, self->taken++);
	if (self->taken >= self->count)
		empty(self);
}

static void flush_open(struct corpus *corpus)
{
	struct slots *self = slots_open(corpus, SLOTS_MAX, 200);

	self->until = self->count;
}

static void flush_step(struct corpus *corpus)
{
	struct slots *self = corpus->state;

	put(corpus, self, self->taken++);
	if (self->taken >= self->until) {
		empty(self);
		self->until = 1 + corpus_below(corpus, self->count);
	}
}

#define BOUNDED(name, kind, open, step, composes)                              \
	{                                                                      \
		name, name, CORPUS_FLAT, CORPUS_FLAT, kind, open, step,        \
			composes                                               \
	}

static const struct corpus_program programs[] = {
	BOUNDED("warm-up", TM_KIND_BOUNDED, warm_up_open, warm_up_step, 1),
	BOUNDED("lru", TM_KIND_BOUNDED, lru_open, lru_step, 1),
	BOUNDED("late-cache", TM_KIND_BOUNDED, late_cache_open, late_cache_step,
		0),
	BOUNDED("ttl", TM_KIND_BOUNDED, ttl_open, ttl_step, 1),
	BOUNDED("free-list", TM_KIND_BOUNDED, free_list_open, free_list_step,
		1),
	BOUNDED("hash-churn", TM_KIND_BOUNDED, hash_churn_open, hash_churn_step,
		1),
	BOUNDED("arena", TM_KIND_NONE, arena_open, arena_step, 1),
	BOUNDED("flush", TM_KIND_NONE, flush_open, flush_step, 1),
};

const struct corpus_programs corpus_caches = {
	programs, sizeof(programs) / sizeof(programs[0])};
