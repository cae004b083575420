#include <criterion/criterion.h>

#include "lab/transport/backoff.h"

Test(backoff, begins_at_once_doubles_and_ends)
{
	static const int32_t wanted[] = {0, 50, 100, 200, 400, 800, 1600, 1600};
	struct tm_backoff backoff = {0};
	uint32_t i;

	for (i = 0; i < TM_BACKOFF_ATTEMPTS; i++)
		cr_assert_eq(tm_backoff_next(&backoff), wanted[i], "%u", i);
	cr_assert_eq(tm_backoff_next(&backoff), -1);
	cr_assert_not(tm_backoff_wait(&backoff));
}
