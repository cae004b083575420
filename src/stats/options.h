/*
 * options.h - what a decision about growth depends on besides the points.
 *
 * Purpose:   the options that a caller sets, and the warm-up that every reader
 *            of a series leaves out.
 * Ownership: plain values; the strings are borrowed.
 * Units:     x in iterations, y in the metric's unit.
 * Errors:    none.
 */
#ifndef TM_STATS_OPTIONS_H
#define TM_STATS_OPTIONS_H

/*
 * A run's warm-up: its first fifth says nothing about growth.  It is the same
 * for every slope, for sampled allocation sites and for what progress shows.
 * Only two places leave out something else: the history of one process
 * (probe/history.h) leaves out a third of its life, as a process is watched
 * from its very start, when it loads its program; and the end of a run is
 * trimmed (run/trim.c) by the same fifth, but of the samples.
 */
#define TM_WARM_UP_PART 5
#define TM_WARM_UP	(1.0 / TM_WARM_UP_PART)

/* How a metric behaves when nothing grows. */
enum tm_metric_class {
	TM_CLASS_EXACT,	   /* allocated bytes, objects, entries */
	TM_CLASS_RESIDENT, /* pages: RSS, PSS, USS, active, resident */
	TM_CLASS_PEAK	   /* never falls, moves in big steps: maxrss, hwm */
};

/* The rules that can be compared; TM_RULE_FLOOR is the one to use. */
enum tm_rule {
	TM_RULE_FLOOR, /* rising minima, found in five ways */
	TM_RULE_SHAPE, /* growing against bounded shapes, nothing else */
	TM_RULE_LINE   /* a straight line, with errors that allow for
			* correlation (HAC) */
};

struct tm_decide_opts {
	enum tm_metric_class metric_class;
	enum tm_rule rule;
	double resolution; /* smallest step of the metric; 0: of its class */
	double least;	   /* growth below this is none; 0: of its class */
	double budget;	   /* an iteration; negative: of its class */
	const char *unit;  /* for the reason: "bytes", "objects"; may be NULL */
	const char *per;   /* for the reason; NULL: "per iteration" */
	double start; /* of the program: as long as that it is loaded, which
			    * is no rise; 0: that was not seen */
	unsigned int look;	/* which test of this program: 1, 2, ... */
	unsigned int looks_max; /* how many there may be; 0: one */
};

#endif
