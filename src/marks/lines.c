#include "marks/lines.h"

#include <string.h>

#include "util/amount.h"

/* A report with a census of every type has some KiB. */
#define LINE_MAX_BYTES (4 * TM_MIB)

void tm_lines_init(struct tm_lines *lines, tm_line_found *found, void *context)
{
	memset(lines, 0, sizeof(*lines));
	lines->found = found;
	lines->context = context;
	tm_alloc_init(&lines->alloc);
	tm_buf_init(&lines->partial, &lines->alloc);
}

void tm_lines_release(struct tm_lines *lines)
{
	tm_buf_release(&lines->partial);
}

static enum tm_rc end_line(struct tm_lines *lines, struct tm_err *err)
{
	struct tm_buf *partial = &lines->partial;
	const char *line = partial->length ? partial->bytes : "";
	const char *problem = NULL;
	enum tm_rc rc;

	lines->count++;
	if (lines->overlong)
		problem = "longer than 4 MiB";
	else if (strlen(line) != partial->length)
		problem = "it holds a NUL byte";
	rc = lines->found(lines->context, problem ? NULL : line, problem, err);
	lines->overlong = 0;
	tm_buf_clear(partial);
	return rc;
}

enum tm_rc tm_lines_feed(struct tm_lines *lines, const char *bytes,
			 size_t length, struct tm_err *err)
{
	const char *end = bytes + length;
	enum tm_rc rc = TM_OK;

	while (bytes < end && rc == TM_OK) {
		const char *newline =
			memchr(bytes, '\n', (size_t)(end - bytes));
		size_t part = (size_t)((newline ? newline : end) - bytes);

		if (lines->partial.length + part > LINE_MAX_BYTES)
			lines->overlong = 1;
		if (!lines->overlong &&
		    tm_buf_add(&lines->partial, bytes, part) != TM_OK)
			return tm_fail(err, TM_ENOMEM,
				       "no memory for a line of marks");
		if (newline)
			rc = end_line(lines, err);
		bytes += part + (newline != NULL);
	}
	return rc;
}

int tm_lines_is_cut(const struct tm_lines *lines)
{
	return lines->partial.length > 0 || lines->overlong;
}
