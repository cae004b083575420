#include "areas.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/clock.h"

static char folder[64];

const char *areas_make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/tidemark-areas-XXXXXX");
	cr_assert(mkdtemp(folder) != NULL);
	return folder;
}

void areas_remove_folder(void)
{
	DIR *listing = opendir(folder);
	struct dirent *entry;

	while (listing && (entry = readdir(listing)))
		unlinkat(dirfd(listing), entry->d_name, 0);
	if (listing)
		closedir(listing);
	rmdir(folder);
}

struct tm_area *areas_open(const char *name, pid_t pid)
{
	struct tm_area *area;
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
	cr_assert(fd >= 0);
	cr_assert(ftruncate(fd, sizeof(*area)) == 0);
	area = mmap(NULL, sizeof(*area), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    0);
	cr_assert(area != MAP_FAILED);
	close(fd);
	area->version = TM_AREA_VERSION;
	area->pid = pid;
	area->started_ns = tm_clock_ns();
	area->sampling_bytes = 1024;
	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)pid);
	if (readlink(path, area->program, sizeof(area->program) - 1) < 0)
		area->program[0] = '\0';
	area->magic = TM_AREA_MAGIC;
	return area;
}

void areas_close(struct tm_area *area)
{
	munmap(area, sizeof(*area));
}

void areas_take(struct tm_area *area, uint64_t bytes, uint64_t blocks)
{
	area->slot[0].allocated_bytes += bytes;
	area->slot[0].allocated_blocks += blocks;
}

void areas_give(struct tm_area *area, uint64_t bytes, uint64_t blocks)
{
	area->slot[0].freed_bytes += bytes;
	area->slot[0].freed_blocks += blocks;
}

struct tm_area_site *areas_add_site(struct tm_area *area,
				    const uint64_t *frames, const char *script)
{
	struct tm_area_site *site = &area->site[area->sites_used];
	size_t used = area->scripts_used;

	for (; frames[site->depth]; site->depth++)
		site->frame[site->depth] = frames[site->depth];
	site->script = (uint32_t)used;
	site->script_length = (uint32_t)strlen(script);
	memcpy(area->scripts + used, script, strlen(script));
	area->scripts_used += strlen(script);
	site->state = TM_AREA_SITE_READY;
	area->sites_used++;
	return site;
}

void areas_sample(struct tm_area_site *site, uint64_t samples, uint64_t bytes)
{
	site->samples += samples;
	site->allocated_bytes += bytes;
}
