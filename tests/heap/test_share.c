/*
 * How much of a run's time its collections may take.
 */
#include <criterion/criterion.h>

#include "heap/share.h"

#define MS 1000000u

/* Ask as soon as that is allowed, from 1 s on; returns how many of the questions
 * began in the last half. */
static unsigned int ask(struct tm_share *share, unsigned int run_ms,
			unsigned int cost_ms, unsigned int *count)
{
	unsigned int at = 0, late = 0;

	*count = 0;
	while (at < run_ms) {
		if (!tm_share_allows(share, (uint64_t)(1000 + at) * MS)) {
			at++;
			continue;
		}
		late += at >= run_ms / 2;
		++*count;
		tm_share_spend(share, (uint64_t)(1000 + at) * MS,
			       (uint64_t)(1000 + at + cost_ms) * MS);
		at += cost_ms + 1;
	}
	return late;
}

Test(share, holds_over_a_long_run)
{
	struct tm_share share = {.most = .05, .rate = 14};
	unsigned int count;

	ask(&share, 120000, 25, &count);
	cr_expect_leq(share.spent_ns, 6025ull * MS);
	cr_expect_geq(count, 238, "%u", count);
	share = (struct tm_share){.most = .05, .rate = 14};
	ask(&share, 60000, 25, &count);
	cr_expect_leq(share.spent_ns, 3025ull * MS);
}

Test(share, leaves_a_short_run_the_least_that_it_needs)
{
	struct tm_share share = {.most = .05, .rate = 14};
	unsigned int late, count;

	late = ask(&share, 5000, 25, &count);
	cr_expect(count >= 54 && count <= 57, "%u", count);
	cr_expect_geq(late, 9, "%u", late);
}

Test(share, leaves_slow_questions_less)
{
	struct tm_share share = {.most = .05, .rate = 14};
	unsigned int count;

	ask(&share, 5000, 120, &count);
	cr_expect_leq(share.spent_ns, (250 + 1581 + 120) * (uint64_t)MS);
	cr_expect_geq(count, 14, "%u", count);
}

Test(share, leaves_the_last_half_as_much_at_any_length)
{
	unsigned int length, late, count;

	for (length = 1000; length <= 64000; length *= 2) {
		struct tm_share share = {.most = .01, .rate = 14};

		late = ask(&share, length, 20, &count);
		cr_expect_geq(late, 9, "%u of %u ms", late, length);
	}
}

Test(share, of_more_is_taken_at_once)
{
	struct tm_share share = {.most = .5, .rate = 14};
	unsigned int count;

	ask(&share, 5000, 25, &count);
	cr_expect(count >= 98 && count <= 102, "%u", count);
}

Test(share, is_counted_from_the_first_question)
{
	struct tm_share share = {.most = .05, .rate = 14};
	unsigned int count;

	tm_share_spend(&share, 1, 600ull * MS);
	cr_expect_not(tm_share_allows(&share, 601ull * MS));
	tm_share_restart(&share);
	cr_expect(tm_share_allows(&share, 601ull * MS));
	ask(&share, 5000, 25, &count);
	cr_expect_geq(count, 50);
}
