/*
 * cases.h - series whose block minima are set by hand, for the rules.
 *
 * Purpose:   put a floor just on either side of each threshold of a rule.
 * Ownership: a case borrows its options and its points, which are static: one
 *            case at a time.
 * Units:     levels in bytes; 1,000 iterations a sample.
 */
#ifndef TESTS_STATS_CASES_H
#define TESTS_STATS_CASES_H

#include "stats/decide.h"
#include "stats/rules.h"

#define CASE_BLOCKS  16
#define CASE_SAMPLES 80
#define CASE_EVERY   1000.0
#define CASE_LEVEL   1e6

/* The floors of sixteen blocks, above CASE_LEVEL. */
extern double case_floor[CASE_BLOCKS];

/* Set each floor to what `at` makes of it, which goes from 0 to 1. */
void case_set(double (*floor)(double at));

/* A step of `height` before the thirteenth block, and `each` a block beside it:
 * thirteen such rises are what the two largest leave. */
void case_set_step_in_line(double height, double each);

/* `rises` rises of `height`, spread evenly over fifteen. */
void case_set_rises(double height, size_t rises);

/* `height` a block, but the last third grows by `rest` alone. */
void case_set_end(double height, double rest);

/* `height` a block, but the middle third grows by `rest` alone. */
void case_set_pause(double height, double rest);

/* Five samples a block, all at its floor, and no warm-up. */
struct tm_rule_input case_make(const struct tm_decide_opts *opts);

/* One sample a block: too few for a rule to look at floors alone. */
struct tm_rule_input case_make_short(const struct tm_decide_opts *opts);

/* The penalty with which `threshold` is exactly `score`. */
double case_penalty(double score, double threshold);

/* Lift the middle sample of `block` by so much: what comes and goes. */
void case_lift(struct tm_rule_input *input, size_t block, double bytes);

#endif
