#include "marks/pattern.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum tm_rc tm_pattern_open(struct tm_pattern *pattern, const char *expression,
			   tm_pattern_found *found, void *context,
			   struct tm_err *err)
{
	char why[160];
	int code;

	memset(pattern, 0, sizeof(*pattern));
	pattern->found = found;
	pattern->context = context;
	if (!expression || !*expression)
		return tm_fail(err, TM_EUSAGE,
			       "--mark-regex: an empty regular expression "
			       "matches every line");
	code = regcomp(&pattern->regex, expression, REG_EXTENDED);
	if (code != 0) {
		regerror(code, &pattern->regex, why, sizeof(why));
		return tm_fail(err, TM_EUSAGE,
			       "--mark-regex: cannot read the regular "
			       "expression '%.120s': %s",
			       expression, why);
	}
	pattern->has_group = pattern->regex.re_nsub > 0;
	return TM_OK;
}

void tm_pattern_close(struct tm_pattern *pattern)
{
	regfree(&pattern->regex);
}

/* The whole number that `length` bytes are; 0 when they are none. */
static int read_number(const char *bytes, size_t length, uint64_t *out)
{
	char digits[24];
	size_t i;

	if (length == 0 || length >= sizeof(digits))
		return 0;
	for (i = 0; i < length; i++) {
		if (!isdigit((unsigned char)bytes[i]))
			return 0;
		digits[i] = bytes[i];
	}
	digits[length] = '\0';
	errno = 0;
	*out = strtoull(digits, NULL, 10);
	return errno == 0;
}

/* Whether the match of a line with a group tells an iteration. */
static int take_group(struct tm_pattern *pattern, const char *line,
		      const regmatch_t *group, uint64_t *out)
{
	const char *bytes = line + (group->rm_so < 0 ? 0 : group->rm_so);
	size_t length =
		group->rm_so < 0 ? 0 : (size_t)(group->rm_eo - group->rm_so);

	if (read_number(bytes, length, out))
		return 1;
	if (pattern->not_numbers++ == 0)
		snprintf(pattern->not_number, sizeof(pattern->not_number),
			 "%.*s", (int)(length < 20 ? length : 20), bytes);
	return 0;
}

/* The bytes of an escape sequence that sets colours, ESC [ 3 3 m; 0: none. */
static size_t colour_length(const char *bytes, size_t length)
{
	size_t i = 2;

	if (length < 3 || bytes[0] != '\033' || bytes[1] != '[')
		return 0;
	while (i < length && (isdigit((unsigned char)bytes[i]) ||
			      bytes[i] == ';' || bytes[i] == ':'))
		i++;
	return i < length && bytes[i] == 'm' ? i + 1 : 0;
}

/* A program colours what it writes to a terminal, which its output is; the
 * expression is of what is read. */
static void strip_colours(struct tm_pattern_line *line)
{
	size_t kept = 0, i = 0, colour;

	if (!memchr(line->bytes, '\033', line->length))
		return;
	while (i < line->length) {
		colour = colour_length(line->bytes + i, line->length - i);
		if (colour)
			i += colour;
		else
			line->bytes[kept++] = line->bytes[i++];
	}
	line->length = kept;
}

static int matches_line(struct tm_pattern *pattern,
			struct tm_pattern_line *line, regmatch_t match[2])
{
	strip_colours(line);
	match[0] = (regmatch_t){0, (regoff_t)line->length};
	match[1] = (regmatch_t){-1, -1};
	/* REG_STARTEND needs no end, but AddressSanitizer looks for one. */
	line->bytes[line->length] = '\0';
	return regexec(&pattern->regex, line->bytes, 2, match, REG_STARTEND) ==
	       0;
}

static enum tm_rc end_line(struct tm_pattern *pattern,
			   struct tm_pattern_line *line, struct tm_err *err)
{
	regmatch_t match[2];
	uint64_t iteration;
	int matches;

	if (line->overlong)
		pattern->overlong_lines++;
	matches = matches_line(pattern, line, match);
	line->length = 0;
	line->overlong = 0;
	if (!matches)
		return TM_OK;
	iteration = ++pattern->matches;
	if (pattern->has_group &&
	    !take_group(pattern, line->bytes, &match[1], &iteration))
		return TM_OK;
	return pattern->found(pattern->context, iteration, err);
}

/* How many of `length` bytes come before the end of a line. */
static size_t find_end(const char *bytes, size_t length)
{
	size_t i = 0;

	while (i < length && bytes[i] != '\n' && bytes[i] != '\r')
		i++;
	return i;
}

enum tm_rc tm_pattern_feed(struct tm_pattern *pattern,
			   struct tm_pattern_line *line, const char *bytes,
			   size_t length, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	while (length > 0 && rc == TM_OK) {
		size_t part = find_end(bytes, length);
		size_t room = sizeof(line->bytes) - 1 - line->length;
		size_t taken = part < room ? part : room;
		int ends = part < length;
		int is_rest = part == 0 && line->length == 0 &&
			      line->after_return && bytes[0] == '\n';

		memcpy(line->bytes + line->length, bytes, taken);
		line->length += taken;
		line->overlong |= taken < part;
		line->after_return = ends && bytes[part] == '\r';
		if (ends && !is_rest)
			rc = end_line(pattern, line, err);
		bytes += part + (size_t)ends;
		length -= part + (size_t)ends;
	}
	return rc;
}

enum tm_rc tm_pattern_end(struct tm_pattern *pattern,
			  struct tm_pattern_line *line, struct tm_err *err)
{
	if (line->length == 0)
		return TM_OK;
	return end_line(pattern, line, err);
}
