#include "memory.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEVER UINT64_MAX

/* More requests than any test makes. */
#define SWEEP_MAX 20000

enum who { OWN, JSON };

static enum who refused = OWN; /* whose requests are counted */
static uint64_t left = NEVER;  /* requests until one is refused */
static int stays_short;	       /* and all that follow are */
static int was_refused;

/* --- requests ------------------------------------------------------------- */

/* By the linker: __wrap_X() is called for X(), and __real_X() is X(). */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
char *__real_strdup(const char *text);
int __real_vasprintf(char **out, const char *format, va_list args);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);
int __wrap_vasprintf(char **out, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static int is_refused(enum who asks)
{
	if (left == NEVER || asks != refused)
		return 0;
	if (left > 0) {
		left--;
		return 0;
	}
	was_refused = 1;
	if (!stays_short)
		left = NEVER;
	return 1;
}

void *__wrap_malloc(size_t size)
{
	return is_refused(OWN) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return is_refused(OWN) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size)
{
	return is_refused(OWN) ? NULL : __real_realloc(block, size);
}

char *__wrap_strdup(const char *text)
{
	return is_refused(OWN) ? NULL : __real_strdup(text);
}

int __wrap_vasprintf(char **out, const char *format, va_list args)
{
	if (!is_refused(OWN))
		return __real_vasprintf(out, format, args);
	*out = NULL;
	return -1;
}

static void *json_request(size_t size)
{
	return is_refused(JSON) ? NULL : __real_malloc(size);
}

/* --- what is kept --------------------------------------------------------- */

extern int mallctl(const char *name, void *old_value, size_t *old_size,
		   void *new_value, size_t new_size) __attribute__((weak));

/* Bytes that this thread has, as far as jemalloc knows; AddressSanitizer's
 * builds find leaks by themselves. */
static int64_t net_bytes(void)
{
	uint64_t taken = 0, given = 0;
	size_t size = sizeof(taken);

	if (!mallctl ||
	    mallctl("thread.allocated", &taken, &size, NULL, 0) != 0 ||
	    mallctl("thread.deallocated", &given, &size, NULL, 0) != 0)
		return 0;
	return (int64_t)(taken - given);
}

static int count_open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* The second time: the first one may fill what libraries keep. */
void memory_expect_nothing_kept(void (*does)(void))
{
	int64_t bytes;
	int files;

	does();
	count_open_files();
	bytes = net_bytes();
	files = count_open_files();
	does();
	cr_expect_eq(count_open_files(), files);
	cr_expect_eq(net_bytes(), bytes, "%lld bytes stay",
		     (long long)(net_bytes() - bytes));
}

/* --- sweeps --------------------------------------------------------------- */

/* With request `nth` refused; 0 when `does` made fewer. */
static int refuse_one(memory_user *does, enum who asks, uint64_t nth,
		      int may_return_any)
{
	unsigned long long which = nth;
	int64_t bytes = net_bytes();
	struct tm_err err = {0};
	enum tm_rc rc;

	refused = asks;
	was_refused = 0;
	left = nth;
	rc = does(&err);
	left = NEVER;
	bytes = net_bytes() - bytes;
	cr_expect_eq(bytes, 0, "request %llu refused: %lld bytes stay", which,
		     (long long)bytes);
	if (!was_refused) {
		cr_assert_eq(rc, TM_OK, "%s", err.text);
		return 0;
	}
	cr_expect(rc == TM_ENOMEM || may_return_any ||
			  (asks == JSON && rc == TM_OK),
		  "request %llu refused gives %d: %s", which, rc, err.text);
	cr_expect((rc == TM_OK) == (*err.text == '\0'),
		  "request %llu refused gives %d: %s", which, rc, err.text);
	return 1;
}

static void sweep(memory_user *does, enum who asks, int may_return_any)
{
	struct tm_err err = {0};
	uint64_t nth = 0;
	int files;

	json_set_alloc_funcs(json_request, free);
	cr_assert_eq(does(&err), TM_OK, "%s", err.text);
	files = count_open_files();
	for (stays_short = 0; stays_short < 2; stays_short++) {
		nth = 0;
		while (refuse_one(does, asks, nth, may_return_any))
			cr_assert_lt(++nth, SWEEP_MAX);
		cr_assert(nth > 0 || may_return_any, "nothing was asked for");
	}
	cr_expect_eq(count_open_files(), files);
}

void memory_sweep(memory_user *does)
{
	sweep(does, OWN, 0);
}

void memory_sweep_json(memory_user *does)
{
	sweep(does, JSON, 0);
}

void memory_survive(memory_user *does)
{
	sweep(does, OWN, 1);
	sweep(does, JSON, 1);
}
