#include "lab/program/mark_pipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "marks/pipe_name.h"
#include "marks/protocol.h"

#define FD_MAX (1 << 20)

void tm_mark_pipe_open(struct tm_mark_pipe *mark_pipe)
{
	const char *text = getenv(TM_MARK_FD_VARIABLE);
	char *end;
	long fd;

	mark_pipe->fd = -1;
	if (!text || text[0] == '\0')
		return;
	fd = strtol(text, &end, 10);
	if (*end == '\0' && fd >= 0 && fd < FD_MAX &&
	    tm_pipe_is_named((int)fd, TM_MARK_PIPE_VARIABLE))
		mark_pipe->fd = (int)fd;
}

int tm_mark_pipe_is_open(const struct tm_mark_pipe *mark_pipe)
{
	return mark_pipe->fd >= 0;
}

void tm_mark_pipe_send(struct tm_mark_pipe *mark_pipe, const char *bytes,
		       size_t length)
{
	size_t sent = 0;

	while (mark_pipe->fd >= 0 && sent < length) {
		ssize_t done =
			write(mark_pipe->fd, bytes + sent, length - sent);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			/* tidemark has ended: run on without it. */
			mark_pipe->fd = -1;
			return;
		}
		sent += (size_t)done;
	}
}

void tm_mark_pipe_send_line(struct tm_mark_pipe *mark_pipe, const char *keyword,
			    const char *text)
{
	tm_mark_pipe_send(mark_pipe, keyword, strlen(keyword));
	tm_mark_pipe_send(mark_pipe, " ", 1);
	tm_mark_pipe_send(mark_pipe, text, strlen(text));
	tm_mark_pipe_send(mark_pipe, "\n", 1);
}
