#include "heap/reader.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void hand_on(struct tm_reader *reader)
{
	reader->line[reader->length] = '\0';
	reader->length = 0;
	if (!reader->take(reader->context, reader->line))
		reader->is_done = 1;
}

void tm_reader_feed(struct tm_reader *reader, const char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length && !reader->is_done; i++) {
		if (bytes[i] == '\n')
			hand_on(reader);
		else if (reader->length < TM_READER_LINE_MAX)
			reader->line[reader->length++] = bytes[i];
	}
}

void tm_reader_end(struct tm_reader *reader)
{
	if (reader->length > 0 && !reader->is_done)
		hand_on(reader);
}

int tm_reader_process(pid_t pid, const char *name, tm_reader_fn take,
		      void *context)
{
	struct tm_reader reader = {.take = take, .context = context};
	char path[64], bytes[16 * 1024];
	ssize_t got = 1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (got > 0 && !reader.is_done) {
		got = read(fd, bytes, sizeof(bytes));
		if (got > 0)
			tm_reader_feed(&reader, bytes, (size_t)got);
	}
	tm_reader_end(&reader);
	close(fd);
	return got >= 0;
}
