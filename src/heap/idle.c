#include "heap/idle.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "util/proc_stat.h"

void tm_idle_read(struct tm_idle *idle, pid_t pid)
{
	char path[40], text[1024];
	struct tm_proc_stat stat;
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
	if (!tm_proc_stat_read(&stat, text))
		return;
	idle->ticks = stat.used_ticks;
	idle->is_asleep = stat.state == 'S';
}

int tm_idle_is_since(const struct tm_idle *now, const struct tm_idle *then)
{
	return now->is_asleep && then->is_asleep && now->ticks == then->ticks;
}
