/*
 * assertion.c - a test program that must fail: its assertion does not hold.
 */
#include <criterion/criterion.h>

Test(canary, asserts_what_is_not_so)
{
	volatile int one = 1;

	cr_assert_eq(one, 2);
}
