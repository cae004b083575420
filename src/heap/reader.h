/*
 * reader.h - text that arrives in pieces, line by line.
 *
 * Purpose:   files of /proc and answers of a socket can be long, and are read
 *            without holding them whole.
 * Ownership: the reader is plain memory; a line is lent for the call.
 * Units:     bytes.
 * Errors:    a line longer than TM_READER_LINE_MAX is cut there.
 */
#ifndef TM_HEAP_READER_H
#define TM_HEAP_READER_H

#include <stddef.h>
#include <sys/types.h>

#define TM_READER_LINE_MAX 1024

/* A line without its newline.  Returns whether to go on. */
typedef int (*tm_reader_fn)(void *context, char *line);

/* Zeroed memory but for the two first is a reader at its beginning. */
struct tm_reader {
	tm_reader_fn take;
	void *context;
	char line[TM_READER_LINE_MAX + 1];
	size_t length;
	int is_done; /* the taker wants no more */
};

/* Hand on the lines that these bytes complete. */
void tm_reader_feed(struct tm_reader *reader, const char *bytes, size_t length);

/* Hand on what stands behind the last newline. */
void tm_reader_end(struct tm_reader *reader);

/* All lines of /proc/PID/NAME.  Returns whether it could be read. */
int tm_reader_process(pid_t pid, const char *name, tm_reader_fn take,
		      void *context);

#endif
