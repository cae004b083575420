/*
 * Programs that keep nothing: what they allocate they free, sooner or later.
 */
#include "corpus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- idle: nothing is allocated ------------------------------------------- */

static void idle_open(struct corpus *corpus)
{
	corpus_state(corpus, 4096);
}

static void idle_step(struct corpus *corpus)
{
	char *page = corpus->state;

	page[corpus->done % 4096]++;
}

/* --- churn: each iteration frees what it allocated ------------------------ */

struct churn {
	size_t most;
	size_t blocks;
};

static void churn_open(struct corpus *corpus)
{
	struct churn *self = corpus_state(corpus, sizeof(*self));

	self->most = corpus_between(corpus, 32, 2048);
	self->blocks = corpus_between(corpus, 1, 4);
}

static void churn_step(struct corpus *corpus)
{
	struct churn *self = corpus->state;
	void *block[4];
	size_t i;

	for (i = 0; i < self->blocks; i++)
		block[i] = corpus_malloc(1 + corpus_below(corpus, self->most));
	for (i = 0; i < self->blocks; i++)
		free(block[i]);
}

/* --- pool: slots are replaced at random, so the sum wanders about a mean -- */

struct pool {
	size_t slots;
	size_t most;
	void *slot[4096];
};

static void pool_open(struct corpus *corpus)
{
	struct pool *self = corpus_state(corpus, sizeof(*self));

	/* Nearly all have been filled when a fifth of the run is over. */
	self->slots = corpus_between(
		corpus, 16,
		corpus->iterations >= 100000 ? 4096 : corpus->iterations / 24);
	self->most = corpus_between(corpus, 64, 4096);
}

static void pool_step(struct corpus *corpus)
{
	struct pool *self = corpus->state;
	size_t at = corpus_below(corpus, self->slots);

	free(self->slot[at]);
	self->slot[at] = corpus_malloc(1 + corpus_below(corpus, self->most));
}

/* --- strings: buffers that grow by realloc and are then emptied ----------- */

struct strings {
	size_t limit;
	size_t piece;
	size_t size[64];
	char *text[64];
};

static void strings_open(struct corpus *corpus)
{
	struct strings *self = corpus_state(corpus, sizeof(*self));
	size_t most;

	self->limit = corpus_between(corpus, 500, 20000);
	self->piece = corpus_between(corpus, 8, 200);
	/* Each of the 64 is emptied five times in a run at least: growth that
	 * a run does not see the end of is no known truth. */
	most = corpus->iterations / (5 * 64) * (self->piece + 1) / 2;
	if (self->limit > most)
		self->limit = most;
}

static void strings_step(struct corpus *corpus)
{
	struct strings *self = corpus->state;
	size_t at = corpus_below(corpus, 64);
	size_t size = self->size[at] + 1 + corpus_below(corpus, self->piece);

	if (size > self->limit) {
		free(self->text[at]);
		self->text[at] = NULL;
		self->size[at] = 0;
		return;
	}
	self->text[at] = realloc(self->text[at], size);
	if (!self->text[at])
		abort();
	self->text[at][size - 1] = 'x';
	self->size[at] = size;
}

/* --- spikes: now and then something large for a short while --------------- */

struct spikes {
	uint64_t every;
	size_t most;
	uint64_t until;
	void *large;
};

static void spikes_open(struct corpus *corpus)
{
	struct spikes *self = corpus_state(corpus, sizeof(*self));

	self->every = corpus_between(corpus, 200, 20000);
	self->most = corpus_between(corpus, 10000, 2000000);
}

static void spikes_step(struct corpus *corpus)
{
	struct spikes *self = corpus->state;

	if (self->large && corpus->done >= self->until) {
		free(self->large);
		self->large = NULL;
	}
	if (!self->large && corpus_below(corpus, self->every) == 0) {
		self->large =
			corpus_malloc(1 + corpus_below(corpus, self->most));
		self->until = corpus->done +
			      corpus_between(corpus, 1, self->every / 4);
	}
	free(corpus_malloc(64));
}

/* --- queue: what arrives waits for a server, as at a desk ----------------- */

struct message {
	struct message *next;
	char text[];
};

struct queue {
	double arrivals; /* an iteration; one can be served */
	size_t most;
	struct message *first;
	struct message **end;
};

