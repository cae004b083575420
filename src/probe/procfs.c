#include "probe/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int tm_procfs_open(pid_t pid, const char *file, int flags)
{
	char path[64];

	if (pid)
		snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
	else
		snprintf(path, sizeof(path), "/proc/self/%s", file);
	return open(path, flags | O_RDONLY | O_CLOEXEC);
}

size_t tm_procfs_read(int fd, char *text, size_t size)
{
	ssize_t got = pread(fd, text, size - 1, 0);

	if (got <= 0)
		return 0;
	text[got] = '\0';
	return (size_t)got;
}

size_t tm_procfs_read_at(int folder_fd, const char *file, char *text,
			 size_t size)
{
	int fd = openat(folder_fd, file, O_RDONLY | O_CLOEXEC);
	int saved_errno;
	size_t got;

	if (fd < 0)
		return 0;
	errno = 0;
	got = tm_procfs_read(fd, text, size);
	saved_errno = errno;
	close(fd);
	errno = saved_errno;
	return got;
}

int tm_procfs_find(const char *text, const char *key, uint64_t *out)
{
	const char *line = strstr(text, key);

	if (!line)
		return 0;
	*out = strtoull(line + strlen(key), NULL, 10);
	return 1;
}

int tm_procfs_find_kib(const char *text, const char *key, uint64_t *out)
{
	if (!tm_procfs_find(text, key, out))
		return 0;
	*out *= 1024u;
	return 1;
}

void tm_procfs_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
