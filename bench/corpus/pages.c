/*
 * Programs whose pages and live bytes go different ways, and the kernel's
 * objects.
 */
#include "corpus.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void *map(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		abort();
	memset(pages, 1, size);
	return pages;
}

/* --- mmap: buffers that are mapped and unmapped --------------------------- */

struct buffers {
	size_t pages_max;
	uint64_t every;
	size_t size[8];
	void *buffer[8];
};

static void mmap_open(struct corpus *corpus)
{
	struct buffers *self = corpus_state(corpus, sizeof(*self));

	self->pages_max = corpus_between(corpus, 1, 64);
	self->every = corpus_between(corpus, 10, 100);
}

static void mmap_step(struct corpus *corpus)
{
	struct buffers *self = corpus->state;
	size_t at = corpus_below(corpus, 8);

	free(corpus_malloc(100));
	if (corpus_below(corpus, self->every) != 0)
		return;
	if (self->buffer[at])
		munmap(self->buffer[at], self->size[at]);
	self->size[at] = 4096 * (1 + corpus_below(corpus, self->pages_max));
	self->buffer[at] = map(self->size[at]);
}

/* --- mmap leak: a page now and then that is never unmapped ---------------- */

static void mmap_leak_open(struct corpus *corpus)
{
	struct buffers *self = corpus_state(corpus, sizeof(*self));

	/* 64 to 1,024 bytes an iteration. */
	self->every = corpus_between(corpus, 4, 64);
}

static void mmap_leak_step(struct corpus *corpus)
{
	struct buffers *self = corpus->state;

	free(corpus_malloc(100));
	if (corpus->done % self->every == 0) {
		map(4096);
		corpus->lost += 4096;
	}
}

/* --- fragments: many small survivors among large blocks that go ----------- */

struct fragments {
	size_t count;
	size_t at;
	void *small[4096];
	void *large[4];
};

static void fragments_open(struct corpus *corpus)
{
	struct fragments *self = corpus_state(corpus, sizeof(*self));

	self->count = corpus_between(corpus, 100, 4096);
}

static void fragments_step(struct corpus *corpus)
{
	struct fragments *self = corpus->state;
	size_t i;

	for (i = 0; i < 4; i++)
		self->large[i] =
			corpus_malloc(200 + corpus_below(corpus, 3000));
	free(self->small[self->at]);
	self->small[self->at] = corpus_malloc(16 + corpus_below(corpus, 48));
	self->at = (self->at + 1) % self->count;
	for (i = 0; i < 4; i++)
		free(self->large[i]);
}

/* --- drift: the same live bytes, on more and more pages ------------------- */

/*
 * Blocks of one size fill pages; then all but one in `spread` of them are
 * freed, and blocks of another size class take over.  What stays pins its
 * pages; live bytes do not grow, pages do.
 */
#define DRIFT_BLOCKS 60000

struct drift {
	size_t phase;
	uint64_t every;
	size_t spread;
	size_t pinned;
	size_t fresh;
	size_t budget; /* live bytes */
	void *pin[DRIFT_BLOCKS];
	size_t pin_size[DRIFT_BLOCKS];
	void *block[DRIFT_BLOCKS];
};

static const size_t drift_sizes[] = {64,  80,  96,  112, 128, 160, 192,
				     224, 256, 320, 384, 448, 512, 640};
#define DRIFT_SIZES (sizeof(drift_sizes) / sizeof(drift_sizes[0]))

static void drift_open(struct corpus *corpus)
{
	struct drift *self = corpus_state(corpus, sizeof(*self));

	self->budget = corpus_between(corpus, 1500000, 3500000);
	self->spread = corpus_between(corpus, 24, 48);
	self->every = corpus->iterations / DRIFT_SIZES + 1;
}

static void drift_step(struct corpus *corpus)
{
	struct drift *self = corpus->state;
	size_t size, i, kept = 0, held = 0;

	free(corpus_malloc(50));
	if (corpus->done % self->every != 0 || self->phase >= DRIFT_SIZES)
		return;
	size = drift_sizes[self->phase++];
	for (i = 0; i < self->fresh; i++) {
		if (i % self->spread == 0 && self->pinned < DRIFT_BLOCKS) {
			self->pin_size[self->pinned] =
				drift_sizes[self->phase - 2];
			self->pin[self->pinned++] = self->block[i];
		} else {
			free(self->block[i]);
		}
	}
	for (i = 0; i < self->pinned; i++)
		held += self->pin_size[i];
	while (held + size <= self->budget && kept < DRIFT_BLOCKS) {
		self->block[kept++] = corpus_malloc(size);
		held += size;
	}
	self->fresh = kept;
}

/* --- descriptors ---------------------------------------------------------- */

struct handles {
	uint64_t every;
	size_t at;
	int fd[64];
};

static void handles_open(struct corpus *corpus)
{
	struct handles *self = corpus_state(corpus, sizeof(*self));
	size_t i;

	self->every = corpus_between(corpus, 100, 400);
	for (i = 0; i < 64; i++)
		self->fd[i] = -1;
}

static int open_null(void)
{
	return open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static void handles_churn_step(struct corpus *corpus)
{
	struct handles *self = corpus->state;
	size_t at = corpus_below(corpus, 64);

	if (corpus->done % 16 != 0)
		return;
	if (self->fd[at] >= 0)
		close(self->fd[at]);
	self->fd[at] = corpus_below(corpus, 2) ? open_null() : -1;
}

/* 250 to 1,000 of them in 100,000 iterations: less than any limit. */
static void handles_leak_step(struct corpus *corpus)
{
	struct handles *self = corpus->state;

	if (corpus_below(corpus, self->every) == 0 && open_null() < 0)
		abort();
}

static const struct corpus_program programs[] = {
	{"mmap", "mmap", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_NONE, mmap_open,
	 mmap_step, 1},
	{"mmap-leak", "mmap-leak", CORPUS_FLAT, CORPUS_GROWS, TM_KIND_OUTSIDE,
	 mmap_leak_open, mmap_leak_step, 0},
	{"fragments", "fragments", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_NONE,
	 fragments_open, fragments_step, 1},
	{"drift", "drift", CORPUS_FLAT, CORPUS_GROWS, TM_KIND_RETENTION,
	 drift_open, drift_step, 0},
	{"handle-churn", "handle-churn", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_NONE,
	 handles_open, handles_churn_step, 0},
	{"handle-leak", "handles", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_HANDLE,
	 handles_open, handles_leak_step, 0},
};

const struct corpus_programs corpus_pages = {
	programs, sizeof(programs) / sizeof(programs[0])};
