/* glibc's backtrace() is libgcc's unwinder, which reads the same tables by
 * other code: both must see the same callers. */
#include <criterion/criterion.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

#include "preload/stack.h"

#define FRAMES 60

static uint64_t ours[FRAMES];
static uint32_t our_depth;
static void *theirs[FRAMES];
static int their_depth;

/* The library's own frames are left out, and these tests are linked with it: a
 * stack begins in libc, which calls back. */
static int take_both(const void *a, const void *b)
{
	our_depth = tm_stack_take(ours, FRAMES);
	their_depth = backtrace(theirs, FRAMES);
	return a < b ? -1 : a > b;
}

static void take_from_libc(void)
{
	int numbers[3] = {3, 1, 2};

	qsort(numbers, 3, sizeof(*numbers), take_both);
}

static void expect_the_same(uint32_t at_least)
{
	int first = 0;
	uint32_t i;

	cr_assert_geq(our_depth, at_least);
	while (first < their_depth && (uint64_t)theirs[first] != ours[0])
		first++;
	cr_assert_eq((uint32_t)(their_depth - first), our_depth);
	for (i = 0; i < our_depth; i++)
		cr_expect_eq((uint64_t)theirs[first + (int)i], ours[i], "%u",
			     i);
}

static void start(void)
{
	tm_stack_start();
}

TestSuite(stack, .init = start);

Test(stack, is_what_backtrace_sees)
{
	take_from_libc();
	expect_the_same(5);
	take_from_libc(); /* out of the cache now */
	expect_the_same(5);
}

/* Frames of many sizes, some of them aligned, so that they are found from rbp
 * or through an expression. */
__attribute__((noinline)) static int deep(int depth, volatile char *above)
{
	_Alignas(64) volatile char aligned[64];
	volatile char *sized = __builtin_alloca((size_t)(depth % 7) * 40 + 1);

	aligned[0] = sized[0] = *above;
	if (depth == 0)
		take_from_libc();
	else
		deep(depth - 1, depth % 2 ? aligned : sized);
	return aligned[0] + sized[0];
}

Test(stack, goes_through_frames_of_any_size)
{
	volatile char top = 1;

	deep(30, &top);
	expect_the_same(35);
}

static void *in_thread(void *argument)
{
	take_from_libc();
	return argument;
}

Test(stack, is_what_backtrace_sees_in_a_thread)
{
	pthread_t thread;

	pthread_create(&thread, NULL, in_thread, NULL);
	pthread_join(thread, NULL);
	expect_the_same(3);
}

static ucontext_t back;

static void in_coroutine(void)
{
	take_from_libc();
}

/* Of a stack that it does not know it takes what it can be sure of. */
Test(stack, stays_within_a_stack_that_it_does_not_know)
{
	static _Alignas(4096) char memory[65536];
	ucontext_t other;

	getcontext(&other);
	other.uc_stack.ss_sp = memory;
	other.uc_stack.ss_size = sizeof(memory);
	other.uc_link = &back;
	makecontext(&other, in_coroutine, 0);
	swapcontext(&back, &other);
	cr_assert_geq(our_depth, 1);
	cr_expect_leq(our_depth, (uint32_t)their_depth);
}

static volatile sig_atomic_t taken;

static void on_signal(int number)
{
	(void)number;
	our_depth = tm_stack_take(ours, FRAMES);
	taken = taken + 1;
}

/* Wherever the program is, also in the middle of a prologue. */
Test(stack, may_be_asked_by_a_signals_handler)
{
	struct sigaction action = {.sa_handler = on_signal};
	int i;

	sigaction(SIGUSR1, &action, NULL);
	for (i = 0; i < 1000; i++)
		raise(SIGUSR1);
	cr_expect_eq(taken, 1000);
}

Test(stack, takes_no_more_than_it_is_given_room_for)
{
	uint64_t two[3] = {0, 0, 77};
	volatile char top = 1;

	deep(5, &top);
	cr_expect_leq(tm_stack_take(two, 2), 2);
	cr_expect_eq(two[2], 77);
}

Test(stack, forgets)
{
	take_from_libc();
	tm_stack_forget();
	take_from_libc();
	expect_the_same(5);
}
