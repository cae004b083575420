/*
 * tidemark_mark.h - tell tidemark that an iteration is done.
 *
 * Purpose:   one line in a program of yours: tm_mark(n) after the n-th
 *            iteration.  Not under `tidemark exec`, it does nothing at all.
 *            The header needs no library; copy it where you like.
 * Units:     iterations, counted from 1.
 * Errors:    none: a mark that cannot be written is lost, and errno is left as
 *            it was.
 * Threads:   any thread may mark; a line is written in one piece.  With
 *            --mark-ack one thread at a time, as the answers are not addressed.
 */
#ifndef TIDEMARK_MARK_H
#define TIDEMARK_MARK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The descriptor that environment variable `name` holds, or -1. */
static inline int tm_mark_descriptor(const char *name)
{
	const char *text = getenv(name);

	return text && *text ? (int)strtol(text, NULL, 10) : -1;
}

/* `iteration` iterations are done. */
static inline void tm_mark(unsigned long long iteration)
{
	static int fd = -2, answer_fd;
	int error = errno, length;
	char line[32];

	if (fd == -2) {
		answer_fd = tm_mark_descriptor("TIDEMARK_ACK_FD");
		fd = tm_mark_descriptor("TIDEMARK_FD");
	}
	if (fd < 0)
		return;
	length = snprintf(line, sizeof(line), "mark %llu\n", iteration);
	if (write(fd, line, (size_t)length) == length && answer_fd >= 0) {
		/* Wait until the sample has been taken. */
		while (read(answer_fd, line, 1) < 0 && errno == EINTR)
			;
	}
	errno = error;
}

#endif
