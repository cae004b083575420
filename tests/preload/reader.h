/*
 * reader.h - read the areas of test programs, from inside or from outside.
 *
 * Purpose:   the sums of a process, without allocating anything, so that a
 *            program can read its own.
 * Ownership: an area stays mapped until the reader ends.
 * Errors:    NULL where there is no such area.
 */
#ifndef TM_TESTS_PRELOAD_READER_H
#define TM_TESTS_PRELOAD_READER_H

#include <stdint.h>
#include <sys/types.h>

#include "preload/area.h"

/* The area of process `pid`, image `generation`, in `folder`. */
struct tm_area *reader_open(const char *folder, pid_t pid, uint32_t generation);

/* The caller's own; its newest image. */
struct tm_area *reader_open_own(void);

/* Allocated less freed, over all threads. */
int64_t reader_net_bytes(const struct tm_area *area);
int64_t reader_net_blocks(const struct tm_area *area);

/* Files in `folder`. */
unsigned int reader_count_areas(const char *folder);

#endif
