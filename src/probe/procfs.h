/*
 * procfs.h - small files of /proc, without allocating.
 *
 * Purpose:   read one, and find a number in it.
 * Ownership: the caller's descriptors and buffers.
 * Units:     as the file has them, but for find_kib: bytes.
 * Errors:    0 when there is nothing to read; errno says why.
 */
#ifndef TM_PROBE_PROCFS_H
#define TM_PROBE_PROCFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* /proc/PID/status takes 1,400 bytes here, smaps_rollup 700. */
#define TM_PROCFS_TEXT_MAX 4096

/* Open /proc/PID/file; pid 0 is this process. */
int tm_procfs_open(pid_t pid, const char *file, int flags);

/* The whole of a small file as text. */
size_t tm_procfs_read(int fd, char *text, size_t size);

/* The same of a file below a folder, which is opened and closed. */
size_t tm_procfs_read_at(int folder_fd, const char *file, char *text,
			 size_t size);

/* The value of the line "Key:   123 kB" in bytes, or of "Key:   123".  `key` is
 * the name with the newline before it and the colon, so that no longer name
 * matches. */
int tm_procfs_find_kib(const char *text, const char *key, uint64_t *out);
int tm_procfs_find(const char *text, const char *key, uint64_t *out);

void tm_procfs_close(int *fd);

#endif
