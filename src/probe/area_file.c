#include "probe/area_file.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_BYTES offsetof(struct tm_area, site)

static int read_at(int fd, void *out, size_t size, size_t offset)
{
	return pread(fd, out, size, (off_t)offset) == (ssize_t)size;
}

int tm_area_read_head(int fd, struct tm_area *area)
{
	if (!read_at(fd, area, HEAD_BYTES, 0) || area->magic != TM_AREA_MAGIC ||
	    area->version != TM_AREA_VERSION || area->pid <= 0)
		return 0;
	area->program[sizeof(area->program) - 1] = '\0';
	return 1;
}

int tm_area_open(int folder_fd, const char *name, struct tm_area *area)
{
	struct stat info;
	int fd = openat(folder_fd, name,
			O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return -1;
	if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
	    info.st_size >= (off_t)sizeof(struct tm_area) &&
	    tm_area_read_head(fd, area))
		return fd;
	close(fd);
	return -1;
}

size_t tm_area_read_sites(int fd, struct tm_area *area)
{
	size_t count = area->sites_used;

	if (count > TM_AREA_SITES)
		count = TM_AREA_SITES;
	if (count &&
	    !read_at(fd, area->site, count * sizeof(*area->site), HEAD_BYTES))
		return 0;
	return count;
}

void tm_area_read_script(int fd, const struct tm_area_site *site, char *out,
			 size_t size)
{
	size_t length = site->script_length;

	*out = '\0';
	if (site->script > TM_AREA_SCRIPT_SIZE ||
	    length > TM_AREA_SCRIPT_SIZE - site->script)
		return;
	if (length > size - 1)
		length = size - 1;
	if (read_at(fd, out, length,
		    offsetof(struct tm_area, scripts) + site->script))
		out[length] = '\0';
	else
		*out = '\0';
}

/* --- the allocator's figures ---------------------------------------------- */

/* Read twice: if a writer was active during the first read, the sequence has
 * changed by the second. */
int tm_area_read_figures(int fd, struct tm_area_figures *out)
{
	size_t offset = offsetof(struct tm_area, figures);
	struct tm_area_figures again;

	return read_at(fd, out, sizeof(*out), offset) &&
	       read_at(fd, &again, sizeof(again), offset) &&
	       out->sequence % 2 == 0 && out->sequence == again.sequence;
}

uint32_t tm_area_ask(int fd)
{
	struct tm_area_figures figures;
	uint32_t asked;

	if (!read_at(fd, &figures, sizeof(figures),
		     offsetof(struct tm_area, figures)))
		return 0;
	asked = figures.asked + 1;
	asked += asked == 0; /* 0 is "never" */
	if (pwrite(fd, &asked, sizeof(asked),
		   (off_t)(offsetof(struct tm_area, figures) +
			   offsetof(struct tm_area_figures, asked))) !=
	    (ssize_t)sizeof(asked))
		return 0;
	return asked;
}

/* --- the counters --------------------------------------------------------- */

static uint64_t difference(uint64_t taken, uint64_t given)
{
	return taken > given ? taken - given : 0;
}

/*
 * Each thread has its own counters, and may free what another allocated.  Frees
 * are read before allocations, so that no block is counted as freed but not as
 * allocated.
 */
int tm_area_count(int fd, struct tm_area *area, struct tm_area_count *out)
{
	uint64_t freed_bytes = 0, freed_blocks = 0, bytes = 0, blocks = 0;
	size_t i;

	if (!tm_area_read_head(fd, area))
		return 0;
	for (i = 0; i < TM_AREA_SLOTS; i++) {
		freed_bytes += area->slot[i].freed_bytes;
		freed_blocks += area->slot[i].freed_blocks;
	}
	if (!read_at(fd, area->slot, sizeof(area->slot),
		     offsetof(struct tm_area, slot)))
		return 0;
	for (i = 0; i < TM_AREA_SLOTS; i++) {
		bytes += area->slot[i].allocated_bytes;
		blocks += area->slot[i].allocated_blocks;
	}
	out->net_bytes = difference(bytes, freed_bytes);
	out->net_blocks = difference(blocks, freed_blocks);
	out->operations = blocks + freed_blocks;
	return 1;
}
