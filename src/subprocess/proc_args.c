#include "subprocess/proc_args.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What follows these bytes is not kept. */
#define STRINGS_BYTES_MAX (256 * 1024)

static void path_of(char *out, size_t size, pid_t pid, const char *name)
{
	snprintf(out, size, "/proc/%ld/%s", (long)pid, name);
}

/* Up to `size` bytes; how many there were. */
static size_t read_all(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = 1;

	while (fd >= 0 && got > 0 && length < size) {
		got = read(fd, out + length, size - length);
		if (got > 0)
			length += (size_t)got;
	}
	if (fd >= 0)
		close(fd);
	return length;
}

static size_t count_ends(const char *bytes, size_t length)
{
	size_t count = 0, i;

	for (i = 0; i < length; i++)
		count += bytes[i] == '\0';
	return count;
}

char **tm_process_strings(pid_t pid, const char *name)
{
	char path[64];
	char *bytes = malloc(STRINGS_BYTES_MAX + 1);
	char **strings = NULL;
	size_t length, count, i;
	char *string;

	if (!bytes)
		return NULL;
	path_of(path, sizeof(path), pid, name);
	length = read_all(path, bytes, STRINGS_BYTES_MAX);
	bytes[length++] = '\0';
	count = count_ends(bytes, length);
	strings = malloc((count + 1) * sizeof(*strings) + length);
	if (strings) {
		string = (char *)(strings + count + 1);
		memcpy(string, bytes, length);
		for (i = 0; i < count; i++) {
			strings[i] = string;
			string += strlen(string) + 1;
		}
		/* The end of the last string, not a string. */
		strings[count - (*strings[count - 1] == '\0')] = NULL;
	}
	free(bytes);
	return strings;
}

int tm_process_link(pid_t pid, const char *name, char *out, size_t size)
{
	char path[64];
	ssize_t length;

	path_of(path, sizeof(path), pid, name);
	length = readlink(path, out, size - 1);
	if (length < 0)
		return 0;
	out[length] = '\0';
	return 1;
}