static void queue_open(struct corpus *corpus)
{
	struct queue *self = corpus_state(corpus, sizeof(*self));

	self->arrivals = .3 + .65 * corpus_uniform(corpus);
	self->most = corpus_between(corpus, 16, 1000);
	self->end = &self->first;
}

/* Nought, one or two arrive: a birth and death chain with its mean below 1. */
static void queue_step(struct corpus *corpus)
{
	struct queue *self = corpus->state;
	int arriving = (corpus_uniform(corpus) < self->arrivals / 2) +
		       (corpus_uniform(corpus) < self->arrivals / 2);

	while (arriving-- > 0) {
		struct message *message = corpus_malloc(
			sizeof(*message) + corpus_below(corpus, self->most));

		message->next = NULL;
		*self->end = message;
		self->end = &message->next;
	}
	if (self->first) {
		struct message *served = self->first;

		self->first = served->next;
		if (!self->first)
			self->end = &self->first;
		free(served);
	}
}

/* --- wave: as much as the hour of the day asks for ------------------------ */

struct wave {
	double period;
	double phase;
	size_t most;
	size_t count;
	void *block[2000];
};

static void wave_open(struct corpus *corpus)
{
	struct wave *self = corpus_state(corpus, sizeof(*self));

	self->period = (double)corpus->iterations *
		       (.02 + .25 * corpus_uniform(corpus));
	self->phase = 6.2832 * corpus_uniform(corpus);
	self->most = corpus_between(corpus, 10, 2000);
}

static void wave_step(struct corpus *corpus)
{
	struct wave *self = corpus->state;
	double angle =
		6.2832 * (double)corpus->done / self->period + self->phase;
	size_t wanted = (size_t)((double)self->most * (.5 + .5 * sin(angle)));

	while (self->count > wanted)
		free(self->block[--self->count]);
	while (self->count < wanted)
		self->block[self->count++] =
			corpus_malloc(16 + corpus_below(corpus, 500));
}

/* --- step, lazy: something is made at its first use and then kept --------- */

struct lazy {
	size_t count;
	uint64_t at[4];
	size_t size[4];
};

static void lazy_open_some(struct corpus *corpus, size_t count)
{
	struct lazy *self = corpus_state(corpus, sizeof(*self));
	size_t i;

	self->count = count;
	for (i = 0; i < count; i++) {
		self->at[i] = corpus_below(corpus, corpus->iterations);
		self->size[i] = (size_t)exp(log(1000) +
					    log(5000) * corpus_uniform(corpus));
	}
}

static void step_open(struct corpus *corpus)
{
	lazy_open_some(corpus, 1);
}

static void lazy_open(struct corpus *corpus)
{
	lazy_open_some(corpus, corpus_between(corpus, 2, 4));
}

static void lazy_step(struct corpus *corpus)
{
	struct lazy *self = corpus->state;
	size_t i;

	for (i = 0; i < self->count; i++) {
		if (corpus->done == self->at[i])
			(void)corpus_malloc(self->size[i]);
	}
	free(corpus_malloc(1 + corpus_below(corpus, 200)));
}

#define FLAT(name, family, kind, open, step, composes)                         \
	{                                                                      \
		name, family, CORPUS_FLAT, CORPUS_FLAT, kind, open, step,      \
			composes                                               \
	}

static const struct corpus_program programs[] = {
	FLAT("idle", "idle", TM_KIND_NONE, idle_open, idle_step, 1),
	FLAT("churn", "churn", TM_KIND_NONE, churn_open, churn_step, 1),
	FLAT("pool", "pool", TM_KIND_BOUNDED, pool_open, pool_step, 1),
	FLAT("strings", "strings", TM_KIND_BOUNDED, strings_open, strings_step,
	     1),
	FLAT("spikes", "spikes", TM_KIND_NONE, spikes_open, spikes_step, 1),
	FLAT("queue", "queue", TM_KIND_NONE, queue_open, queue_step, 1),
	FLAT("wave", "wave", TM_KIND_NONE, wave_open, wave_step, 0),
	FLAT("step", "step", TM_KIND_STEP, step_open, lazy_step, 1),
	FLAT("lazy", "lazy", TM_KIND_STEP, lazy_open, lazy_step, 1),
};

const struct corpus_programs corpus_flat = {
	programs, sizeof(programs) / sizeof(programs[0])};
