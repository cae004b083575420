/*
 * build_id.h - the build-id that a linker stores in a program.
 *
 * Purpose:   tell two builds of a program apart.
 * Ownership: the caller's buffer.
 * Errors:    0 for a file that cannot be read, or has none.
 */
#ifndef TM_SUBPROCESS_BUILD_ID_H
#define TM_SUBPROCESS_BUILD_ID_H

#define TM_BUILD_ID_MAX 129

/* The build-id of the ELF file at `path` in hexadecimal; 0 when it has none. */
int tm_build_id_read(const char *path, char out[TM_BUILD_ID_MAX]);

#endif
