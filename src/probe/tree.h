/*
 * tree.h - the memory of a program and of all that it starts.
 *
 * Purpose:   one sample of a whole process tree, and what became of each of
 *            its processes.
 * Ownership: tm_tree_open() gives the caller the tree, to be given back with
 *            tm_tree_close().
 * Units:     bytes, counts.
 * Errors:    a sample is whole or absent: where one process of the tree cannot
 *            be read, what it should have added to is absent, with the reason.
 *
 * What each metric is, over a tree:
 *   rss, swap,    the sum of VmRSS, of VmSwap, of RssShmem: a page that several
 *   shm           processes share counts once for each
 *   pss           the sum, in which it counts once; checkpoints only
 *   uss, lazyfree the sum; checkpoints only
 *   hwm           the largest sum of VmRSS that was seen, or the largest VmHWM
 *                 of one process if that is more: the peak of the whole tree
 *                 is at least this.  Of one process it is its VmHWM.
 *   descriptors   the sum; checkpoints only before Linux 6.2
 *   mappings      the sum; checkpoints only
 *   processes     those with memory: no zombies
 * A process between fork and exec is its parent's copy and counts for nothing
 * until it has become another program, or has been known for 100 ms.
 *
 * By how much each process grew is measured from a third of its life on, by
 * its history (history.h), which stands at the samples' positions: what
 * tm_sample.iteration says, whatever that counts.
 */
#ifndef TM_PROBE_TREE_H
#define TM_PROBE_TREE_H

#include "probe/members.h"
#include "metric/metric.h"
#include "util/err.h"

/* Ended processes that are remembered one by one. */
#define TM_TREE_PAST 256

#define TM_TREE_REASON_MAX 96

/* Processes in a summary. */
#define TM_TREE_RECORDS 32

struct tm_tree;

/* One process, from its first sample to its last. */
struct tm_tree_record {
	pid_t pid;
	char name[TM_PROCESS_NAME_MAX];
	int is_root;
	int ended;
	uint64_t samples;
	uint64_t first_rss_bytes;
	uint64_t last_rss_bytes;
	uint64_t hwm_bytes; /* the largest VmHWM that was seen */
	int has_growth;	    /* 0: it was sampled too seldom to tell */
	struct tm_history_growth growth;
};

struct tm_tree_summary {
	uint64_t processes_seen; /* the first one included */
	uint64_t processes_max;	 /* at once */
	uint64_t unmeasured;	 /* children that ended before they were read */
	/* Checkpoints at which a process had waited for children none of which
	 * was ever seen; and, as a ceiling for how many there can have been,
	 * the process numbers that the whole system gave out meanwhile (0: not
	 * known). */
	uint64_t unseen_checkpoints;
	uint64_t numbers_given;
	uint64_t incomplete; /* samples without the tree's memory */
	char incomplete_why[TM_TREE_REASON_MAX]; /* the last of them */
	struct tm_tree_record largest_ended;	 /* no root; pid 0: none */
	size_t record_count;
	/* Most growth first; those of which it is not known come last. */
	struct tm_tree_record record[TM_TREE_RECORDS];
};

/* TM_EUSAGE when `root` is not a process that can be measured, in one line. */
TM_CHECK enum tm_rc tm_tree_open(struct tm_tree **out, pid_t root,
				 struct tm_err *err);
void tm_tree_close(struct tm_tree *tree);

/* `checkpoint`: with what is costly.  The sample's iteration is set already. */
void tm_tree_sample(struct tm_tree *tree, int checkpoint,
		    struct tm_sample *sample);

/* Call `take` for each process with memory, as the last sample found it. */
void tm_tree_each(const struct tm_tree *tree,
		  void (*take)(void *context, pid_t pid, const char *name),
		  void *context);

/* Drop the samples so far: positions start again. */
void tm_tree_forget_samples(struct tm_tree *tree);

/* Resident bytes of all that can be read, cheaply. */
uint64_t tm_tree_rss(struct tm_tree *tree);

/* Why the last sample that should have had `metric` had not; NULL when it had.
 */
const char *tm_tree_absent(const struct tm_tree *tree, enum tm_metric metric);

/* Reads the processes once more, to learn which have ended. */
void tm_tree_summarize(struct tm_tree *tree, struct tm_tree_summary *out);

#endif
