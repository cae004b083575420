/*
 * modules.h - the files that a process's code comes from.
 *
 * Purpose:   turn an address of a living process into a place in a file, so
 *            that it can be named when the process is gone.
 * Ownership: a struct tm_modules owns its paths; tm_modules_release().
 * Units:     bytes.
 * Errors:    an address that belongs to no file keeps TM_NO_MODULE.
 * Source:    proc(5), /proc/PID/maps.
 */
#ifndef TM_PROBE_MODULES_H
#define TM_PROBE_MODULES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define TM_NO_MODULE UINT32_MAX

/* One file, as it was when it was first seen mapped. */
struct tm_module {
	char *path;
	int is_known; /* the four below are */
	uint64_t device;
	uint64_t inode;
	uint64_t size;
	int64_t modified_ns;
};

struct tm_modules {
	struct tm_module *modules;
	size_t count;
};

struct tm_mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint32_t module;
};

/* The executable mappings of one process, in order. */
struct tm_mappings {
	struct tm_mapping *mappings;
	size_t count;
};

void tm_modules_release(struct tm_modules *modules);

/*
 * Read the mappings of `pid`, adding the files to `modules`; none when the
 * process cannot be read, or has not mapped and shared the file of `inode`: it
 * has become another program by then, whose addresses mean other places.
 */
void tm_mappings_read(struct tm_mappings *out, struct tm_modules *modules,
		      pid_t pid, ino_t inode);
void tm_mappings_release(struct tm_mappings *mappings);

/* The mapping that `address` lies in, or NULL. */
const struct tm_mapping *tm_mappings_find(const struct tm_mappings *mappings,
					  uint64_t address);

/* Whether the file is still the one that was mapped. */
int tm_module_is_unchanged(const struct tm_module *module);

#endif
