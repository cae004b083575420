#include "util/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/clock.h"

#define BUFFER_BYTES   65536
#define LINE_MAX_BYTES 1024

struct tm_trace {
	int fd;
	int failure; /* errno of a write; nothing is written after it */
	uint64_t start_ns;
	size_t length;
	char bytes[BUFFER_BYTES];
};

struct tm_trace *tm_trace_file;

enum tm_rc tm_trace_open(const char *path, struct tm_err *err)
{
	struct tm_trace *trace = malloc(sizeof(*trace));

	if (!trace)
		return tm_fail(err, TM_ENOMEM, "no memory for a trace");
	trace->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (trace->fd < 0) {
		tm_fail_errno(err, errno, "cannot open '%.200s' (%s)", path,
			      TM_TRACE_VARIABLE);
		free(trace);
		if (err)
			err->rc = TM_EUSAGE;
		return TM_EUSAGE;
	}
	trace->failure = 0;
	trace->length = 0;
	trace->start_ns = tm_clock_ns();
	tm_trace_file = trace;
	return TM_OK;
}

void tm_trace_flush(void)
{
	struct tm_trace *trace = tm_trace_file;
	size_t sent = 0;

	while (trace && sent < trace->length && !trace->failure) {
		ssize_t written = write(trace->fd, trace->bytes + sent,
					trace->length - sent);

		if (written >= 0)
			sent += (size_t)written;
		else if (errno != EINTR)
			trace->failure = errno;
	}
	if (trace)
		trace->length = 0;
}

enum tm_rc tm_trace_close(struct tm_err *err)
{
	struct tm_trace *trace = tm_trace_file;
	int failure;

	if (!trace)
		return TM_OK;
	tm_trace_flush();
	failure = trace->failure;
	if (close(trace->fd) != 0 && !failure)
		failure = errno;
	tm_trace_file = NULL;
	free(trace);
	if (failure)
		return tm_fail_errno(err, failure, "cannot write %s",
				     TM_TRACE_VARIABLE);
	return TM_OK;
}

void tm_trace_set_start(uint64_t start_ns)
{
	if (tm_trace_file)
		tm_trace_file->start_ns = start_ns;
}

const char *tm_trace_text(char out[TM_TRACE_TEXT_MAX], const char *text)
{
	size_t i;

	for (i = 0; i + 1 < TM_TRACE_TEXT_MAX && text[i]; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < ' ' || byte == 0x7f || byte == '"')
			out[i] = '?';
		else
			out[i] = text[i];
	}
	out[i] = '\0';
	return out;
}

const char *tm_trace_count(char out[TM_TRACE_COUNT_MAX], const char *key,
			   int is_there, uint64_t value)
{
	*out = '\0';
	if (is_there)
		snprintf(out, TM_TRACE_COUNT_MAX, " %s=%llu", key,
			 (unsigned long long)value);
	return out;
}

/* A line that is too long is cut, and still ends in a newline. */
void tm_trace_write(const char *event, const char *format, ...)
{
	struct tm_trace *trace = tm_trace_file;
	size_t room = LINE_MAX_BYTES - 1, used;
	uint64_t time_ns;
	va_list args;
	char *line;
	int length;

	if (!trace || trace->failure)
		return;
	if (trace->length + LINE_MAX_BYTES > BUFFER_BYTES)
		tm_trace_flush();
	line = trace->bytes + trace->length;
	time_ns = tm_clock_ns() - trace->start_ns;
	length = snprintf(line, room, "%llu.%06llu %s%s",
			  (unsigned long long)(time_ns / 1000000000u),
			  (unsigned long long)(time_ns / 1000u % 1000000u),
			  event, *format ? " " : "");
	used = length > 0 && (size_t)length < room ? (size_t)length : 0;
	va_start(args, format);
	length = vsnprintf(line + used, room - used, format, args);
	va_end(args);
	if (length > 0)
		used += (size_t)length < room - used ? (size_t)length
						     : room - used - 1;
	line[used++] = '\n';
	trace->length += used;
}
