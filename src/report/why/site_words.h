/*
 * site_words.h - an allocation site in the words of one who reads code.
 *
 * Purpose:   which of a stack's frames matters, and how it is called.
 * Ownership: the JSON (struct tm_run, sites) is borrowed.
 * Errors:    what has no name is shown as its module and offset.
 */
#ifndef TM_REPORT_WHY_SITE_WORDS_H
#define TM_REPORT_WHY_SITE_WORDS_H

#include <jansson.h>
#include <stddef.h>

#define TM_FRAME_WORDS_MAX 512

/* "leak_large  server.c:31", "libfoo.so+0x12ab". */
void tm_frame_words(char out[TM_FRAME_WORDS_MAX], const json_t *frame);

/* "main  producer.py:41", of a line of an interpreter's stack. */
void tm_script_words(char out[TM_FRAME_WORDS_MAX], const char *line);

/* Whether a frame belongs to the allocator, the C library or the library that
 * samples: the caller is what matters. */
int tm_frame_is_plumbing(const json_t *frame);

/* Whether a line of an interpreter's stack is in a library of others. */
int tm_script_is_library(const char *line);

/* Where the frames that matter begin. */
size_t tm_site_first_frame(const json_t *site);

/* Bytes that a site grew by for one iteration, and the standard error; 0 when
 * that is not known. */
int tm_site_rate(const json_t *sites, const json_t *site, double *rate,
		 double *error);

#endif
