/*
 * suggest.h - the word that was probably meant.
 *
 * Purpose:   "did you mean" for mistyped commands, flags, keys and names.
 * Ownership: the word is borrowed, the best candidate copied.
 * Errors:    none: `best` is empty where nothing is close enough.
 */
#ifndef TM_UTIL_SUGGEST_H
#define TM_UTIL_SUGGEST_H

#include <stddef.h>

struct tm_suggest {
	const char *word;
	char best[64]; /* so far, or "" when none is close enough */
	size_t distance;
};

/* Find what is close to `word`: offer candidates, then read `best`.  A
 * candidate is close when a third of its letters, at most, would have to
 * change (swapped neighbours count once). */
void tm_suggest_init(struct tm_suggest *suggest, const char *word);
void tm_suggest_offer(struct tm_suggest *suggest, const char *candidate);

/* " (did you mean 'best'?)" in `out`, or "". */
void tm_suggest_text(const struct tm_suggest *suggest, char *out, size_t size);

#endif
