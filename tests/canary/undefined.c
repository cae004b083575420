/*
 * undefined.c - a test program that must fail: a signed sum overflows, which
 * only UndefinedBehaviorSanitizer notices.
 */
#include <criterion/criterion.h>
#include <limits.h>

Test(canary, overflows_an_int)
{
	volatile int largest = INT_MAX;
	volatile int sum = largest + 1;

	cr_assert_lt(sum, largest);
}
