#include "results/jemalloc_version.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Digits at `text`; those of a number of a version are few. */
static size_t count_digits(const char *text)
{
	size_t n = 0;

	while (n < 4 && isdigit((unsigned char)text[n]))
		n++;
	return n;
}

/* The length of the version that stands at `text`, whose end is a zero, or 0. */
static size_t version_length(const char *text)
{
	static const char after[] = "..--";
	static const size_t commit_digits = 40;
	size_t length = 0, digits;
	const char *c;

	for (c = after; *c; c++) {
		digits = count_digits(text + length);
		if (digits == 0 || text[length + digits] != *c)
			return 0;
		length += digits + 1;
	}
	if (text[length++] != 'g' ||
	    strspn(text + length, "0123456789abcdef") != commit_digits)
		return 0;
	length += commit_digits;
	return text[length] == '\0' ? length : 0;
}

/* The version among the whole texts that end before `end`, or NULL. */
static const char *find_version(const char *text, const char *end)
{
	size_t length;

	for (; text < end; text += strnlen(text, (size_t)(end - text)) + 1) {
		length = version_length(text);
		if (length && text + length < end)
			return text;
	}
	return NULL;
}

int tm_jemalloc_version(const char *path, char out[TM_JEMALLOC_VERSION_SIZE])
{
	/* The end of each part is kept before the next: a version may begin
	 * there.  What the first zero of it ends has begun earlier. */
	char part[TM_JEMALLOC_VERSION_SIZE + (64 << 10) + 1];
	const char *version = NULL, *first = part;
	size_t kept = 0, length;
	FILE *file = fopen(path, "re");

	while (file && !version) {
		length = fread(part + kept, 1, sizeof(part) - kept - 1, file);
		if (length == 0)
			break;
		length += kept;
		part[length] = '\0';
		version = find_version(first, part + length);
		if (version)
			memcpy(out, version, strlen(version) + 1);
		kept = length < TM_JEMALLOC_VERSION_SIZE
			       ? length
			       : TM_JEMALLOC_VERSION_SIZE;
		memmove(part, part + length - kept, kept);
		first = part + strnlen(part, kept);
	}
	if (file)
		fclose(file);
	return version != NULL;
}
