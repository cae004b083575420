/*
 * preload.h - what the programs of a tree count of themselves.
 *
 * Purpose:   follow the areas of the preloaded library in one folder: processes
 *            that appear, become another program, and end; add up what lives in
 *            them, and ask their allocators.
 * Ownership: tm_preload_open() gives the caller the struct's contents, to be
 *            given back with tm_preload_close(); the files of ended processes
 *            are removed.
 * Units:     bytes, blocks, nanoseconds of CLOCK_MONOTONIC.
 * Errors:    what cannot be known is absent from the sample, with its reason.
 *            A file that is not an area, or has been cut off, is left out.
 *
 * A forked child's memory counts as its own, as it does in RSS: it may write to
 * all of it.  A process that ended, or that became a program which does not
 * load the library, is no longer in the sum.
 *
 * An allocator's figures come from the next call of malloc or free after they
 * were asked for.  They belong to the sample that asked, and arrive with the
 * next one: tm_preload_late().
 */
#ifndef TM_PROBE_PRELOAD_H
#define TM_PROBE_PRELOAD_H

#include <dirent.h>

#include "probe/area_file.h"
#include "metric/metric.h"
#include "probe/sites.h"
#include "runtimes/runtimes.h"
#include "util/err.h"

#define TM_PRELOAD_PROCESSES 256 /* that live at once */

/* The figures of one process's allocator, of one asking. */
struct tm_preload_figures {
	uint32_t allocator; /* enum tm_allocator_id */
	uint32_t known;	    /* bits of enum tm_figure */
	uint64_t value[TM_FIGURE_COUNT];
};

/* One process image: a process that becomes another program gets a new one. */
struct tm_preload_process {
	char name[32]; /* of its file */
	int fd;
	int pid_fd; /* readable when it has ended; -1: not known */
	int32_t pid;
	uint64_t started_ns;
	int bypassed;
	char program[256];
	struct tm_area_count count;

	uint32_t asked;			     /* 0: not now */
	struct tm_area_count asked_count;    /* when it was asked */
	int answered;			     /* to any asking */
	struct tm_area_count answered_count; /* when that was asked */
	struct tm_preload_figures figures;
	uint32_t sites_index; /* of this process in `sites` */
};

/* What is remembered of processes that ended. */
struct tm_preload_ended {
	uint64_t count;
	uint64_t hwm_bytes; /* the largest that was reported */
	char hwm_program[256];
};

struct tm_preload {
	DIR *folder;
	int64_t root;	      /* process id of the program itself */
	struct tm_area *area; /* what is being read */
	struct tm_preload_process process[TM_PRELOAD_PROCESSES];
	size_t count;
	uint64_t seen; /* process images, ever */
	int root_seen; /* the program itself was counted */
	int root_ended;
	struct tm_language_set languages_seen;
	int overflowed; /* there were more at once than can be followed */
	uint64_t lost_samples;
	uint64_t samples;
	uint64_t partial_samples; /* a process of the tree was not counted */
	uint64_t uncounted_max;	  /* most such processes at once */
	uint64_t processes_max;	  /* in the tree, at that time */
	struct tm_preload_ended ended;

	int awaits_answers; /* they were asked, and some have not answered */
	uint64_t asked_ns;
	uint64_t exe_checked_ns;
	struct tm_sample late; /* answers to the asking of the sample before */
	/* Why a figure was absent from the last answer; NULL: it was there. */
	const char *figure_absent[TM_FIGURE_COUNT];

	struct tm_sites sites;
};

/* Follow `folder`, which must exist; `root` is the process that was started. */
TM_CHECK enum tm_rc tm_preload_open(struct tm_preload *preload,
				    const char *folder, pid_t root,
				    struct tm_err *err);
void tm_preload_close(struct tm_preload *preload);

/* Add what lives now to `sample`, and now and then keep the sites.  What the
 * tree's probe said of `processes` should be in `sample` already. */
void tm_preload_sample(struct tm_preload *preload, struct tm_sample *sample);

/* Metrics of the sample before the last one, which came with the last one, in
 * their places; none is present when nothing came. */
const struct tm_sample *tm_preload_late(const struct tm_preload *preload);

/* The program has ended: read what is left of all processes. */
void tm_preload_finish(struct tm_preload *preload);

/* Why `metric` is absent, when this should have measured it; NULL when it did,
 * or does not measure it at all. */
const char *tm_preload_absent(const struct tm_preload *preload,
			      enum tm_metric metric);

#endif
