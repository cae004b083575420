#include "symbols/perf_map.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ENTRIES_MAX 1000000u

static int add_entry(struct tm_perf_map *map, size_t *capacity,
		     const struct tm_perf_entry *entry)
{
	struct tm_perf_entry *grown;

	if (map->count == *capacity) {
		*capacity = *capacity ? 2 * *capacity : 1024;
		grown = realloc(map->entries, *capacity * sizeof(*grown));
		if (!grown)
			return 0;
		map->entries = grown;
	}
	map->entries[map->count++] = *entry;
	return 1;
}

/* "START SIZE name with blanks", both in hexadecimal. */
static int read_line(struct tm_perf_map *map, size_t *capacity, char *line)
{
	struct tm_perf_entry entry;
	unsigned long long start, size;
	int name = 0;

	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line, "%llx %llx %n", &start, &size, &name) < 2 || !name)
		return 1;
	entry.start = start;
	entry.size = size;
	entry.name = strdup(line + name);
	if (entry.name && map->count < ENTRIES_MAX &&
	    add_entry(map, capacity, &entry))
		return 1;
	free(entry.name);
	return 0;
}

/* Any user can create files in /tmp: accept neither a pipe nor a link. */
static FILE *open_map(pid_t pid)
{
	char path[64];
	struct stat info;
	FILE *file;
	int fd;

	snprintf(path, sizeof(path), "/tmp/perf-%ld.map", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return NULL;
	file = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? fdopen(fd, "r")
							      : NULL;
	if (!file)
		close(fd);
	return file;
}

void tm_perf_map_read(struct tm_perf_map *out, pid_t pid)
{
	size_t capacity = 0, line_capacity = 0;
	char *line = NULL;
	FILE *file = open_map(pid);

	memset(out, 0, sizeof(*out));
	if (!file)
		return;
	while (getline(&line, &line_capacity, file) > 0) {
		if (!read_line(out, &capacity, line))
			break;
	}
	free(line);
	fclose(file);
}

void tm_perf_map_release(struct tm_perf_map *map)
{
	size_t i;

	for (i = 0; i < map->count; i++)
		free(map->entries[i].name);
	free(map->entries);
	memset(map, 0, sizeof(*map));
}

/* From the end: code may be compiled to the same place again. */
const char *tm_perf_map_find(const struct tm_perf_map *map, uint64_t address)
{
	size_t i;

	for (i = map->count; i-- > 0;) {
		if (address >= map->entries[i].start &&
		    address - map->entries[i].start < map->entries[i].size)
			return map->entries[i].name;
	}
	return NULL;
}
