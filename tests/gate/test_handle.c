#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "../support/runs.h"
#include "gate/gate.h"

/* Counts of the kernel's objects are small integers with many ties: no pool,
 * step or warm-up of them may fail a run, and one that leaks must. */

static struct tm_run *run;
static struct tm_verdict_opts opts;
static struct tm_verdict verdict;
static struct tm_err err;
static uint64_t state;

static void start(void)
{
	memset(&opts, 0, sizeof(opts));
	tm_budget_init(&opts.budget);
	state = 88172645463325252u;
}

static void stop(void)
{
	if (run)
		run_free(run);
}

TestSuite(handle, .init = start, .fini = stop);

/* From 0 up to 1; always the same ones. */
static double chance(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (double)(state >> 11) / 9007199254740992.0;
}

/* --- what a count does that leaks nothing --------------------------------- */

struct quiet {
	double level;	   /* of a pool */
	double moments[3]; /* of steps */
	double period;	   /* of a saw-tooth, in samples */
};

static double stays(struct quiet *quiet, double at, size_t i)
{
	(void)quiet, (void)at, (void)i;
	return 0;
}

static double trembles(struct quiet *quiet, double at, size_t i)
{
	(void)quiet, (void)at, (void)i;
	return floor(3 * chance());
}

/* A pool of 1 to 8 that grows and shrinks by one. */
static double breathes(struct quiet *quiet, double at, size_t i)
{
	(void)at, (void)i;
	if (chance() < .3)
		quiet->level += chance() < .5 ? -1 : 1;
	quiet->level = fmin(fmax(quiet->level, 1), 8);
	return quiet->level;
}

/* Clients come one by one and each leaves when it wants. */
static double serves(struct quiet *quiet, double at, size_t i)
{
	double level = 0, left = quiet->level;

	(void)at, (void)i;
	for (; left > 0; left--)
		level += chance() < .8;
	while (chance() < .5)
		level++;
	quiet->level = level;
	return level;
}

static double steps(struct quiet *quiet, double at, size_t i)
{
	(void)i;
	return (at > quiet->moments[0]) + (at > quiet->moments[1]) +
	       (at > quiet->moments[2]);
}

static double warms_up(struct quiet *quiet, double at, size_t i)
{
	(void)quiet, (void)i;
	return floor(8 * fmin(1, at / .3));
}

static double fills(struct quiet *quiet, double at, size_t i)
{
	(void)quiet, (void)i;
	return floor(64 * fmin(1, at / .6));
}

/* Closed by a collector that runs now and then. */
static double collects(struct quiet *quiet, double at, size_t i)
{
	(void)at;
	return floor(200 * fmod((double)i / quiet->period, 1));
}

static double peaks(struct quiet *quiet, double at, size_t i)
{
	(void)quiet, (void)at, (void)i;
	return chance() < .03 ? 5 : 0;
}

typedef double behaviour(struct quiet *, double, size_t);

/* Memory that is flat, and descriptors that do as told, and leak. */
static enum tm_judgement judge(behaviour *behave, size_t count, uint64_t every,
			       double leak)
{
	struct quiet quiet = {.level = 5, .period = 3 + 20 * chance()};
	size_t i;

	for (i = 0; i < 3; i++)
		quiet.moments[i] = chance();
	if (run)
		run_free(run);
	run = run_new("loop");
	run_spread(run, count, every);
	run_curve(run, TM_METRIC_rss_bytes, 1 << 22, 0);
	for (i = 0; i < count; i++) {
		double level = behave(&quiet, (double)i / (double)count, i);

		tm_sample_set(
			&run->samples[i], TM_METRIC_descriptors,
			(uint64_t)(10 + level + leak * (double)(i * every)));
	}
	cr_assert_eq(tm_verdict_make(&verdict, run, &opts, &err), TM_OK);
	return verdict.judgement;
}

static behaviour *const quiets[] = {
	stays,	  trembles, breathes, serves, steps,
	warms_up, fills,    collects, peaks,
};

#define QUIETS (sizeof(quiets) / sizeof(*quiets))

Test(handle, passes_what_comes_and_goes)
{
	static const size_t counts[] = {60, 100, 600};
	static const uint64_t every[] = {1, 10, 100};
	size_t q, c, e, turn;

	for (q = 0; q < QUIETS; q++) {
		for (c = 0; c < 3; c++) {
			for (e = 0; e < 3; e++) {
				for (turn = 0; turn < 25; turn++)
					cr_assert_eq(judge(quiets[q], counts[c],
							   every[e], 0),
						     TM_JUDGEMENT_PASS,
						     "%zu, %zu samples: %s", q,
						     counts[c], verdict.reason);
			}
		}
	}
}

static void fails(behaviour *behave, size_t count, uint64_t every, double leak)
{
	size_t turn;

	for (turn = 0; turn < 25; turn++)
		cr_assert_eq(judge(behave, count, every, leak),
			     TM_JUDGEMENT_FAIL, "%s", verdict.reason);
}

Test(handle, fails_one_in_a_hundred_iterations)
{
	fails(stays, 100, 10, .01);
	fails(stays, 600, 10, .01);
	fails(trembles, 600, 10, .01);
	fails(breathes, 600, 10, .01);
	fails(breathes, 100, 100, .01);
}

Test(handle, fails_one_in_each_iteration)
{
	fails(stays, 60, 1, 1);
	/* In 60 samples a pool this large hides one leak in a hundred. */
	fails(breathes, 100, 1, 1);
	fails(serves, 100, 10, 1);
}

Test(handle, says_what_leaks_and_how_fast)
{
	judge(stays, 100, 10, .1);
	cr_assert_eq(verdict.decisive, TM_METRIC_descriptors);
	cr_assert_eq(verdict.kind, TM_KIND_HANDLE);
	cr_assert_not_null(strstr(verdict.reason,
				  "descriptors grow 0.1 descriptors per "
				  "iteration ("),
			   "%s", verdict.reason);
	cr_assert_not_null(
		strstr(verdict.reason,
		       "budget 0.005 descriptors; kernel handles: descriptor "
		       "leak: "),
		"%s", verdict.reason);
}

Test(handle, is_not_excused_when_somebody_asked_for_it)
{
	cr_assert_eq(judge(collects, 60, 1, 0), TM_JUDGEMENT_PASS);
	cr_assert(tm_verdict_find(&verdict, TM_METRIC_descriptors)->deferred);
	cr_assert_eq(tm_budget_read(&opts.budget, "descriptors=0.005", &err),
		     TM_OK);
	cr_assert_eq(judge(collects, 60, 1, 0), TM_JUDGEMENT_INCONCLUSIVE);
}
