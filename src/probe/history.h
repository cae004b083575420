/*
 * history.h - how the memory of one process went, in a few points.
 *
 * Purpose:   say by how much a process grew after it had started up: loading
 *            libraries and filling the first tables is not growth.
 * Ownership: plain memory of the caller; nothing is allocated, however long a
 *            process lives.
 * Units:     bytes; positions are what samples count by, iterations or
 *            milliseconds.
 * Errors:    none: what cannot be said is absent.
 *
 * A full history keeps every second of its points, and from then on half as
 * many: at least half of its room is in use, evenly over the samples.
 */
#ifndef TM_PROBE_HISTORY_H
#define TM_PROBE_HISTORY_H

#include <stddef.h>
#include <stdint.h>

/* An even number, so that halving keeps the points evenly apart. */
#define TM_HISTORY_POINTS 32

/* The warm-up: this part of what the process was seen to live.  It is more
 * than that of a run (stats/options.h), which begins at the first mark: a
 * process is seen from its start, when it loads its program. */
#define TM_HISTORY_WARM_UP_PART 3

/* Fewer samples say nothing about growth. */
#define TM_HISTORY_ENOUGH 10

struct tm_history_point {
	uint64_t position;
	uint64_t rss_bytes;
};

/* All zero is an empty one. */
struct tm_history {
	uint64_t seen;	 /* points that were given */
	uint64_t stride; /* every how many of them one is kept; 0 as 1 */
	size_t count;
	struct tm_history_point point[TM_HISTORY_POINTS];
	struct tm_history_point last; /* the newest, kept or not */
};

struct tm_history_growth {
	uint64_t from; /* positions */
	uint64_t to;
	uint64_t until; /* of the last point: no earlier than `to` */
	int64_t bytes;	/* below 0 when it shrank */
};

/* A position before the last one is left out. */
void tm_history_add(struct tm_history *history, uint64_t position,
		    uint64_t rss_bytes);

/*
 * From the first three points behind a third of what was seen to the last three
 * that were kept, by the median of each three, which stands at the middle one:
 * a program may have freed much by its very last sample, and one of the points
 * may be anything.  0 when there are too few for that, or all at one position.
 */
int tm_history_growth(const struct tm_history *history,
		      struct tm_history_growth *out);

#endif
