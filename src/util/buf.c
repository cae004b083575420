#include "util/buf.h"

#include <stdio.h>
#include <string.h>

void tm_buf_init(struct tm_buf *buf, struct tm_alloc *alloc)
{
	buf->alloc = alloc;
	buf->bytes = NULL;
	buf->length = 0;
	buf->capacity = 0;
}

void tm_buf_release(struct tm_buf *buf)
{
	tm_free(buf->alloc, buf->bytes, buf->capacity);
	tm_buf_init(buf, buf->alloc);
}

void tm_buf_clear(struct tm_buf *buf)
{
	buf->length = 0;
	if (buf->bytes)
		buf->bytes[0] = '\0';
}

/* Room for `more` bytes and the NUL after them. */
static enum tm_rc reserve(struct tm_buf *buf, size_t more)
{
	size_t capacity = buf->capacity ? buf->capacity : 64;
	char *bytes;

	if (buf->length + more + 1 <= buf->capacity)
		return TM_OK;
	while (capacity < buf->length + more + 1)
		capacity *= 2;
	bytes = tm_realloc(buf->alloc, buf->bytes, buf->capacity, capacity);
	if (!bytes)
		return TM_ENOMEM;
	buf->bytes = bytes;
	buf->capacity = capacity;
	return TM_OK;
}

enum tm_rc tm_buf_add(struct tm_buf *buf, const void *bytes, size_t length)
{
	enum tm_rc rc = reserve(buf, length);

	if (rc != TM_OK)
		return rc;
	if (length)
		memcpy(buf->bytes + buf->length, bytes, length);
	buf->length += length;
	buf->bytes[buf->length] = '\0';
	return TM_OK;
}

enum tm_rc tm_buf_add_text(struct tm_buf *buf, const char *text)
{
	return tm_buf_add(buf, text, strlen(text));
}

enum tm_rc tm_buf_printf(struct tm_buf *buf, const char *format, ...)
{
	va_list args;
	enum tm_rc rc;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		return TM_EINTERNAL;
	rc = reserve(buf, (size_t)length);
	if (rc != TM_OK)
		return rc;
	va_start(args, format);
	vsnprintf(buf->bytes + buf->length, (size_t)length + 1, format, args);
	va_end(args);
	buf->length += (size_t)length;
	return TM_OK;
}
