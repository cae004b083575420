#include "preload/poisson.h"

#define LN2 0.69314718055994530942

uint64_t tm_poisson_random(uint64_t *state)
{
	uint64_t mixed = *state += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
	return mixed ^ mixed >> 31;
}

/* -ln(x / 2^64).  x is 2^e * m with m in [1, 2), and ln m is 2 artanh of
 * (m - 1) / (m + 1), which is below 1/3: nine terms err by less than 1e-10. */
static double minus_ln(uint64_t x)
{
	int zeros = __builtin_clzll(x);
	double m = (double)(x << zeros) / 9223372036854775808.0;
	double t = (m - 1) / (m + 1), power = t, sum = 0;
	int i;

	for (i = 1; i <= 17; i += 2) {
		sum += power / i;
		power *= t * t;
	}
	return (zeros + 1) * LN2 - 2 * sum;
}

uint64_t tm_poisson_gap(uint64_t *state, uint64_t mean)
{
	uint64_t random = tm_poisson_random(state);

	/* Rounded up: a point on the boundary belongs to the byte before. */
	return (uint64_t)(minus_ln(random | 1) * (double)mean) + 1;
}

/* exp(-x) of 0 <= x: halved until small, then squared as often. */
static double exp_minus(double x)
{
	double term = 1, sum = 1;
	int halvings = 0, i;

	while (x > 0.5) {
		x /= 2;
		halvings++;
	}
	for (i = 1; i <= 12; i++) {
		term *= -x / i;
		sum += term;
	}
	for (; halvings > 0; halvings--)
		sum *= sum;
	return sum;
}

uint64_t tm_poisson_weight(uint64_t size, uint64_t mean)
{
	double x = (double)size / (double)mean;

	if (x > 40) /* certain, as far as a double can tell */
		return size;
	/* Near 0 the quotient loses its digits: mean * x / (1 - exp(-x)). */
	if (x < 1e-3)
		return (uint64_t)((double)mean * (1 + x / 2 + x * x / 12) +
				  0.5);
	return (uint64_t)((double)size / (1 - exp_minus(x)) + 0.5);
}
