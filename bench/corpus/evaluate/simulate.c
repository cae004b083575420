#include "trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ITERATIONS 100000
#define PAGE	   4096
#define PEAK_STEP  131072

struct source {
	uint64_t random;
	double n;
	double scale; /* of the noise, in bytes */
	double a, b;  /* the family's own parameters, from 0 to 1 */
	double state;
	double kept;
};

static double uniform(struct source *source)
{
	uint64_t x = source->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	source->random = x;
	return (double)((x * 0x2545f4914f6cdd1du) >> 11) / 9007199254740992.0;
}

static double normal(struct source *source)
{
	double radius = sqrt(-2 * log(1 - uniform(source)));

	return radius * cos(6.283185307179586 * uniform(source));
}

/* Each of these is the noise at `t`, which goes from 0 to 1. */

static double white(struct source *s, double t)
{
	(void)t;
	return s->scale * normal(s);
}

static double autoregressive(struct source *s, double correlation)
{
	s->state = correlation * s->state +
		   sqrt(1 - correlation * correlation) * normal(s);
	return s->scale * s->state;
}

static double ar_half(struct source *s, double t)
{
	(void)t;
	return autoregressive(s, .5);
}

static double ar_high(struct source *s, double t)
{
	(void)t;
	return autoregressive(s, .8 + .15 * s->a);
}

/* A walk between two walls, which it meets some ten times. */
static double walk(struct source *s, double t)
{
	(void)t;
	s->state += normal(s) * sqrt(10 / s->n);
	if (s->state > 1)
		s->state = 2 - s->state;
	if (s->state < -1)
		s->state = -2 - s->state;
	return s->scale * s->state;
}

static double one_step(struct source *s, double t)
{
	return (t > s->a ? 8 * s->scale : 0) + s->scale / 10 * normal(s);
}

static double two_steps(struct source *s, double t)
{
	return ((t > s->a) + (t > s->b)) * 8 * s->scale +
	       s->scale / 10 * normal(s);
}

static double telegraph(struct source *s, double t)
{
	(void)t;
	if (uniform(s) < (3 + 20 * s->a) / s->n)
		s->state = 1 - s->state;
	return s->state * 4 * s->scale + s->scale / 10 * normal(s);
}

static double saw(struct source *s, double t)
{
	double period = pow(10, -3 + 2.2 * s->a); /* .001 to .16 */

	return 8 * s->scale * fmod(t / period + s->b, 1);
}

/* Like `saw`, each tooth of a length of its own. */
static double rough_saw(struct source *s, double t)
{
	double rise = pow(10, -.8 * s->a) * 50 / s->n;

	(void)t;
	s->state += rise;
	if (s->kept == 0 || s->state > s->kept) {
		s->state = 0;
		s->kept = .3 + .7 * uniform(s);
	}
	return 8 * s->scale * s->state;
}

static double outliers(struct source *s, double t)
{
	(void)t;
	return (uniform(s) < .05 ? 20 * s->scale * uniform(s) : 0) +
	       s->scale / 10 * normal(s);
}

static double warm_up(struct source *s, double t)
{
	double tau = .01 + .14 * s->a;

	return 20 * s->scale * (1 - exp(-t / tau)) + s->scale / 3 * normal(s);
}

static double filling(struct source *s, double t)
{
	double full = .2 + .45 * s->a;

	return 20 * s->scale * fmin(t / full, 1) + s->scale / 3 * normal(s);
}

static double wave(struct source *s, double t)
{
	double period = .05 + .25 * s->a;

	return 4 * s->scale * sin(6.2832 * (t / period + s->b)) +
	       s->scale / 10 * normal(s);
}

static const struct {
	const char *name;
	int held_out;
	double (*noise)(struct source *source, double t);
} families[] = {
	{"sim-white", 0, white},	 {"sim-ar-half", 1, ar_half},
	{"sim-ar-high", 0, ar_high},	 {"sim-walk", 1, walk},
	{"sim-one-step", 0, one_step},	 {"sim-two-steps", 1, two_steps},
	{"sim-telegraph", 0, telegraph}, {"sim-saw", 0, saw},
	{"sim-rough-saw", 1, rough_saw}, {"sim-outliers", 0, outliers},
	{"sim-warm-up", 0, warm_up},	 {"sim-filling", 1, filling},
	{"sim-wave", 0, wave},
};

#define FAMILIES (sizeof(families) / sizeof(families[0]))

static void set_head(struct trace *trace, const struct simulation *run)
{
	const char *name = families[run->family].name;

	trace_reserve(trace, trace->count);
	snprintf(trace->program, sizeof(trace->program), "%s", name);
	snprintf(trace->family, sizeof(trace->family), "%s", name);
	snprintf(trace->allocator, sizeof(trace->allocator), "simulated");
	trace->held_out = families[run->family].held_out;
	trace->jitter = 0;
	trace->seed = run->seed;
	trace->iterations = ITERATIONS; /* of the first look */
	trace->leak = run->leak;
	trace->exact = run->leak ? TRUTH_GROWS : TRUTH_FLAT;
	trace->resident = trace->exact;
	trace->kind = run->leak ? TM_KIND_HEAP : TM_KIND_UNKNOWN;
	trace->lost = (double)run->leak;
}

int trace_simulate(struct trace *trace, const struct simulation *run)
{
	struct source source = {.n = (double)run->samples};
	double peak = 0, high = 0;
	size_t i, j;

	if (run->family >= FAMILIES)
		return 0;
	trace->count = run->samples * run->looks;
	set_head(trace, run);
	source.random =
		(run->seed + 1) * 0x9e3779b97f4a7c15u + run->family * 7919;
	for (i = 0; i < 8; i++)
		uniform(&source);
	source.scale = 1024 * pow(256, uniform(&source));
	source.a = uniform(&source);
	source.b = uniform(&source);
	for (i = 0; i < trace->count; i++) {
		double t = (double)(i + 1) / (double)run->samples;
		double x = t * ITERATIONS;
		double y = 8388608 + x * (double)run->leak +
			   families[run->family].noise(&source, t);

		trace->iteration[i] = x;
		for (j = 0; j < COLUMNS; j++)
			trace->value[j][i] = NAN;
		/* Pages: what was used stays for a while. */
		y = fmax(y, 0);
		high = fmax(y, high - (high - y) / 8);
		peak = fmax(peak, high);
		trace->value[COLUMN_ALLOCATED][i] = 16 * floor(y / 16);
		trace->value[COLUMN_RSS][i] =
			PAGE * ceil(SIMULATED_RESIDENT * high / PAGE);
		trace->value[COLUMN_MAXRSS][i] =
			PEAK_STEP * ceil(SIMULATED_RESIDENT * peak / PEAK_STEP);
	}
	return 1;
}
