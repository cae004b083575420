/*
 * heap.h - the heaps of the collected runtimes in a program's processes.
 *
 * Purpose:   have them collect where that is asked for, and put what they say
 *            of themselves into samples.
 * Ownership: tm_heap_open() gives the caller the struct's contents, to be given
 *            back with tm_heap_close().
 * Units:     bytes, objects, nanoseconds, hundredths of the time.
 * Errors:    what no heap has reported is absent from the sample.
 *
 * Resident memory says little of a program whose runtime collects: its heap
 * grows until a collection is due, and keeps what it had.  What is alive after
 * a full collection is the program's own, and grows only when the program keeps
 * more.
 *
 * A collection stops the program: all together may take a share of the time
 * (heap/share.h), censuses as much again, and
 * allocation sites half as much.
 */
#ifndef TM_HEAP_HEAP_H
#define TM_HEAP_HEAP_H

#include "heap/agents.h"
#include "heap/censuses.h"
#include "heap/jvms.h"
#include "heap/share.h"
#include "metric/metric.h"
#include "runtimes/runtimes.h"

#define TM_HEAP_SHARE 5 /* hundredths */

/* What is asked now and then, by itself, as each costs where the other need not:
 * the objects by type where there are many, their sites where they are young. */
struct tm_heap_survey {
	struct tm_censuses taken;
	struct tm_share share;
	int is_loose;	   /* the last one's position may be too early */
	uint64_t count;	   /* all that were tried */
	uint64_t spent_ns; /* on them */
	uint64_t failed;   /* that could not be had */
	char failed_why[160];
};

struct tm_heap {
	int may_enter; /* helpers may run inside, and collections be forced */
	struct tm_language_set programs; /* that were seen, entered or not */
	struct tm_agents agents;
	struct tm_jvms jvms;
	struct tm_share share; /* of collections, as the program had to wait */
	uint64_t started_ns;
	uint64_t ended_ns;
	int has_figures; /* of the sample that is being taken */
	struct tm_heap_figures figures;
	struct tm_heap_survey types;
	struct tm_heap_survey sites; /* of allocation; without types */
	int is_loose;	      /* nothing was read yet of what the program did
			       * after the last question */
	uint64_t answered_ns; /* when that was answered */
	uint64_t replies;     /* samples with one */
	uint64_t collections; /* of them, with a collection that was forced */
	uint64_t uncollected; /* without, though the samples have a reply */
	uint64_t left_out;    /* samples without one, to spare the program */
	uint64_t longest_pause_ns;
	uint64_t pause_ns; /* all together */
};

struct tm_heap_opts {
	int may_enter;	    /* 0: only what runtimes publish is read */
	const char *folder; /* where agents find the socket; NULL: there are
			     * none */
	unsigned int share; /* the most that collections may take of the time,
			     * in hundredths */
};

TM_CHECK enum tm_rc tm_heap_open(struct tm_heap *heap,
				 const struct tm_heap_opts *opts,
				 struct tm_err *err);
void tm_heap_close(struct tm_heap *heap);

/* Which processes the program has, between begin and end; `name` is that of
 * their program's file. */
void tm_heap_begin_processes(struct tm_heap *heap);
void tm_heap_visit_process(struct tm_heap *heap, pid_t pid, const char *name);
void tm_heap_end_processes(struct tm_heap *heap);

/* Before a sample is taken: a full collection, when one may be had now. */
void tm_heap_collect(struct tm_heap *heap);

/* After it: what that brought, now and then a census, and the allocation sites.
 * Needs the sample's iteration and rss_bytes. */
void tm_heap_sample(struct tm_heap *heap, struct tm_sample *sample);

/* The program was seen to be at `position`.  A program that does not wait goes on
 * while its objects are counted: what it wrote of its way meanwhile is read right
 * after a census, and says where that belongs. */
void tm_heap_locate(struct tm_heap *heap, uint64_t position);

/* It has waited: the last census stands where its sample does. */
void tm_heap_hold(struct tm_heap *heap);

/* The program has ended by itself, and there are no more marks.  Whether the last
 * question may have met it behind its loop, when all that it held was free again:
 * then that census is dropped, and the last sample's heap is not the loop's. */
int tm_heap_ends_loose(struct tm_heap *heap);

/* Take the heap's figures out of a sample; returns whether it had any. */
int tm_heap_clear(struct tm_sample *sample);

/* The program has ended: let in what has not been since the last sample. */
void tm_heap_finish(struct tm_heap *heap);

/* Whether the run was so short that a runtime may not have been asked. */
int tm_heap_is_brief(const struct tm_heap *heap);

/* The samples so far do not count: positions start again, and what went wrong
 * while the program started does not matter. */
void tm_heap_forget_samples(struct tm_heap *heap);

/* Whether a runtime of that language was entered: "Node". */
int tm_heap_has_seen(const struct tm_heap *heap, const char *language);

/* Why a metric of a heap was absent; NULL when it was there, or is of
 * another kind. */
const char *tm_heap_absent(const struct tm_heap *heap, enum tm_metric metric);

#endif
