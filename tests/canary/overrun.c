/*
 * overrun.c - a test program that must fail: it reads past the end of a block,
 * which only AddressSanitizer notices.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(canary, reads_past_the_end)
{
	char *block = calloc(1, 100);
	volatile size_t past = 100;

	cr_assert_not_null(block);
	cr_expect(block[past] == 0 || block[past] != 0);
	free(block);
}
