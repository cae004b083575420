/*
 * width.h - how many columns of a terminal a character takes.
 *
 * Purpose:   columns line up, and lines are cut, by what is seen: an accent
 *            over a letter takes none, a Chinese character or an emoji two.
 * Ownership: nothing is kept.
 * Units:     columns.
 * Errors:    none.
 * Source:    Unicode 14: general categories Mn and Me, and the second half of
 *            a Hangul syllable, take none; East_Asian_Width W and F take two.
 */
#ifndef TM_UTIL_WIDTH_H
#define TM_UTIL_WIDTH_H

#include <stdint.h>

/* 0, 1 or 2. */
unsigned int tm_character_width(uint32_t character);

#endif
