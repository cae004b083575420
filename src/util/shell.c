#include "util/shell.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

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

static void put_quoted(struct text *text, const char *word)
{
	char one[2] = {0};

	put(text, "'");
	for (; *word; word++) {
		one[0] = *word;
		put(text, *word == '\'' ? "'\\''" : one);
	}
	put(text, "'");
}

static void put_printf(struct text *text, const char *word)
{
	char one[8];

	put(text, "\"$(printf '");
	for (; *word; word++) {
		unsigned char byte = (unsigned char)*word;

		if (byte < ' ' || byte > '~' || strchr("'\\%", byte))
			snprintf(one, sizeof(one), "\\%03o", byte);
		else
			snprintf(one, sizeof(one), "%c", byte);
		put(text, one);
	}
	put(text, "')\"");
}

int tm_shell_add(char *out, size_t size, const char *word)
{
	size_t before = strlen(out);
	struct text text = {.out = out, .size = size, .used = before};

	if (before)
		put(&text, " ");
	if (is_plain(word))
		put(&text, word);
	else if (tm_text_is_clean(word))
		put_quoted(&text, word);
	else if (word[strlen(word) - 1] == '\n')
		text.is_full = 1;
	else
		put_printf(&text, word);
	if (text.is_full)
		out[before] = '\0';
	return !text.is_full;
}

int tm_shell_add_path(char *out, size_t size, const char *path)
{
	char word[PATH_MAX + 2];

	if (*path != '-')
		return tm_shell_add(out, size, path);
	return (size_t)snprintf(word, sizeof(word), "./%s", path) <
		       sizeof(word) &&
	       tm_shell_add(out, size, word);
}
