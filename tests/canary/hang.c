/*
 * hang.c - a test program that never ends.
 */
#include <criterion/criterion.h>
#include <unistd.h>

Test(canary, never_ends)
{
	for (;;)
		pause();
}
