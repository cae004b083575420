#include "util/suggest.h"

#include <stdio.h>
#include <string.h>

/* Longer words are compared by their first letters. */
#define LETTERS_MAX 31

void tm_suggest_init(struct tm_suggest *suggest, const char *word)
{
	suggest->word = word;
	suggest->best[0] = '\0';
	suggest->distance = 0;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Damerau's distance: insertions, deletions, changes and swaps of neighbours.
 */
static size_t distance(const char *a, const char *b)
{
	size_t cost[LETTERS_MAX + 1][LETTERS_MAX + 1];
	size_t a_length = strnlen(a, LETTERS_MAX);
	size_t b_length = strnlen(b, LETTERS_MAX);
	size_t i, j;

	for (i = 0; i <= a_length; i++)
		cost[i][0] = i;
	for (j = 0; j <= b_length; j++)
		cost[0][j] = j;
	for (i = 1; i <= a_length; i++) {
		for (j = 1; j <= b_length; j++) {
			size_t change = a[i - 1] != b[j - 1];

			cost[i][j] = smaller(
				smaller(cost[i - 1][j] + 1, cost[i][j - 1] + 1),
				cost[i - 1][j - 1] + change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				cost[i][j] = smaller(cost[i][j],
						     cost[i - 2][j - 2] + 1);
		}
	}
	return cost[a_length][b_length];
}

void tm_suggest_offer(struct tm_suggest *suggest, const char *candidate)
{
	size_t letters = strnlen(candidate, LETTERS_MAX);
	size_t away = distance(suggest->word, candidate);

	if (away > (letters < 3 ? 1 : (letters + 2) / 3))
		return;
	if (suggest->best[0] && away >= suggest->distance)
		return;
	snprintf(suggest->best, sizeof(suggest->best), "%s", candidate);
	suggest->distance = away;
}

void tm_suggest_text(const struct tm_suggest *suggest, char *out, size_t size)
{
	if (suggest->best[0])
		snprintf(out, size, " (did you mean '%s'?)", suggest->best);
	else if (size)
		*out = '\0';
}
