/*
 * buf.h - a growing run of bytes.
 *
 * Purpose:   message bodies, lines and command lines without fixed limits.
 * Ownership: the bytes belong to the buffer; tm_buf_release() gives them back.
 *            A buffer that has grown keeps its capacity, so reuse is free of
 *            allocation.
 * Errors:    TM_ENOMEM; the content then stays as it was.
 */
#ifndef TM_UTIL_BUF_H
#define TM_UTIL_BUF_H

#include <stdarg.h>

#include "util/alloc.h"

struct tm_buf {
	struct tm_alloc *alloc; /* borrowed */
	char *bytes;		/* NUL after `length` once anything is stored */
	size_t length;
	size_t capacity;
};

void tm_buf_init(struct tm_buf *buf, struct tm_alloc *alloc);
void tm_buf_release(struct tm_buf *buf);

/* Forget the content, keep the capacity. */
void tm_buf_clear(struct tm_buf *buf);

TM_CHECK enum tm_rc tm_buf_add(struct tm_buf *buf, const void *bytes,
			       size_t length);
TM_CHECK enum tm_rc tm_buf_add_text(struct tm_buf *buf, const char *text);
TM_CHECK enum tm_rc tm_buf_printf(struct tm_buf *buf, const char *format, ...)
	TM_PRINTF(2, 3);

#endif
