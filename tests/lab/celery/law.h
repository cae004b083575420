/*
 * law.h - a row of what real Celery was measured to leave behind.
 *
 * Purpose:   write the tables of results/reference/LAWS.md and read-results.md
 *            down as they stand there, and hold the model against them.
 * Ownership: rows are constant.
 * Units:     per iteration, as formulas in H, the tasks of the header.
 */
#ifndef TM_TESTS_CELERY_LAW_H
#define TM_TESTS_CELERY_LAW_H

#include "lab.h"

/* times_h * H + plus */
struct formula {
	int times_h;
	int plus;
};

#define H(times)                                                               \
	{                                                                      \
		times, 0                                                       \
	}
#define H_PLUS(times, constant)                                                \
	{                                                                      \
		times, constant                                                \
	}
#define N(constant)                                                            \
	{                                                                      \
		0, constant                                                    \
	}

/* Which columns the row has. */
enum law_columns {
	LAW_OBJECTS = 1, /* all types; one that is not named must not grow */
	LAW_LISTED = 2,	 /* AsyncResult and promise only */
	LAW_GARBAGE = 4,
	LAW_TABLES = 8,	  /* but pending_unsubscribe */
	LAW_AWAITED = 16, /* pending_unsubscribe */
	LAW_FIRED = 32
};

#define LAW_ALL_TABLES (LAW_TABLES | LAW_AWAITED)
#define LAW_ALL	       (LAW_OBJECTS | LAW_GARBAGE | LAW_ALL_TABLES)

struct law {
	const char *name;
	const char *strategy;
	enum tm_rules rules;
	enum tm_shape shape;
	int read_results;
	int only_header_1; /* the row says so */
	unsigned int columns;

	struct formula async_result;
	struct formula promise;
	struct formula bound_method;
	struct formula group_result;
	struct formula barrier;
	struct formula weakref;
	struct formula keyed_weakref;
	struct formula weak_method;
	struct formula garbage; /* AsyncResult */

	struct formula channels;
	struct formula pending_unsubscribe;
	struct formula subscribed_to;
	struct formula pending_strong;
	struct formula pending_weak;

	struct formula fired; /* _on_fulfilled, of one iteration */
};

/* Run the row's loop with a header of that size and append a line to
 * `differences` for each figure that is another one than the row says. */
void law_compare(const struct law *law, uint32_t header,
		 struct tm_buf *differences);

/* Compare at each header size that the row is for; what differs fails the
 * test, or is printed when the row is expected to fail. */
void law_check(const struct law *law);

#endif
