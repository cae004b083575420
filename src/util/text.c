#include "util/text.h"

#include <stdio.h>
#include <string.h>

/* The range of a character's second byte: narrower after some first bytes, so
 * that overlong forms, surrogates and numbers above U+10FFFF are refused. */
static int is_second(unsigned char first, unsigned char second)
{
	unsigned char low = 0x80, high = 0xbf;

	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	else if (first == 0xc2) /* U+0080 to U+009F are control characters */
		low = 0xa0;
	return second >= low && second <= high;
}

/* Bytes of the well-formed printable character at `text`; 0 for none. */
static size_t character_length(const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t length, i;

	if (byte[0] < 0x80)
		return byte[0] >= ' ' && byte[0] != 0x7f;
	if (byte[0] >= 0xc2 && byte[0] <= 0xdf)
		length = 2;
	else if ((byte[0] & 0xf0) == 0xe0)
		length = 3;
	else if (byte[0] >= 0xf0 && byte[0] <= 0xf4)
		length = 4;
	else
		return 0;
	if (!is_second(byte[0], byte[1]))
		return 0;
	for (i = 2; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	}
	return length;
}

void tm_text_clean(char *text)
{
	while (*text) {
		size_t length = character_length(text);

		if (length == 0) {
			*text = '?';
			length = 1;
		}
		text += length;
	}
}

size_t tm_text_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

const char *tm_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

int tm_text_matches(const char *text, const char *pattern)
{
	size_t front = strcspn(pattern, "*");

	if (!pattern[front])
		return strcmp(text, pattern) == 0;
	return strncmp(text, pattern, front) == 0;
}

const char *tm_text_clean_copy(char out[TM_TEXT_MAX], const char *text)
{
	snprintf(out, TM_TEXT_MAX, "%s", text);
	tm_text_clean(out);
	return out;
}
