/*
 * corpus.h - small real programs whose memory growth is known.
 *
 * Purpose:   what a verdict about growth is tested on.  Each program is a row
 *            of a table in one of the files here, with its truth; seeds vary
 *            its sizes and rates.
 * Ownership: a program keeps what it allocates until its process ends: each
 *            run is a process of its own.
 * Units:     bytes; truth in bytes (or objects) an iteration.
 * Errors:    a program that is short of memory aborts.
 * Threads:   programs may have threads; corpus functions are for the first.
 */
#ifndef CORPUS_CORPUS_H
#define CORPUS_CORPUS_H

#include <stddef.h>
#include <stdint.h>

#include "stats/kind.h"

struct corpus {
	uint64_t random;     /* state of the generator */
	uint64_t iterations; /* that the run will have */
	uint64_t done;
	uint64_t leak; /* bytes an iteration to lose besides; 0: none */
	uint64_t lost; /* bytes lost so far, by the allocator's count */
	int has_runtime;
	uint64_t live_objects;
	uint64_t live_bytes;
	uint64_t garbage;
	uint64_t entries;
	void *state; /* the program's own */
};

enum corpus_truth {
	CORPUS_FLAT,
	CORPUS_GROWS,
	CORPUS_OPEN /* neither answer is wrong */
};

struct corpus_program {
	const char *name;
	const char *family;
	enum corpus_truth exact;    /* of allocated bytes */
	enum corpus_truth resident; /* of RSS and peak */
	enum tm_kind kind;
	void (*open)(struct corpus *corpus);
	void (*step)(struct corpus *corpus);
	int composes; /* a leak can be laid over it */
};

struct corpus_programs {
	const struct corpus_program *program;
	size_t count;
};

/* One table a file. */
extern const struct corpus_programs corpus_flat, corpus_caches, corpus_pages,
	corpus_threads, corpus_collectors, corpus_leaks;

/* Whether the family is held out: its runs were not looked at while thresholds
 * were chosen (held-out.c). */
int corpus_is_held_out(const char *family);

/* A number below `limit`, which is not 0; one from `from` to `to`; a float from
 * 0 up to 1. */
uint64_t corpus_below(struct corpus *corpus, uint64_t limit);
uint64_t corpus_between(struct corpus *corpus, uint64_t from, uint64_t to);
double corpus_uniform(struct corpus *corpus);

/* Memory that has been written to. */
void *corpus_malloc(size_t size);

/* Lose `size` bytes and count what the allocator makes of them. */
void corpus_lose(struct corpus *corpus, size_t size);

/* A zeroed state of that size, kept in corpus->state. */
void *corpus_state(struct corpus *corpus, size_t size);

#endif
