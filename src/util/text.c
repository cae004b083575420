#include "util/text.h"

#include <stdio.h>
#include <string.h>

#include "util/width.h"

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
	return second >= low && second <= high;
}

size_t tm_text_read(uint32_t *out, const char *text)
{
	const unsigned char *byte = (const unsigned char *)text;
	uint32_t character;
	size_t length, i;

	*out = byte[0];
	if (byte[0] < 0x80)
		return byte[0] != 0;
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
	character = byte[0] & (0x7fu >> length);
	for (i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (byte[i] & 0x3fu);
	}
	*out = character;
	return length;
}

int tm_text_is_hidden(uint32_t character)
{
	static const uint32_t ranges[][2] = {
		{0x00, 0x1f},	    {0x7f, 0x9f},	{0xad, 0xad},
		{0x34f, 0x34f},	    {0x61c, 0x61c},	{0x115f, 0x1160},
		{0x17b4, 0x17b5},   {0x180b, 0x180f},	{0x200b, 0x200f},
		{0x2028, 0x202e},   {0x2060, 0x206f},	{0x3164, 0x3164},
		{0xfe00, 0xfe0f},   {0xfeff, 0xfeff},	{0xffa0, 0xffa0},
		{0xfff0, 0xfffb},   {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
		{0xe0000, 0xe0fff},
	};
	size_t i = 0;

	while (i < sizeof(ranges) / sizeof(*ranges) && character > ranges[i][1])
		i++;
	return i < sizeof(ranges) / sizeof(*ranges) &&
	       character >= ranges[i][0];
}

void tm_text_clean(char *text)
{
	char *out = text;

	while (*text) {
		uint32_t character;
		size_t length = tm_text_read(&character, text);

		if (length == 0 || tm_text_is_hidden(character)) {
			*out++ = '?';
			text += length ? length : 1;
			continue;
		}
		while (length-- > 0)
			*out++ = *text++;
	}
	*out = '\0';
}

size_t tm_text_step(unsigned int *width, const char *text)
{
	uint32_t character;
	size_t length = tm_text_read(&character, text);

	*width = length ? tm_character_width(character) : 1;
	return length || !*text ? length : 1;
}

int tm_text_is_clean(const char *text)
{
	while (*text) {
		uint32_t character;
		size_t length = tm_text_read(&character, text);

		if (length == 0 || tm_text_is_hidden(character))
			return 0;
		text += length;
	}
	return 1;
}

size_t tm_text_width(const char *text)
{
	unsigned int width;
	size_t sum = 0;

	for (; *text; sum += width)
		text += tm_text_step(&width, text);
	return sum;
}

size_t tm_text_fit(const char *text, size_t columns)
{
	unsigned int width;
	size_t length, at = 0;

	while (text[at]) {
		length = tm_text_step(&width, text + at);
		if (width > columns)
			break;
		columns -= width;
		at += length;
	}
	return at;
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
