/*
 * area.h - what the preloaded library and tidemark share.
 *
 * Purpose:   the library counts in memory that is a file, and tidemark reads
 *            the file from outside: no mark can block the program, and what
 *            was counted is still there when the program has been killed.
 * Ownership: the folder in TIDEMARK_PRELOAD is tidemark's; the library makes
 *            one file for each process image in it, called PID-NUMBER.
 * Units:     bytes as malloc_usable_size() says, so that malloc and free agree
 *            to the byte.
 * Errors:    a file without the magic number or of another version is not
 *            read; what found no room is in `lost_samples`.
 * Threads:   a slot is written by one thread with relaxed stores, and read
 *            from outside; the last slot is shared, and added to atomically.
 *            A slot is handed on to a new thread when its thread has ended, so
 *            the sums of all slots are what counts.  A reader that sums the
 *            freed bytes first, and then the allocated ones, never sees more
 *            freed than allocated.
 * Not seen:  memory that a program takes by mmap() or brk() itself, and what
 *            it gets of an allocator that it calls by another name.
 * Source:    the counters of tcmalloc and jemalloc; Poisson sampling as in
 *            both: an allocation of s bytes is sampled with the probability
 *            1 - exp(-s / sampling_bytes) and stands for s divided by it.
 */
#ifndef TM_PRELOAD_AREA_H
#define TM_PRELOAD_AREA_H

#include <stdatomic.h>
#include <stdint.h>

#include "preload/allocators/table.h"

#define TM_AREA_FOLDER_VARIABLE	  "TIDEMARK_PRELOAD"
#define TM_AREA_SAMPLING_VARIABLE "TIDEMARK_PRELOAD_SAMPLE"
/* A number: the same samples in each run, and the mean is kept. */
#define TM_AREA_SEED_VARIABLE "TIDEMARK_PRELOAD_SEED"

#define TM_AREA_MAGIC	0x7469646566696c65u /* "tidefile" */
#define TM_AREA_VERSION 3u

#define TM_AREA_SLOTS	    256 /* threads counted apart; the last is shared */
#define TM_AREA_SITES	    4096
#define TM_AREA_FRAMES	    40
#define TM_AREA_SCRIPT_SIZE (8 * 1024 * 1024)

/* Two counters of each kind, which only ever go up. */
struct tm_area_slot {
	_Alignas(64) _Atomic uint64_t allocated_bytes;
	_Atomic uint64_t freed_bytes;
	_Atomic uint64_t allocated_blocks;
	_Atomic uint64_t freed_blocks;
};

/* The newest image (the highest generation) of a process is the one that runs.
 * Sites are claimed in order: those below `sites_used` have been, and each is
 * complete once READY.  Two may have the same hash: then threads met there, and
 * the one stack's figures are the sum of both. */
enum tm_area_site_state {
	TM_AREA_SITE_EMPTY,
	TM_AREA_SITE_CLAIMED, /* being filled in */
	TM_AREA_SITE_READY
};

/* One stack that allocates.  Only the counters change once READY. */
struct tm_area_site {
	_Atomic uint32_t state;
	uint32_t depth;
	uint64_t hash;
	uint32_t script;	/* offset in `scripts` */
	uint32_t script_length; /* 0: no interpreter's stack */
	_Atomic uint64_t samples;
	_Atomic uint64_t allocated_bytes; /* estimates, weighted */
	_Atomic uint64_t freed_bytes;
	uint64_t inherited_bytes; /* what lived when this process was forked */
	uint64_t frame[TM_AREA_FRAMES]; /* return addresses, innermost first */
};

/*
 * What the allocator says of itself.  tidemark raises `asked`; the next call of
 * malloc or free in any thread writes the figures and sets `answered` to what
 * it read in `asked`, last.  In a program that calls neither, `answered` stays
 * behind, and the figures are those of an earlier question or none.
 */
struct tm_area_figures {
	_Alignas(64) _Atomic uint32_t asked;
	_Atomic uint32_t answered;
	_Atomic uint32_t allocator; /* enum tm_allocator_id */
	_Atomic uint32_t known; /* which it reports: bits of enum tm_figure */
	_Atomic uint32_t sequence; /* odd while the figures are written */
	_Atomic uint64_t value[TM_FIGURE_COUNT];
};

struct tm_area {
	_Atomic uint64_t magic; /* written last: the area is ready */
	uint32_t version;
	int32_t pid;
	int32_t parent;
	uint32_t generation;	 /* NUMBER of the file's name */
	uint64_t started_ns;	 /* CLOCK_MONOTONIC */
	uint64_t sampling_bytes; /* mean; 0: sites are not sampled */
	char program[256];	 /* /proc/self/exe */

	/* malloc() of the program is not the library's, because the program
	 * has its own inside: the counters stay 0 and say nothing. */
	uint32_t bypassed;

	/* A forked child counts on from its parent's counters, as its memory
	 * does; this much lived when it began.  0 in other processes. */
	uint64_t inherited_bytes;
	uint64_t inherited_blocks;

	_Atomic uint64_t ended_ns;  /* of an orderly exit; 0: none yet */
	_Atomic uint64_t hwm_bytes; /* VmHWM at that exit; 0: not known */

	/* The mean in force: it is raised when samples come so fast that they
	 * would cost the program more than they may. */
	_Atomic uint64_t mean_bytes;
	/* What the library itself has made resident in the program. */
	_Atomic uint64_t own_bytes;

	_Atomic uint32_t slots_used;
	_Atomic uint32_t sites_used;
	_Atomic uint64_t samples;
	_Atomic uint64_t lost_samples; /* no room for their site */
	_Atomic uint64_t scripts_used; /* bytes */

	struct tm_area_figures figures;
	struct tm_area_slot slot[TM_AREA_SLOTS];
	struct tm_area_site site[TM_AREA_SITES];
	char scripts[TM_AREA_SCRIPT_SIZE];
};

#endif
