#include "probe/sites.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "probe/area_file.h"
#include "util/trace.h"

/* How far apart the first snapshots are. */
#define INTERVAL_NS 10000000u

/* The longest interpreter stack that is kept for a site. */
#define SCRIPT_MAX 16384

void tm_sites_init(struct tm_sites *sites)
{
	memset(sites, 0, sizeof(*sites));
	sites->interval_ns = INTERVAL_NS;
}

void tm_sites_release(struct tm_sites *sites)
{
	size_t i;

	for (i = 0; i < sites->count; i++) {
		free(sites->sites[i].frames);
		free(sites->sites[i].script);
	}
	for (i = 0; i < sites->process_count; i++)
		free(sites->processes[i].site);
	for (i = 0; i < sites->snapshot_count; i++)
		free(sites->snapshots[i].readings);
	free(sites->sites);
	free(sites->processes);
	tm_modules_release(&sites->modules);
	memset(sites, 0, sizeof(*sites));
}

int tm_sites_are_due(const struct tm_sites *sites, uint64_t now_ns)
{
	return sites->sampling_bytes &&
	       (sites->taken_ns == 0 ||
		now_ns - sites->taken_ns >= sites->interval_ns);
}

/* Make room for one more element of `size` bytes. */
static int reserve(void **array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? 2 * *capacity : 64;
	void *grown;

	if (count < *capacity)
		return 1;
	grown = realloc(*array, wanted * size);
	if (!grown)
		return 0;
	*array = grown;
	*capacity = wanted;
	return 1;
}

/* --- processes ------------------------------------------------------------ */

uint32_t tm_sites_add_process(struct tm_sites *sites,
			      const struct tm_area *area)
{
	struct tm_site_process *process;
	void *array = sites->processes;

	if (area->sampling_bytes == 0 || sites->process_count >= TM_SITES_MAX ||
	    !reserve(&array, sites->process_count, &sites->process_capacity,
		     sizeof(*process)))
		return TM_NO_PROCESS;
	sites->processes = array;
	sites->sampling_bytes = area->sampling_bytes;
	process = &sites->processes[sites->process_count];
	memset(process, 0, sizeof(*process));
	process->pid = area->pid;
	memcpy(process->program, area->program, sizeof(process->program));
	return (uint32_t)sites->process_count++;
}

/* The memory went with the process: count what it allocated as freed. */
void tm_sites_end_process(struct tm_sites *sites, uint32_t number)
{
	struct tm_site_process *process;
	size_t i;

	if (number == TM_NO_PROCESS)
		return;
	process = &sites->processes[number];
	process->has_ended = 1;
	for (i = 0; i < process->sites_used; i++) {
		struct tm_site *site;

		if (process->site[i] == TM_NO_PROCESS)
			continue;
		site = &sites->sites[process->site[i]];
		site->freed_bytes = site->allocated_bytes;
	}
	free(process->site);
	process->site = NULL;
	process->sites_used = 0;
}

/* --- sites ---------------------------------------------------------------- */

static void place_frames(struct tm_site *site,
			 const struct tm_area_site *source,
			 const struct tm_mappings *mappings)
{
	uint32_t depth = source->depth;
	uint32_t i;

	if (depth > TM_AREA_FRAMES)
		depth = TM_AREA_FRAMES;
	site->frames = calloc(depth + 1, sizeof(*site->frames));
	if (!site->frames)
		return;
	site->depth = depth;
	for (i = 0; i < depth; i++) {
		/* A call that never returns may be the last instruction of
		 * its function; the return address is then in the next one. */
		uint64_t address = source->frame[i] ? source->frame[i] - 1 : 0;
		const struct tm_mapping *mapping =
			tm_mappings_find(mappings, address);

		site->frames[i].module = TM_NO_MODULE;
		site->frames[i].address = address;
		if (!mapping || mapping->module == TM_NO_MODULE)
			continue;
		site->frames[i].module = mapping->module;
		site->frames[i].address =
			address - mapping->start + mapping->offset;
	}
}

static void copy_script(struct tm_site *site, int fd,
			const struct tm_area_site *source)
{
	char text[SCRIPT_MAX];

	if (source->script_length == 0)
		return;
	tm_area_read_script(fd, source, text, sizeof(text));
	site->script = *text ? strdup(text) : NULL;
}

