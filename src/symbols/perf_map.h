/*
 * perf_map.h - names of code that was compiled while the program ran.
 *
 * Purpose:   read /tmp/perf-PID.map, which Node (--perf-basic-prof), the JVM
 *            and others write for profilers.
 * Ownership: tm_perf_map_release() gives back what was read.
 * Errors:    without such a file nothing is found.
 * Source:    the kernel's tools/perf/Documentation/jit-interface.txt.
 */
#ifndef TM_SYMBOLS_PERF_MAP_H
#define TM_SYMBOLS_PERF_MAP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tm_perf_entry {
	uint64_t start;
	uint64_t size;
	char *name;
};

struct tm_perf_map {
	struct tm_perf_entry *entries;
	size_t count;
};

void tm_perf_map_read(struct tm_perf_map *out, pid_t pid);
void tm_perf_map_release(struct tm_perf_map *map);

/* What `address` was called last, or NULL; lent by the map. */
const char *tm_perf_map_find(const struct tm_perf_map *map, uint64_t address);

#endif
