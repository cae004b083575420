#include "marks/pipe_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int tm_pipe_name(char name[TM_PIPE_NAME_MAX], int fd)
{
	struct stat info;

	if (fstat(fd, &info) != 0 || !S_ISFIFO(info.st_mode))
		return 0;
	snprintf(name, TM_PIPE_NAME_MAX, "pipe:[%llu]",
		 (unsigned long long)info.st_ino);
	return 1;
}

int tm_pipe_is_named(int fd, const char *variable)
{
	const char *wanted = getenv(variable);
	char name[TM_PIPE_NAME_MAX];

	return wanted && tm_pipe_name(name, fd) && strcmp(name, wanted) == 0;
}
