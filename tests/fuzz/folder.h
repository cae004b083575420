/*
 * folder.h - a folder of its own for a fuzz target to write its input to.
 *
 * Purpose:   what is fuzzed is what a user's file goes through, opening it
 *            included, so the input becomes a file first.
 * Ownership: one folder a process, in memory where there is /dev/shm; it is
 *            removed at the end.
 */
#ifndef TM_TESTS_FUZZ_FOLDER_H
#define TM_TESTS_FUZZ_FOLDER_H

#include <stddef.h>
#include <stdint.h>

/* The folder's path. */
const char *fuzz_folder(void);

/* Write `name` in it; the path is valid until the next call. */
const char *fuzz_write(const char *name, const void *bytes, size_t length);

/* libFuzzer's entry. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
