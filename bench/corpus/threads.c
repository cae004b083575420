/*
 * Programs with threads: arenas of their own, memory freed by another thread,
 * and one thread of many that leaks.
 *
 * The threads work between two samples: every BATCH iterations of the first
 * thread, each of them does its share and then waits.
 */
#include "corpus.h"

#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>

#define THREADS 4
#define BATCH	500
#define SLOTS	256

struct crew;

struct worker {
	struct crew *crew;
	pthread_t thread;
	struct corpus corpus; /* a random sequence and losses of its own */
	size_t most;
	void *slot[SLOTS];
};

struct crew {
	pthread_barrier_t begin;
	pthread_barrier_t end;
	void (*work)(struct worker *self);
	size_t leak;   /* by the first worker, in bytes an iteration */
	uint64_t lost; /* by all of them, so far */
	struct worker worker[THREADS];
};

static void *worker_main(void *context)
{
	struct worker *self = context;

	for (;;) {
		pthread_barrier_wait(&self->crew->begin);
		self->crew->work(self);
		pthread_barrier_wait(&self->crew->end);
	}
	return NULL;
}

static struct crew *crew_open(struct corpus *corpus,
			      void (*work)(struct worker *self))
{
	struct crew *crew = corpus_state(corpus, sizeof(*crew));
	size_t i;

	crew->work = work;
	pthread_barrier_init(&crew->begin, NULL, THREADS + 1);
	pthread_barrier_init(&crew->end, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++) {
		crew->worker[i].crew = crew;
		crew->worker[i].corpus.random = corpus->random + i + 1;
		crew->worker[i].most = corpus_between(corpus, 32, 2000);
	}
	for (i = 0; i < THREADS; i++) {
		if (pthread_create(&crew->worker[i].thread, NULL, worker_main,
				   &crew->worker[i]))
			abort();
	}
	return crew;
}

static void crew_step(struct corpus *corpus)
{
	struct crew *crew = corpus->state;
	uint64_t lost = 0;
	size_t i;

	if ((corpus->done + 1) % BATCH != 0)
		return;
	pthread_barrier_wait(&crew->begin);
	pthread_barrier_wait(&crew->end);
	for (i = 0; i < THREADS; i++)
		lost += crew->worker[i].corpus.lost;
	corpus->lost += lost - crew->lost;
	crew->lost = lost;
}

static void churn(struct worker *self)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		size_t at = corpus_below(&self->corpus, SLOTS);

		free(self->slot[at]);
		self->slot[at] = corpus_malloc(
			1 + corpus_below(&self->corpus, self->most));
	}
}

static void threads_open(struct corpus *corpus)
{
	crew_open(corpus, churn);
}

/* --- handoff: each frees what its neighbour allocated --------------------- */

static void handoff(struct worker *self)
{
	struct crew *crew = self->crew;
	size_t at = (size_t)(self - crew->worker);
	struct worker *other = &crew->worker[(at + 1) % THREADS];
	int i;

	/* Each thread has a quarter of the slots of its neighbour. */
	for (i = 0; i < BATCH; i++) {
		size_t slot =
			corpus_below(&self->corpus, SLOTS / 2) * 2 + (at % 2);

		if (other->slot[slot]) {
			free(other->slot[slot]);
			other->slot[slot] = NULL;
		} else {
			other->slot[slot] = corpus_malloc(
				1 + corpus_below(&self->corpus, self->most));
		}
	}
}

/* Freed here by the worker before and there by its owner: only one worker
 * touches the slots of another, so no lock is needed. */
static void handoff_open(struct corpus *corpus)
{
	crew_open(corpus, handoff);
}

/* --- one thread leaks ----------------------------------------------------- */

static void churn_and_leak(struct worker *self)
{
	int i;

	churn(self);
	if (self != &self->crew->worker[0])
		return;
	for (i = 0; i < BATCH; i++)
		corpus_lose(&self->corpus, self->crew->leak);
}

static void one_thread_open(struct corpus *corpus)
{
	struct crew *crew = crew_open(corpus, churn_and_leak);

	crew->leak = corpus_between(corpus, 16, 512);
}

static const struct corpus_program programs[] = {
	{"threads", "threads", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_NONE,
	 threads_open, crew_step, 1},
	{"handoff", "handoff", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_NONE,
	 handoff_open, crew_step, 1},
	{"one-thread", "one-thread", CORPUS_GROWS, CORPUS_GROWS, TM_KIND_HEAP,
	 one_thread_open, crew_step, 0},
};

const struct corpus_programs corpus_threads = {
	programs, sizeof(programs) / sizeof(programs[0])};
