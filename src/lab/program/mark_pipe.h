/*
 * mark_pipe.h - the pipe on which a scenario program reports to tidemark.
 *
 * Purpose:   find the file descriptor that tidemark passed, and write whole
 *            lines of the marks protocol to it.
 * Ownership: the descriptor is inherited and stays open until the program ends.
 * Errors:    none: when tidemark is gone, the program runs on without it.
 */
#ifndef TM_LAB_PROGRAM_MARK_PIPE_H
#define TM_LAB_PROGRAM_MARK_PIPE_H

#include <stddef.h>

struct tm_mark_pipe {
	int fd; /* -1: the program is not measured */
};

void tm_mark_pipe_open(struct tm_mark_pipe *mark_pipe);
int tm_mark_pipe_is_open(const struct tm_mark_pipe *mark_pipe);

/* Send `length` bytes as they are. */
void tm_mark_pipe_send(struct tm_mark_pipe *mark_pipe, const char *bytes,
		       size_t length);

/* Send the line "KEYWORD TEXT". */
void tm_mark_pipe_send_line(struct tm_mark_pipe *mark_pipe, const char *keyword,
			    const char *text);

#endif
