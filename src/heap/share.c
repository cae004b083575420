#include "heap/share.h"

#include <math.h>

/* As many in the first part of a second as in the next two, four, ... */
#define FIRST_PART 10

int tm_share_allows(const struct tm_share *share, uint64_t now_ns)
{
	double seconds = (double)(now_ns - share->first_ns) / 1e9;
	double beyond = (double)share->spent_ns / 1e9 - share->most * seconds;

	if (share->count == 0 || beyond <= 0)
		return 1;
	return (double)share->count <
		       1 + share->rate * log1p(FIRST_PART * seconds) &&
	       beyond <= sqrt(seconds / 2);
}

void tm_share_spend(struct tm_share *share, uint64_t from_ns, uint64_t to_ns)
{
	if (share->count++ == 0)
		share->first_ns = from_ns;
	share->spent_ns += to_ns - from_ns;
}

void tm_share_restart(struct tm_share *share)
{
	*share = (struct tm_share){.most = share->most, .rate = share->rate};
}
