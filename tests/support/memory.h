/*
 * memory.h - what happens when memory runs out, and whether all is given back.
 *
 * Purpose:   fail one request for memory after another, each alone and each with
 *            all that follow, and see that each failure is reported and keeps
 *            nothing.
 * Ownership: none; `does` cleans up after itself, whether it succeeds or not.
 * Errors:    what is not as expected fails the test that asks.
 * Source:    the test programs are linked with --wrap for malloc(), calloc(),
 *            realloc(), strdup() and vasprintf(), which reaches tidemark's own
 *            requests; Jansson is told to use them as well.  What libc asks for
 *            inside fopen() and the like does not fail.
 */
#ifndef TM_TESTS_SUPPORT_MEMORY_H
#define TM_TESTS_SUPPORT_MEMORY_H

#include <stdint.h>

#include "util/err.h"

typedef enum tm_rc memory_user(struct tm_err *err);

/* `does` succeeds with all memory there is; with any one of its own requests
 * refused, or with all from that one on, it fails with TM_ENOMEM and a text, and
 * keeps nothing. */
void memory_sweep(memory_user *does);

/* The same with the requests that Jansson makes for it; it may also get through
 * without what was refused. */
void memory_sweep_json(memory_user *does);

/* Any one request may be refused, tidemark's own or Jansson's, or all from that
 * one on: whatever `does` returns, it keeps nothing.  For what may lose a part, or takes what Jansson
 * could not read for a file that is none. */
void memory_survive(memory_user *does);

/* `does` leaves no memory and no open file behind. */
void memory_expect_nothing_kept(void (*does)(void));

#endif
