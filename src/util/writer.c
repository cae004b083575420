#include "util/writer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tm_writer_put_bytes(struct tm_writer *writer, const char *bytes,
			 size_t length)
{
	if (writer->rc == TM_OK)
		writer->rc = tm_buf_add(writer->out, bytes, length);
}

void tm_writer_put(struct tm_writer *writer, const char *text)
{
	tm_writer_put_bytes(writer, text, strlen(text));
}

void tm_writer_put_blanks(struct tm_writer *writer, size_t count)
{
	while (count-- > 0)
		tm_writer_put_bytes(writer, " ", 1);
}

void tm_writer_printf(struct tm_writer *writer, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	if (writer->rc != TM_OK)
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0) {
		text = NULL; /* it is undefined after a failure */
		writer->rc = TM_ENOMEM;
	} else {
		tm_writer_put(writer, text);
	}
	va_end(args);
	free(text);
}

void tm_writer_put_coloured(struct tm_writer *writer, const char *colour,
			    const char *text)
{
	int coloured = writer->colour && *colour && *text;

	tm_writer_put(writer, coloured ? colour : "");
	tm_writer_put(writer, text);
	tm_writer_put(writer, coloured ? "\033[0m" : "");
}

enum tm_rc tm_writer_close(const struct tm_writer *writer, const char *what,
			   struct tm_err *err)
{
	if (writer->rc != TM_OK)
		return tm_fail(err, writer->rc, "no memory for %s", what);
	return TM_OK;
}
