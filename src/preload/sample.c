#include "preload/sample.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

#include "preload/allocator.h"
#include "preload/mapping.h"
#include "preload/poisson.h"
#include "preload/populate.h"
#include "preload/python.h"
#include "preload/python_agent.h"
#include "preload/sites.h"
#include "preload/stack.h"
#include "preload/thread.h"

/*
 * Sampling by bytes
 *
 * Think of all bytes that a thread allocates as one line.  Points are thrown on
 * it, `mean` bytes apart on average and independent of each other: a Poisson
 * process, whose gaps are exponentially distributed (poisson.c).  A block is
 * sampled when a point falls on it.  For a block of s bytes and a mean of m
 * that has the probability
 *
 *	p = 1 - exp(-s / m)
 *
 * whatever was allocated before it, so that no pattern of the program can avoid
 * the points, as it could if every hundredth block were taken.  After a sample
 * the next gap starts at the end of the block; as an exponential gap has no
 * memory, that changes no probability.
 *
 * The estimate.  A sampled block stands for s / p bytes, a block that is not
 * sampled for none: s on average, so each sum of such weights is unbiased.  A
 * site has two: the weights of its samples, and of those that were freed, each
 * with the weight that it got.  Their difference estimates what lives.
 *
 * Its variance.  One block of s bytes adds s^2 (1 - p) / p = s^2 / (e^(s/m) - 1)
 * to it, which is below s m.  So of B bytes in blocks of any size the standard
 * error is at most sqrt(B m): with n = B / m, the number of points to be
 * expected, at most B / sqrt(n).  A hundred points give 10 %, ten thousand 1 %;
 * blocks far larger than the mean are nearly always sampled and add next to no
 * error.  What was freed again has left the difference and its error.
 *
 * The mean.  It is what was asked for as long as sampling is cheap.  Each
 * thread saves one part in BUDGET of the time that passes, and pays from it for
 * the time that its samples take.  After each WINDOW samples, a thread that has
 * nothing saved, and less than before, doubles its mean; one with much saved
 * halves it again, down to what was asked for.  The table of sampled blocks
 * has a fixed size: when its free room has halved, the least mean doubles.  The
 * mean of a gap is fixed when the gap is drawn, and a sample's weight is
 * computed with it.  It depends on samples of the past only, so that the
 * estimate stays unbiased, while its variance follows the mean in force.
 *
 * What is lost: samples whose site or block finds no room in its table, and
 * those of threads beyond the slots.  They are counted (`lost_samples`), and
 * the estimates are too small by their share.  With a fixed seed no clock is
 * read, so that the same program has the same samples in each run.
 */

/* Sampling may take a thread one part in so many of its time. */
#define BUDGET 200

/* What a thread may have saved, and starts with: at the start of a program
 * nearly every stack is new, which costs ten times as much, and only once. */
#define SAVED_MAX_NS 5000000

#define COST_MAX_NS 50000

/* How many samples are timed before the mean is changed again. */
#define WINDOW 8

#define MEAN_MAX ((uint64_t)1 << 30)

static uint64_t wanted_mean; /* 0: no samples */
static uint64_t first_seed;
static int is_fixed; /* a repeatable run reads no clock */
static _Atomic uint64_t seeds;
static _Atomic int is_populated;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* --- the beginning -------------------------------------------------------- */

/* The kernel gives each new program sixteen random bytes. */
static uint64_t random_seed(void)
{
	const void *bytes = (const void *)getauxval(AT_RANDOM);
	uint64_t seed = now_ns();

	if (bytes)
		memcpy(&seed, bytes, sizeof(seed));
	return seed;
}

void tm_sample_start(uint64_t seed)
{
	wanted_mean = tm_mapping_get()->sampling_bytes;
	tm_sampled_blocks_start(wanted_mean);
	is_fixed = seed != 0;
	first_seed = seed ? seed : random_seed();
}

