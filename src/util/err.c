#include "util/err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

enum tm_rc tm_fail(struct tm_err *err, enum tm_rc rc, const char *format, ...)
{
	va_list args;

	if (!err)
		return rc;
	err->rc = rc;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	tm_text_clean(err->text);
	return rc;
}

enum tm_rc tm_fail_errno(struct tm_err *err, int saved_errno,
			 const char *format, ...)
{
	enum tm_rc rc = saved_errno == ENOMEM ? TM_ENOMEM : TM_ESYSTEM;
	size_t used;
	va_list args;

	if (!err)
		return rc;
	err->rc = rc;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	used = strlen(err->text);
	snprintf(err->text + used, sizeof(err->text) - used, ": %s",
		 strerror(saved_errno));
	tm_text_clean(err->text);
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
