/*
 * Programs that grow in other ways than by so many bytes an iteration; those
 * are laid over the flat programs (--leak).
 */
#include "corpus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct leaky {
	uint64_t every;
	uint64_t from;
	size_t size;
	size_t slots;
	size_t most;
	size_t count;
	size_t capacity;
	double factor;
	void **item;
	void *slot[2048];
};

static void churn(struct corpus *corpus, struct leaky *self)
{
	size_t at = corpus_below(corpus, self->slots);

	free(self->slot[at]);
	self->slot[at] = corpus_malloc(1 + corpus_below(corpus, self->most));
}

static struct leaky *leaky_open(struct corpus *corpus)
{
	struct leaky *self = corpus_state(corpus, sizeof(*self));

	self->slots = corpus_between(corpus, 1, 200);
	self->most = corpus_between(corpus, 32, 500);
	return self;
}

/* --- one in 1,000: exactly, or on average --------------------------------- */

static void rare_open(struct corpus *corpus)
{
	struct leaky *self = leaky_open(corpus);

	self->slots = 1;
	self->size = corpus_between(corpus, 16, 4096);
}

static void rare_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	churn(corpus, self);
	if (corpus->done % 1000 == 999)
		corpus_lose(corpus, self->size);
}

static void poisson_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	churn(corpus, self);
	if (corpus_below(corpus, 1000) == 0)
		corpus_lose(corpus, self->size);
}

/* --- late: nothing is lost before 30 to 60 % of the run ------------------- */

static void late_open(struct corpus *corpus)
{
	struct leaky *self = leaky_open(corpus);

	self->from = (uint64_t)((.3 + .3 * corpus_uniform(corpus)) *
				(double)corpus->iterations);
	self->size = corpus_between(corpus, 16, 512);
}

static void late_churn_open(struct corpus *corpus)
{
	late_open(corpus);
	((struct leaky *)corpus->state)->slots = 1;
}

static void late_pool_open(struct corpus *corpus)
{
	struct leaky *self;

	late_open(corpus);
	self = corpus->state;
	self->slots = corpus_between(corpus, 200, 2048);
	self->most = corpus_between(corpus, 64, 2048);
}

static void late_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	churn(corpus, self);
	if (corpus->done >= self->from)
		corpus_lose(corpus, self->size);
}

/* --- doubling, vector, hash: containers that are never emptied ------------ */

static void container_open(struct corpus *corpus, double factor)
{
	struct leaky *self = leaky_open(corpus);

	self->factor = factor;
	self->capacity = corpus_between(corpus, 8, 64);
	self->every = corpus_between(corpus, 1, 4);
	self->item = corpus_malloc(self->capacity * sizeof(*self->item));
}

static void doubling_open(struct corpus *corpus)
{
	container_open(corpus, 2);
}

static void vector_open(struct corpus *corpus)
{
	container_open(corpus, 1.5);
}

static void container_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	churn(corpus, self);
	if (corpus->done % self->every != 0)
		return;
	if (self->count == self->capacity) {
		self->capacity =
			(size_t)((double)self->capacity * self->factor);
		self->item = realloc(self->item,
				     self->capacity * sizeof(*self->item));
		if (!self->item)
			abort();
	}
	self->item[self->count++] = self;
}

/* A table of entries in place, rebuilt at twice the size when 70 % full. */
static void hash_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	churn(corpus, self);
	if (corpus->done % self->every != 0)
		return;
	if ((double)self->count > .7 * (double)self->capacity) {
		void **larger = calloc(2 * self->capacity, sizeof(*larger));

		if (!larger)
			abort();
		memcpy(larger, self->item,
		       self->capacity * sizeof(*self->item));
		free(self->item);
		self->item = larger;
		self->capacity *= 2;
	}
	self->item[self->count++] = self;
}

/* --- registry: each has a name, and none is taken off the list ------------ */

static void registry_open(struct corpus *corpus)
{
	container_open(corpus, 2);
}

static void registry_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	container_step(corpus);
	if (corpus->done % self->every == 0)
		self->item[self->count - 1] =
			corpus_malloc(16 + corpus_below(corpus, 100));
}

/* --- saw-tooth with a leak below it --------------------------------------- */

static void saw_leak_open(struct corpus *corpus)
{
	struct leaky *self = leaky_open(corpus);

	self->slots = corpus_between(corpus, 50, 2048);
	self->size = corpus_between(corpus, 16, 256);
}

static void saw_leak_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	self->slot[self->count++] =
		corpus_malloc(1 + corpus_below(corpus, self->most));
	if (self->count == self->slots) {
		while (self->count > 0) {
			free(self->slot[--self->count]);
			self->slot[self->count] = NULL;
		}
	}
	corpus_lose(corpus, self->size);
}

/* --- log: new ones become rarer and rarer, and never stop ----------------- */

static void log_step(struct corpus *corpus)
{
	struct leaky *self = corpus->state;

	churn(corpus, self);
	if (corpus_uniform(corpus) * (double)(corpus->done + 1) < 200)
		corpus_lose(corpus, self->size);
}

#define GROWS(name, open, step)                                                \
	{                                                                      \
		name, name, CORPUS_GROWS, CORPUS_OPEN, TM_KIND_HEAP, open,     \
			step, 0                                                \
	}

static const struct corpus_program programs[] = {
	GROWS("rare-leak", rare_open, rare_step),
	GROWS("poisson-leak", rare_open, poisson_step),
	GROWS("late-churn", late_churn_open, late_step),
	GROWS("late-pool", late_pool_open, late_step),
	GROWS("doubling", doubling_open, container_step),
	GROWS("vector", vector_open, container_step),
	GROWS("hash", doubling_open, hash_step),
	GROWS("registry", registry_open, registry_step),
	GROWS("saw-leak", saw_leak_open, saw_leak_step),
	{"log", "log", CORPUS_OPEN, CORPUS_OPEN, TM_KIND_UNKNOWN, rare_open,
	 log_step, 0},
};

const struct corpus_programs corpus_leaks = {
	programs, sizeof(programs) / sizeof(programs[0])};
