#include "disk.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More calls than any test makes. */
#define SWEEP_MAX 1000

static int armed;	       /* a call is going to fail */
static int left;	       /* calls before it */
static enum disk_call failing; /* DISK_CALLS: any */
static int failure;	       /* its errno */

/* --- calls ---------------------------------------------------------------- */

/* By the linker: __wrap_X() is called for X(), and __real_X() is X(). */
FILE *__real_fopen(const char *path, const char *mode);
FILE *__real_fopen64(const char *path, const char *mode);
int __real_fflush(FILE *file);
int __real_fsync(int fd);
int __real_fclose(FILE *file);
int __real_rename(const char *from, const char *to);
int __real_mkdir(const char *path, mode_t mode);

FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
int __wrap_fflush(FILE *file);
int __wrap_fsync(int fd);
int __wrap_fclose(FILE *file);
int __wrap_rename(const char *from, const char *to);
int __wrap_mkdir(const char *path, mode_t mode);

static int is_refused(enum disk_call call)
{
	if (!armed || (failing != DISK_CALLS && failing != call))
		return 0;
	if (left > 0) {
		left--;
		return 0;
	}
	armed = 0;
	errno = failure;
	return 1;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	return is_refused(DISK_FOPEN) ? NULL : __real_fopen(path, mode);
}

FILE *__wrap_fopen64(const char *path, const char *mode)
{
	return is_refused(DISK_FOPEN) ? NULL : __real_fopen64(path, mode);
}

int __wrap_fflush(FILE *file)
{
	return is_refused(DISK_FFLUSH) ? EOF : __real_fflush(file);
}

int __wrap_fsync(int fd)
{
	return is_refused(DISK_FSYNC) ? -1 : __real_fsync(fd);
}

int __wrap_fclose(FILE *file)
{
	int closed;

	if (!is_refused(DISK_FCLOSE))
		return __real_fclose(file);
	closed = __real_fclose(file);
	errno = failure;
	return closed == 0 ? EOF : closed;
}

int __wrap_rename(const char *from, const char *to)
{
	return is_refused(DISK_RENAME) ? -1 : __real_rename(from, to);
}

int __wrap_mkdir(const char *path, mode_t mode)
{
	return is_refused(DISK_MKDIR) ? -1 : __real_mkdir(path, mode);
}

/* --- failing -------------------------------------------------------------- */

static void arm(enum disk_call call, int before, int error)
{
	failing = call;
	left = before;
	failure = error;
	armed = 1;
}

void disk_refuse(enum disk_call call, int error)
{
	arm(call, 0, error);
}

int disk_was_refused(void)
{
	int was = !armed;

	armed = 0;
	return was;
}

/* With call `nth` failed; 0 when `does` made fewer. */
static int refuse_one(disk_user *does, int nth)
{
	struct tm_err err = {0};
	enum tm_rc rc;

	arm(DISK_CALLS, nth, EIO);
	rc = does(&err);
	if (!disk_was_refused()) {
		cr_assert_eq(rc, TM_OK, "%s", err.text);
		return 0;
	}
	cr_expect_eq(rc, TM_ESYSTEM, "call %d failed gives %d: %s", nth, rc,
		     err.text);
	cr_expect_not_null(strstr(err.text, strerror(EIO)),
			   "call %d failed gives %d: %s", nth, rc, err.text);
	return 1;
}

void disk_sweep(disk_user *does)
{
	int nth = 0;

	while (refuse_one(does, nth))
		cr_assert_lt(++nth, SWEEP_MAX);
	cr_assert_gt(nth, 0, "no call was made");
}
