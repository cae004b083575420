/*
 * subject.h - what the parts of the test program share.
 *
 * Purpose:   check a figure, and end with what was wrong.
 * Errors:    the first thing that is wrong ends the program with 1.
 */
#ifndef TM_TESTS_PRELOAD_SUBJECT_H
#define TM_TESTS_PRELOAD_SUBJECT_H

#include <stdint.h>

struct tm_area;

/* Of this process. */
extern struct tm_area *area;

void must(int holds, const char *what, int64_t is, int64_t wanted);
void must_equal(const char *what, int64_t is, int64_t wanted);

#endif
