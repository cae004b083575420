/*
 * passthrough.h - a program's output, read on its way to where it goes.
 *
 * Purpose:   stand between a program and tidemark's own stdout or stderr:
 *            every byte is passed on unchanged and in order, and can be read.
 * Ownership: tm_passthrough_open() opens descriptors that
 *            tm_passthrough_close() closes; the one that is written to is
 *            borrowed.
 * Errors:    TM_ESYSTEM when no terminal or pipe can be made.
 *
 * Nothing here blocks.  When the reader behind tidemark is slow, no more is
 * read from the program than one buffer: the program then waits, as it would
 * without tidemark.  When what it prints cannot be written, as to a pipe that
 * nothing reads or to a full disk, the next read closes its side: the program's
 * own writes fail then.  Those to a terminal fail with EIO, without a SIGPIPE.
 *
 * A pseudo-terminal keeps the program's stdio flushing at each line; it is
 * raw, so that no byte is changed, and has the size of tidemark's own.
 */
#ifndef TM_SUBPROCESS_PASSTHROUGH_H
#define TM_SUBPROCESS_PASSTHROUGH_H

#include <poll.h>
#include <stddef.h>

#include "util/err.h"

enum tm_passthrough_type { TM_PASSTHROUGH_TERMINAL, TM_PASSTHROUGH_PIPE };

struct tm_passthrough {
	int program_fd; /* for the program; close it when it has started */
	int in_fd;	/* -1: the program's end is closed */
	int out_fd;	/* -1: nowhere */
	int own_out;	/* out_fd was opened here, as it must not block */
	int is_terminal;
	int failure;   /* errno of a write, after which all is closed; 0 */
	size_t length; /* bytes that were read */
	size_t sent;   /* and of those, went on */
	char bytes[65536];
};

/* A zeroed struct may be closed.  `out_fd` -1: it goes nowhere. */
TM_CHECK enum tm_rc tm_passthrough_open(struct tm_passthrough *out,
					enum tm_passthrough_type type,
					int out_fd, struct tm_err *err);
void tm_passthrough_close(struct tm_passthrough *passthrough);

/* The program has its end now. */
void tm_passthrough_started(struct tm_passthrough *passthrough);

/* What to wait for: something to read, or room to write. */
struct pollfd tm_passthrough_wait(const struct tm_passthrough *passthrough);

/* Read when all that was read has gone on.  Returns how many bytes there are
 * in `bytes`; they must be used before the next call. */
size_t tm_passthrough_read(struct tm_passthrough *passthrough);

/* Let go on what can. */
void tm_passthrough_write(struct tm_passthrough *passthrough);

/* Whether bytes wait for their reader. */
int tm_passthrough_is_waiting(const struct tm_passthrough *passthrough);

/* The terminal may have another size by now. */
void tm_passthrough_resize(const struct tm_passthrough *passthrough);

#endif
