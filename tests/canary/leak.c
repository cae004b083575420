/*
 * leak.c - a test program that must fail: its only test loses memory.
 *
 * Criterion 2.4 calls a leaking test passed.  The checks rely on
 * AddressSanitizer and scripts/run-tests to fail it all the same; should this
 * program ever pass, leaks in the other tests would go unnoticed too.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(canary, loses_a_block)
{
	char *volatile block = malloc(100);

	cr_assert_not_null(block);
	block = NULL;
}
