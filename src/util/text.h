/*
 * text.h - text that comes from outside, made safe to print and to store.
 *
 * Purpose:   names of runs, programs, files and types, and whatever a program
 *            wrote, may hold any byte; a terminal, a JSON file and a sentence
 *            need one line of valid UTF-8 that looks as it reads.
 * Ownership: text is changed in place, or borrowed.
 * Units:     widths in columns of a terminal.
 * Errors:    none.
 * Source:    Unicode 14, Default_Ignorable_Code_Point and Bidi_Control; its
 *            technical reports 36 and 39 on text that deceives.
 */
#ifndef TM_UTIL_TEXT_H
#define TM_UTIL_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The character that `text` begins with, and its bytes; 0 bytes at its end and
 * where that is not UTF-8. */
size_t tm_text_read(uint32_t *out, const char *text);

/*
 * Whether a character is not seen as itself: control characters, ends of lines
 * and paragraphs, what is invisible (zero-width blanks, fillers, tags), and
 * what turns the order of the text around.  The joiner inside an emoji and the
 * variation selector behind one belong here too: they are drawn one or two
 * columns wide, or as several emoji, by each terminal differently.
 */
int tm_text_is_hidden(uint32_t character);

/* Replace hidden characters, and bytes that are not UTF-8, by a '?' each. */
void tm_text_clean(char *text);

/* Whether tm_text_clean() leaves it as it is. */
int tm_text_is_clean(const char *text);

/* Copy `text`, cleaned and cut to fit; returns `out`. */
#define TM_TEXT_MAX 512
const char *tm_text_clean_copy(char out[TM_TEXT_MAX], const char *text);

/* Bytes of the first character, and its width; a byte that is not UTF-8 is one
 * column wide. */
size_t tm_text_step(unsigned int *width, const char *text);

/* How wide a clean text is. */
size_t tm_text_width(const char *text);

/* Bytes of `text` that fit into `columns`. */
size_t tm_text_fit(const char *text, size_t columns);

/* What stands after the last '/' of a path; the whole path where nothing does.
 */
const char *tm_base_name(const char *path);

/* Whether `text` is `pattern`, where a star at the end stands for any ending.
 */
int tm_text_matches(const char *text, const char *pattern);

#endif
