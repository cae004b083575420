/*
 * preload.c - the preloaded library under threads, for ThreadSanitizer.
 *
 * Purpose:   threads that allocate, free one another's blocks, begin and end,
 *            and fork, while a reader reads the area.  At the end everything
 *            was freed, and the counters must say so to the byte.
 * Covered:   slots (thread.c, slow.c), samples (sample.c, sampled_blocks.c,
 *            sites.c, stack.c, unwind.c), figures, mapping and fork.  The
 *            library's entry points are called stress_malloc() ... here, and
 *            the allocator behind them is ThreadSanitizer's, so that two
 *            things are not covered: the reading of a block's size before the
 *            block (glibc only), and the addition in one instruction, for
 *            which an atomic store stands.  One thread forks: where two do at
 *            one moment, a child may get the counters of either.
 * Forks:     a child inherits the locks of ThreadSanitizer's allocator as they
 *            were, and would wait for ever for one that another thread held.
 *            So the thread that forks first fills its own cache of that
 *            allocator, from which the child allocates without a lock.
 * Errors:    1 and a line on stderr; ThreadSanitizer ends a program in which it
 *            found a race with 66.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "preload/area.h"
#include "preload/mapping.h"

void *stress_malloc(size_t size);
void *stress_calloc(size_t count, size_t size);
void *stress_realloc(void *block, size_t size);
void *stress_memalign(size_t alignment, size_t size);
void stress_free(void *block);

#define THREADS	    6
#define GENERATIONS 30 /* of threads, one after the other */
#define BLOCKS	    1500
#define SHELVES	    64
#define FORKS	    15

/* Blocks that one thread leaves and another one frees. */
static void *_Atomic shelf[SHELVES];

static atomic_int stop;

static void must(int holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", what);
	_exit(1);
}

static void *take(unsigned int i)
{
	size_t size = (size_t)(i * 37 % 5000 + 1);

	switch (i % 4) {
	case 0:
		return stress_malloc(size);
	case 1:
		return stress_calloc(3, size);
	case 2:
		return stress_realloc(stress_malloc(size), 2 * size);
	default:
		return stress_memalign(64, size);
	}
}

static void *churn(void *argument)
{
	unsigned int first = *(unsigned int *)argument, i;
	char *block;

	for (i = first; i < first + BLOCKS; i++) {
		block = take(i);
		must(block != NULL, "no memory");
		*block = 'x';
		stress_free(atomic_exchange(&shelf[i % SHELVES], block));
	}
	return NULL;
}

/* Threads come and go, more than there are slots. */
static void *generations(void *argument)
{
	unsigned int number = *(unsigned int *)argument, i, first;
	pthread_t thread;

	for (i = 0; i < GENERATIONS; i++) {
		first = (number * GENERATIONS + i) * 7919;
		must(pthread_create(&thread, NULL, churn, &first) == 0,
		     "no thread");
		pthread_join(thread, NULL);
	}
	return NULL;
}

/* --- the reader ----------------------------------------------------------- */

static uint64_t sum(const struct tm_area *area, int is_freed)
{
	uint64_t bytes = 0;
	int i;

	for (i = 0; i < TM_AREA_SLOTS; i++)
		bytes += is_freed ? area->slot[i].freed_bytes
				  : area->slot[i].allocated_bytes;
	return bytes;
}

/* A site that is READY is complete, and stays as it is. */
static uint64_t read_sites(const struct tm_area *area)
{
	uint32_t i, j, used = area->sites_used;
	uint64_t all = 0;

	for (i = 0; i < used; i++) {
		const struct tm_area_site *site = &area->site[i];

		if (site->state != TM_AREA_SITE_READY)
			continue;
		must(site->depth <= TM_AREA_FRAMES, "a site is not complete");
		for (j = 0; j < site->depth; j++)
			all += site->frame[j];
		all += site->hash + site->allocated_bytes;
	}
	return all;
}

static void *read_area(void *argument)
{
	struct tm_area *area = tm_mapping_get();
	uint64_t freed, all = 0;

	while (!stop) {
		freed = sum(area, 1);
		must(sum(area, 0) >= freed, "more was freed than allocated");
		all += read_sites(area);
		area->figures.asked++;
		usleep(2000);
	}
	must(area->figures.answered > 0, "no figures came");
	must(all > 0 || !area->sampling_bytes, "no site came");
	return argument;
}

/* --- forks ---------------------------------------------------------------- */

static void use_some_memory(void)
{
	int i;

	for (i = 0; i < 50; i++)
		stress_free(stress_malloc(3000));
}

static void child(const struct tm_area *parents, pid_t parent)
{
	const struct tm_area *own;

	use_some_memory();
	own = tm_mapping.area;
	must(own == parents, "the child's area is elsewhere");
	must(own->pid == getpid() && own->parent == parent,
	     "the child counts in its parent's area");
	_exit(0);
}

static void *fork_often(void *argument)
{
	pid_t self = getpid(), pid;
	int i, status = 0;

	for (i = 0; i < FORKS; i++) {
		use_some_memory();
		pid = fork();
		if (pid == 0)
			child(tm_mapping_get(), self);
		must(waitpid(pid, &status, 0) == pid && status == 0,
		     "a forked child failed");
		usleep(5000);
	}
	return argument;
}

/* --- all of it ------------------------------------------------------------ */

static void run(void)
{
	static unsigned int number[THREADS];
	pthread_t worker[THREADS], reader, forker;
	unsigned int i;

	pthread_create(&reader, NULL, read_area, NULL);
	pthread_create(&forker, NULL, fork_often, NULL);
	for (i = 0; i < THREADS; i++) {
		number[i] = i;
		pthread_create(&worker[i], NULL, generations, &number[i]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(worker[i], NULL);
	pthread_join(forker, NULL);
	stop = 1;
	pthread_join(reader, NULL);
	for (i = 0; i < SHELVES; i++)
		stress_free(shelf[i]);
}

int main(void)
{
	const struct tm_area *area = tm_mapping.area;
	uint64_t sampled = 0, released = 0;
	uint32_t i;

	must(area != NULL, "no area: TIDEMARK_PRELOAD names a folder");
	run();
	for (i = 0; i < area->sites_used; i++) {
		sampled += area->site[i].allocated_bytes;
		released += area->site[i].freed_bytes;
	}
	fprintf(stderr, "%llu bytes, %llu samples at %u sites, %u slots\n",
		(unsigned long long)sum(area, 0),
		(unsigned long long)area->samples, area->sites_used,
		area->slots_used);
	must(sum(area, 0) == sum(area, 1), "bytes are left that were freed");
	must(sampled == released, "samples are left of what was freed");
	return 0;
}
