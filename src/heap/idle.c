#include "heap/idle.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Behind the name, which may contain anything, in the order of proc(5). */
static int read_fields(struct tm_idle *idle, const char *text)
{
	uint64_t user, system;
	char state;

	text = strrchr(text, ')');
	if (!text || sscanf(text,
			    ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
			    "%*u %" SCNu64 " %" SCNu64,
			    &state, &user, &system) != 3)
		return 0;
	idle->ticks = user + system;
	idle->is_asleep = state == 'S';
	return 1;
}

void tm_idle_read(struct tm_idle *idle, pid_t pid)
{
	char path[40], text[1024];
	ssize_t size;
	int fd;

	*idle = (struct tm_idle){0};
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[size > 0 ? size : 0] = '\0';
	if (!read_fields(idle, text))
		*idle = (struct tm_idle){0};
}

int tm_idle_is_since(const struct tm_idle *now, const struct tm_idle *then)
{
	return now->is_asleep && then->is_asleep && now->ticks == then->ticks;
}
