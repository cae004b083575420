#include "explain/label.h"

#include <stdio.h>
#include <string.h>

#include "explain/row.h"

/* Bytes of the well-formed UTF-8 character at `text`; 0 when there is none.
 * Overlong forms and surrogates are left to the reader: they break no line. */
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
	for (i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	}
	/* U+0080 to U+009F are control characters too. */
	if (byte[0] == 0xc2 && byte[1] < 0xa0)
		return 0;
	return length;
}

void tm_label_clean(char *text)
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

size_t tm_label_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

void tm_label_make(char label[TM_LABEL_MAX], const struct tm_run *run)
{
	const char *rules = tm_row_text(run, "rules");

	if (rules && !strstr(run->name, rules))
		snprintf(label, TM_LABEL_MAX, "%.70s/%s", run->name, rules);
	else
		snprintf(label, TM_LABEL_MAX, "%s", run->name);
	tm_label_clean(label);
}
