/*
 * skip.c - a test program that skips its only test, as a live test does when
 * there is no server.  It must fail where skipping is not allowed.
 */
#include <criterion/criterion.h>

Test(canary, skips)
{
	cr_skip_test("there is no server");
}
