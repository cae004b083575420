/*
 * disk.h - what happens when the disk is full, broken or read-only.
 *
 * Purpose:   fail one call after another of those that make, write, flush and
 *            rename files, and see that each failure is reported.
 * Ownership: none; `does` cleans up after itself, whether it succeeds or not.
 * Errors:    what is not as expected fails the test that asks.
 * Source:    the test programs are linked with --wrap for the calls below, which
 *            reaches tidemark's own; those that libc makes inside do not fail.
 */
#ifndef TM_TESTS_SUPPORT_DISK_H
#define TM_TESTS_SUPPORT_DISK_H

#include "util/err.h"

enum disk_call {
	DISK_FOPEN,
	DISK_FFLUSH,
	DISK_FSYNC,
	DISK_FCLOSE, /* closes all the same */
	DISK_RENAME,
	DISK_MKDIR,
	DISK_CALLS
};

typedef enum tm_rc disk_user(struct tm_err *err);

/* `does` succeeds; with any one of its calls failed by EIO it fails with
 * TM_ESYSTEM and a text that says so. */
void disk_sweep(disk_user *does);

/* The next such call fails with `error`. */
void disk_refuse(enum disk_call call, int error);
/* Whether it was made; it fails no more then, made or not. */
int disk_was_refused(void);

#endif
