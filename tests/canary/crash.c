/*
 * crash.c - a test program that must fail: its test ends by a signal.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

Test(canary, aborts)
{
	abort();
}
