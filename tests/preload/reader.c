#include "reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct tm_area *reader_open(const char *folder, pid_t pid, uint32_t generation)
{
	char path[4096];
	void *mapped;
	int fd;

	snprintf(path, sizeof(path), "%s/%ld-%u", folder, (long)pid,
		 generation);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	mapped = mmap(NULL, sizeof(struct tm_area), PROT_READ | PROT_WRITE,
		      MAP_SHARED, fd, 0);
	close(fd);
	return mapped == MAP_FAILED ? NULL : mapped;
}

struct tm_area *reader_open_own(void)
{
	const char *folder = getenv(TM_AREA_FOLDER_VARIABLE);
	struct tm_area *area = NULL, *newer;
	uint32_t generation = 0;

	while (folder && (newer = reader_open(folder, getpid(), generation))) {
		area = newer;
		generation++;
	}
	return area;
}

int64_t reader_net_bytes(const struct tm_area *area)
{
	int64_t net = 0;
	unsigned int i;

	for (i = 0; i < TM_AREA_SLOTS; i++)
		net += (int64_t)(area->slot[i].allocated_bytes -
				 area->slot[i].freed_bytes);
	return net;
}

int64_t reader_net_blocks(const struct tm_area *area)
{
	int64_t net = 0;
	unsigned int i;

	for (i = 0; i < TM_AREA_SLOTS; i++)
		net += (int64_t)(area->slot[i].allocated_blocks -
				 area->slot[i].freed_blocks);
	return net;
}

unsigned int reader_count_areas(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned int count = 0;

	while (dir && (entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return count;
}
