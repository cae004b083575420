/*
 * site_text.h - the names of an allocation site and its frames.
 *
 * Purpose:   find the frame of a stack that matters, and format frames.
 * Ownership: sites and frames are borrowed.
 * Errors:    what has no name is shown as its module and offset.
 */
#ifndef TM_REPORT_WHY_SITE_TEXT_H
#define TM_REPORT_WHY_SITE_TEXT_H

#include <stddef.h>

#include "results/sites.h"

#define TM_FRAME_TEXT_MAX 512

/* "leak_large  server.c:31", "libfoo.so+0x12ab". */
void tm_frame_text(char out[TM_FRAME_TEXT_MAX],
		   const struct tm_run_frame *frame);

/* "main  producer.py:41", of a line of an interpreter's stack. */
void tm_script_frame_text(char out[TM_FRAME_TEXT_MAX], const char *line);

/* Whether a frame belongs to the allocator, the C library or the library that
 * samples: the caller is what matters. */
int tm_frame_is_plumbing(const struct tm_run_frame *frame);

/* Where the frames that matter begin. */
size_t tm_site_first_frame(const struct tm_run_site *site);

/* Bytes that a site grew by for one iteration, and the standard error; 0 when
 * that is not known. */
int tm_site_rate(const struct tm_run_sites *sites,
		 const struct tm_run_site *site, double *rate, double *error);

/* Bytes that a site grew by from the first third to the last. */
double tm_site_growth(const struct tm_run_site *site);

#endif
