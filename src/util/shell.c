#include "util/shell.h"

#include <string.h>

struct text {
	char *out;
	size_t size;
	size_t used;
	int is_full;
};

static void put(struct text *text, const char *piece)
{
	size_t length = strlen(piece);

	if (text->is_full || text->used + length >= text->size) {
		text->is_full = 1;
		return;
	}
	memcpy(text->out + text->used, piece, length + 1);
	text->used += length;
}

static int is_plain(const char *word)
{
	return *word &&
	       word[strspn(
		       word,
		       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		       "0123456789_-+=./:,@%")] == '\0';
}

int tm_shell_add(char *out, size_t size, const char *word)
{
	size_t before = strlen(out);
	struct text text = {.out = out, .size = size, .used = before};
	char one[2] = {0};

	if (before)
		put(&text, " ");
	if (is_plain(word)) {
		put(&text, word);
	} else {
		put(&text, "'");
		for (; *word; word++) {
			one[0] = *word;
			put(&text, *word == '\'' ? "'\\''" : one);
		}
		put(&text, "'");
	}
	if (text.is_full)
		out[before] = '\0';
	return !text.is_full;
}