static uint32_t add_site(struct tm_sites *sites, uint32_t process,
			 uint32_t index, const struct tm_area_site *source)
{
	void *array = sites->sites;
	struct tm_site *site;

	if (sites->count >= TM_SITES_MAX ||
	    !reserve(&array, sites->count, &sites->capacity, sizeof(*site))) {
		sites->lost++;
		return TM_NO_PROCESS;
	}
	sites->sites = array;
	site = &sites->sites[sites->count];
	memset(site, 0, sizeof(*site));
	site->process = process;
	site->index = index;
	site->inherited_bytes = source->inherited_bytes;
	return (uint32_t)sites->count++;
}

/* A slot that is not complete yet is read next time, with those after it. */
static size_t count_ready(const struct tm_area *area, size_t from, size_t count)
{
	while (from < count && area->site[from].state == TM_AREA_SITE_READY)
		from++;
	return from;
}

static void add_sites(struct tm_sites *sites, uint32_t number, int fd,
		      const struct tm_area *area, size_t ready)
{
	struct tm_site_process *process = &sites->processes[number];
	struct tm_mappings mappings;
	struct stat file;
	uint32_t *grown;
	size_t i;

	grown = realloc(process->site, ready * sizeof(*grown));
	if (!grown || fstat(fd, &file) != 0)
		return;
	process->site = grown;
	/* Read each time, as libraries are loaded and unloaded. */
	tm_mappings_read(&mappings, &sites->modules, process->pid, file.st_ino);
	for (i = process->sites_used; i < ready; i++) {
		const struct tm_area_site *source = &area->site[i];
		uint32_t at = add_site(sites, number, (uint32_t)i, source);

		process->site[i] = at;
		if (at == TM_NO_PROCESS)
			continue;
		place_frames(&sites->sites[at], source, &mappings);
		copy_script(&sites->sites[at], fd, source);
	}
	process->sites_used = ready;
	tm_mappings_release(&mappings);
}

static void read_site(struct tm_site *site, const struct tm_area_site *source)
{
	/* Frees before allocations, as for the counters of threads. */
	uint64_t freed = source->freed_bytes;
	uint64_t taken = source->allocated_bytes;

	site->samples = source->samples;
	site->allocated_bytes = taken > site->inherited_bytes
					? taken - site->inherited_bytes
					: 0;
	site->freed_bytes = freed;
}

void tm_sites_update(struct tm_sites *sites, uint32_t number, int fd,
		     struct tm_area *area)
{
	const struct tm_site_process *process;
	size_t count, ready, i;

	if (number == TM_NO_PROCESS)
		return;
	process = &sites->processes[number];
	if (area->mean_bytes > sites->sampling_bytes) {
		sites->sampling_bytes = area->mean_bytes;
		tm_trace("sampling_interval", "bytes=%llu",
			 (unsigned long long)sites->sampling_bytes);
	}
	count = tm_area_read_sites(fd, area);
	ready = count_ready(area, process->sites_used, count);
	if (ready > process->sites_used)
		add_sites(sites, number, fd, area, ready);
	for (i = 0; i < process->sites_used && i < count; i++) {
		if (process->site[i] != TM_NO_PROCESS)
			read_site(&sites->sites[process->site[i]],
				  &area->site[i]);
	}
}

/* --- snapshots ------------------------------------------------------------ */

static void thin(struct tm_sites *sites)
{
	size_t i;

	for (i = 0; i < sites->snapshot_count; i++) {
		if (i % 2)
			free(sites->snapshots[i].readings);
		else
			sites->snapshots[i / 2] = sites->snapshots[i];
	}
	sites->snapshot_count = (sites->snapshot_count + 1) / 2;
	sites->interval_ns *= 2;
	tm_trace("snapshot_interval", "ms=%llu",
		 (unsigned long long)(sites->interval_ns / 1000000u));
}

void tm_sites_keep(struct tm_sites *sites, uint64_t now_ns)
{
	struct tm_snapshot *snapshot;
	size_t i;

	if (sites->snapshot_count == TM_SNAPSHOTS_MAX)
		thin(sites);
	sites->taken_ns = now_ns;
	snapshot = &sites->snapshots[sites->snapshot_count];
	snapshot->readings =
		calloc(sites->count + 1, sizeof(*snapshot->readings));
	if (!snapshot->readings)
		return;
	snapshot->time_ns = now_ns;
	snapshot->count = sites->count;
	for (i = 0; i < sites->count; i++) {
		snapshot->readings[i].allocated_bytes =
			sites->sites[i].allocated_bytes;
		snapshot->readings[i].freed_bytes = sites->sites[i].freed_bytes;
	}
	sites->snapshot_count++;
}