/* Where the agent of an interpreter is, its checks come between samples. */
static void set_stop(struct tm_thread *self, uint64_t allocated)
{
	self->stop_at = self->sample_at;
	if (tm_python_agent_is_on() &&
	    allocated + TM_PYTHON_AGENT_STEP < self->sample_at)
		self->stop_at = allocated + TM_PYTHON_AGENT_STEP;
}

static void draw(struct tm_thread *self, uint64_t allocated)
{
	uint64_t least = wanted_mean << tm_sampled_blocks_halvings();

	if (self->mean < least)
		self->mean = least;
	self->sample_at = allocated + tm_poisson_gap(&self->random, self->mean);
	set_stop(self, allocated);
}

void tm_sample_join(struct tm_thread *self)
{
	uint64_t allocated = self->slot ? self->slot->allocated_bytes : 0;

	self->sample_at = UINT64_MAX;
	set_stop(self, allocated);
	if (!wanted_mean)
		return;
	self->mean = wanted_mean;
	self->random = first_seed + (atomic_fetch_add(&seeds, 1) << 32);
	self->random = tm_poisson_random(&self->random);
	self->accounted_ns = is_fixed ? 0 : now_ns();
	self->saved_ns = self->saved_before_ns = SAVED_MAX_NS;
	draw(self, allocated);
}

void tm_sample_forked(void)
{
	struct tm_thread *self = &tm_thread;
	uint64_t pid = (uint64_t)getpid();

	if (!wanted_mean)
		return;
	/* Without room for the sites there are none from here on. */
	if (!tm_mapping.area->sampling_bytes) {
		wanted_mean = 0;
		return;
	}
	tm_sites_forked(tm_mapping.area);
	atomic_store(&is_populated, 0);
	first_seed ^= tm_poisson_random(&pid);
	self->random ^= pid;
	self->busy = 0;
}

/* All memory that sampling will ever use, at once: what grew later would look
 * like the program's own growth. */
static void populate(struct tm_area *area)
{
	size_t size = tm_mapping_bytes() - offsetof(struct tm_area, site);

	if (atomic_exchange(&is_populated, 1))
		return;
	size = tm_populate(area->site, size) + tm_sampled_blocks_populate() +
	       tm_sites_start() + tm_stack_populate();
	atomic_fetch_add(&area->own_bytes, size);
}

/* --- what it costs -------------------------------------------------------- */

/* Double the mean when the thread has nothing saved and saves nothing, halve it
 * while much is saved. */
static void think_over(struct tm_thread *self, struct tm_area *area)
{
	if (self->saved_ns < 0 && self->saved_ns < self->saved_before_ns &&
	    self->mean < MEAN_MAX)
		self->mean *= 2;
	else if (self->saved_ns > SAVED_MAX_NS / 2 && self->mean > wanted_mean)
		self->mean /= 2;
	atomic_store_explicit(&area->mean_bytes, self->mean,
			      memory_order_relaxed);
	self->saved_before_ns = self->saved_ns;
	self->window_samples = 0;
}

/* Save a part of the time that has passed, and pay for the sample.  The clock
 * is the one on the wall, because asking it is not a system call: when a sample
 * seems to have taken very long, another program had the processor. */
static void account(struct tm_thread *self, struct tm_area *area,
		    uint64_t begun)
{
	uint64_t now = now_ns(), cost = now - begun;

	if (cost > COST_MAX_NS)
		cost = COST_MAX_NS;
	self->saved_ns += (int64_t)((now - self->accounted_ns) / BUDGET);
	if (self->saved_ns > SAVED_MAX_NS)
		self->saved_ns = SAVED_MAX_NS;
	self->saved_ns -= (int64_t)cost;
	self->accounted_ns = now;
	if (++self->window_samples >= WINDOW)
		think_over(self, area);
}

/* --- one sample ----------------------------------------------------------- */

