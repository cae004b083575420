#include "util/err.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

/* A path and the sentence about it. */
#define WHOLE_MAX (PATH_MAX + 400)

static int is_inside_character(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* A long path is shortened in its middle: how the sentence begins and how it
 * ends, with the reason, is what has to be read. */
static void store(struct tm_err *err, const char *whole)
{
	static const char gap[] = "...";
	size_t length = strlen(whole), room = sizeof(err->text) - sizeof(gap);
	size_t head = room / 2, tail = length - (room - head);

	if (length < sizeof(err->text)) {
		memcpy(err->text, whole, length + 1);
	} else {
		while (head > 0 && is_inside_character(whole[head]))
			head--;
		while (is_inside_character(whole[tail]))
			tail++;
		snprintf(err->text, sizeof(err->text), "%.*s%s%s", (int)head,
			 whole, gap, whole + tail);
	}
	tm_text_clean(err->text);
}

enum tm_rc tm_fail(struct tm_err *err, enum tm_rc rc, const char *format, ...)
{
	char whole[WHOLE_MAX];
	va_list args;

	if (!err)
		return rc;
	err->rc = rc;
	va_start(args, format);
	vsnprintf(whole, sizeof(whole), format, args);
	va_end(args);
	store(err, whole);
	return rc;
}

enum tm_rc tm_fail_errno(struct tm_err *err, int saved_errno,
			 const char *format, ...)
{
	enum tm_rc rc = saved_errno == ENOMEM ? TM_ENOMEM : TM_ESYSTEM;
	const char *reason = strerror(saved_errno);
	char whole[WHOLE_MAX];
	size_t used;
	va_list args;

	if (!err)
		return rc;
	err->rc = rc;
	va_start(args, format);
	vsnprintf(whole, sizeof(whole) - strlen(reason) - 2, format, args);
	va_end(args);
	used = strlen(whole);
	snprintf(whole + used, sizeof(whole) - used, ": %s", reason);
	store(err, whole);
	return rc;
}

enum tm_exit tm_rc_exit(enum tm_rc rc)
{
	switch (rc) {
	case TM_OK:
		return TM_EXIT_PASS;
	case TM_EUSAGE:
		return TM_EXIT_USAGE;
	case TM_EINTERNAL:
		return TM_EXIT_DEFECT;
	case TM_ENOMEM:
	case TM_ESYSTEM:
	case TM_EUNAVAILABLE:
	case TM_ETIMEOUT:
		return TM_EXIT_UNMEASURED;
	}
	return TM_EXIT_DEFECT;
}
