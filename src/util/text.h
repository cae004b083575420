/*
 * text.h - text that comes from outside, made safe to print and to store.
 *
 * Purpose:   names of runs, programs, files and types, and whatever a program
 *            wrote, may hold any byte; a terminal, a JSON file and a sentence
 *            need one line of valid UTF-8 without control characters.
 * Ownership: text is changed in place, or borrowed.
 * Errors:    none.
 */
#ifndef TM_UTIL_TEXT_H
#define TM_UTIL_TEXT_H

#include <stddef.h>

/* Replace control characters, and bytes that are not UTF-8, by '?'. */
void tm_text_clean(char *text);

/* Copy `text`, cleaned and cut to fit; returns `out`. */
#define TM_TEXT_MAX 512
const char *tm_text_clean_copy(char out[TM_TEXT_MAX], const char *text);

/* Characters in `text`, which is valid UTF-8: its width on a terminal. */
size_t tm_text_width(const char *text);

/* What stands after the last '/' of a path; the whole path where nothing does.
 */
const char *tm_base_name(const char *path);

/* Whether `text` is `pattern`, where a star at the end stands for any ending.
 */
int tm_text_matches(const char *text, const char *pattern);

#endif
