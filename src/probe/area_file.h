/*
 * area_file.h - the counters of one process image, read from outside.
 *
 * Purpose:   read what the preloaded library wrote, and believe none of it
 *            before it was checked: a program may write anything there.
 * Ownership: tm_area_open() opens a descriptor, tm_area_close() closes it; the
 *            buffer that is read into is lent by the caller.
 * Units:     as in area.h.
 * Errors:    0 for a file that is not an area, is not ready or has been cut off.
 *
 * It is read with pread() and not mapped, as a mapped file that is cut off
 * kills its reader.
 */
#ifndef TM_PROBE_AREA_FILE_H
#define TM_PROBE_AREA_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "preload/area.h"

/* Open the file `name` below `folder_fd`; -1 when it is not an area (yet).  `area`
 * has been filled in as by tm_area_read_head(). */
int tm_area_open(int folder_fd, const char *name, struct tm_area *area);

/* Read all but the sites and scripts. */
int tm_area_read_head(int fd, struct tm_area *area);

/* Read the sites behind it.  Returns how many there are. */
size_t tm_area_read_sites(int fd, struct tm_area *area);

/* Read the interpreter's stack of `site`: at most `size` - 1 bytes of it, and a
 * NUL behind them. */
void tm_area_read_script(int fd, const struct tm_area_site *site, char *out,
			 size_t size);

/* Read the allocator's figures alone; 0 when they are being written. */
int tm_area_read_figures(int fd, struct tm_area_figures *out);

/* Ask for the allocator's figures.  Returns what `answered` will be, or 0. */
uint32_t tm_area_ask(int fd);

struct tm_area_count {
	uint64_t net_bytes; /* that live now, over all threads */
	uint64_t net_blocks;
	uint64_t operations; /* calls so far: equal when nothing happened */
};

/* Read the head, and add up its threads. */
int tm_area_count(int fd, struct tm_area *area, struct tm_area_count *out);

#endif