/* Not on the stack: a thread's may be small, and a signal's smaller. */
static char scripts[TM_AREA_SLOTS][TM_PYTHON_STACK_MAX];

/* The number of the site that has allocated, or -1. */
static int find_site(const struct tm_thread *self, struct tm_area *area)
{
	struct tm_sites_stack stack;
	char *script = scripts[self->slot - area->slot];

	stack.depth = tm_stack_take(stack.frame, TM_AREA_FRAMES);
	stack.script = script;
	stack.script_length = tm_python_stack(script);
	return tm_sites_find(area, &stack);
}

static void add(struct tm_area *area, const void *block,
		struct tm_sampled_block entry)
{
	struct tm_area_site *site = &area->site[entry.site];

	if (!tm_sampled_blocks_add(block, entry)) {
		atomic_fetch_add(&area->lost_samples, 1);
		return;
	}
	atomic_fetch_add(&site->samples, 1);
	atomic_fetch_add(&site->allocated_bytes, entry.weight);
	atomic_fetch_add(&area->samples, 1);
}

static void take(struct tm_thread *self, struct tm_area *area, void *block,
		 size_t size)
{
	int number = find_site(self, area);
	struct tm_sampled_block entry = {
		.weight = tm_poisson_weight(size, self->mean),
		.site = (uint32_t)number,
	};

	if (number < 0)
		atomic_fetch_add(&area->lost_samples, 1);
	else
		add(area, block, entry);
}

uint64_t tm_sample_allocated(const struct tm_thread *self)
{
	return self->slot ? self->slot->allocated_bytes : self->allocated;
}

static void take_timed(struct tm_thread *self, struct tm_area *area,
		       void *block, size_t size)
{
	uint64_t begun;

	self->busy = 1;
	populate(area);
	begun = is_fixed ? 0 : now_ns();
	take(self, area, block, size);
	if (!is_fixed)
		account(self, area, begun);
	draw(self, tm_sample_allocated(self));
	self->busy = 0;
}

/* Whether the thread has come to its next sample, or just to a check. */
static int is_due(struct tm_thread *self)
{
	int is_sample = tm_sample_allocated(self) >= self->sample_at;

	if (tm_python_agent_is_on()) {
		self->busy = 1;
		tm_python_agent_check();
		self->busy = 0;
	}
	if (!is_sample)
		set_stop(self, tm_sample_allocated(self));
	return is_sample;
}

/* A point on what the library itself allocates, or an interpreter for its agent,
 * is dropped: else the program's next block would be sampled for it. */
static void skip(struct tm_thread *self)
{
	uint64_t allocated = tm_sample_allocated(self);

	if (wanted_mean && allocated >= self->sample_at)
		draw(self, allocated);
}

void *tm_sample_take(void *block, size_t size)
{
	struct tm_thread *self = &tm_thread;
	struct tm_area *area = tm_mapping.area;
	int saved_errno = errno;

	if (self->busy)
		skip(self);
	if (self->busy || !area || !is_due(self) || !wanted_mean)
		return block;
	if (self->slot) {
		take_timed(self, area, block, size);
	} else {
		/* Threads beyond those that have slots have no room for it. */
		atomic_fetch_add(&area->lost_samples, 1);
		draw(self, self->allocated);
	}
	errno = saved_errno;
	return block;
}

void tm_sample_freed(struct tm_sampled_block entry)
{
	struct tm_area *area = tm_mapping.area;

	if (entry.weight && area)
		atomic_fetch_add(&area->site[entry.site].freed_bytes,
				 entry.weight);
}

void tm_sample_drop(const void *block)
{
	tm_sample_freed(tm_sampled_blocks_remove(block));
}

void tm_sample_restore(const void *block, struct tm_sampled_block entry)
{
	/* Another thread may have taken the last place meanwhile. */
	if (entry.weight && !tm_sampled_blocks_add(block, entry))
		tm_sample_freed(entry);
}
