/*
 * sites.h - what each allocation site had allocated, over a run.
 *
 * Purpose:   snapshots of the site tables of all processes, and of what their
 *            addresses mean while the processes still live.
 * Ownership: tm_sites_release() gives all back.
 * Units:     bytes, as estimated by sampling; nanoseconds of CLOCK_MONOTONIC.
 * Errors:    where memory or room is short, sites or snapshots are left out and
 *            counted in `lost`.
 *
 * There are at most TM_SNAPSHOTS_MAX snapshots: when they are full every second
 * one is dropped, and from then on they are taken half as often.
 */
#ifndef TM_PROBE_SITES_H
#define TM_PROBE_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "preload/area.h"
#include "probe/modules.h"

#define TM_SNAPSHOTS_MAX 64
#define TM_SITES_MAX	 65536

struct tm_site_frame {
	uint32_t module;  /* in the list of modules, or TM_NO_MODULE */
	uint64_t address; /* in the module's file; without one, in memory */
};

struct tm_site {
	uint32_t process;
	uint32_t index; /* in its process's area */
	uint32_t depth;
	struct tm_site_frame *frames; /* return addresses, innermost first */
	char *script;		      /* the interpreter's stack, or NULL */
	uint64_t samples;
	uint64_t inherited_bytes;
	uint64_t allocated_bytes; /* since the process began or was forked */
	uint64_t freed_bytes;
};

/* What a site had taken and given back at one time. */
struct tm_site_reading {
	uint64_t allocated_bytes;
	uint64_t freed_bytes;
};

struct tm_snapshot {
	uint64_t time_ns;
	size_t count; /* sites that were known */
	struct tm_site_reading *readings;
};

struct tm_site_process {
	int32_t pid;
	int has_ended;
	char program[256];
	size_t sites_used;
	uint32_t *site; /* where its sites are in the list of all */
};

struct tm_sites {
	struct tm_modules modules;
	struct tm_site *sites;
	size_t count;
	size_t capacity;
	struct tm_site_process *processes;
	size_t process_count;
	size_t process_capacity;
	struct tm_snapshot snapshots[TM_SNAPSHOTS_MAX];
	size_t snapshot_count;
	uint64_t interval_ns;
	uint64_t taken_ns;
	uint64_t sampling_bytes;
	uint64_t lost; /* sites without room here */
};

void tm_sites_init(struct tm_sites *sites);
void tm_sites_release(struct tm_sites *sites);

/* Whether the next snapshot is due. */
int tm_sites_are_due(const struct tm_sites *sites, uint64_t now_ns);

/* Add a process image.  Returns its number, or TM_NO_PROCESS. */
#define TM_NO_PROCESS UINT32_MAX
uint32_t tm_sites_add_process(struct tm_sites *sites,
			      const struct tm_area *area);

/* Read the sites of a process from its area. */
void tm_sites_update(struct tm_sites *sites, uint32_t process, int fd,
		     struct tm_area *area);

/* The process is gone, and all that it held. */
void tm_sites_end_process(struct tm_sites *sites, uint32_t process);

/* Keep what has been read of all processes as one snapshot. */
void tm_sites_keep(struct tm_sites *sites, uint64_t now_ns);

#endif
