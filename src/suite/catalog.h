/*
 * catalog.h - the scenario programs that can be run by name.
 *
 * Purpose:   find them: in $TIDEMARK_SCENARIOS, else in `scenarios` beside the
 *            tidemark program (a build), else in libexec/tidemark/scenarios
 *            (installed).  Each executable file in that folder is a scenario,
 *            called as the file with `-` for `_`.
 * Ownership: tm_catalog_open() fills the struct; tm_catalog_close() empties it.
 * Errors:    TM_EUSAGE, in one line that says what to do.
 */
#ifndef TM_SUITE_CATALOG_H
#define TM_SUITE_CATALOG_H

#include <limits.h>
#include <stddef.h>

#include "suite/program_options.h"
#include "util/err.h"

struct tm_catalog {
	char folder[PATH_MAX];
	char **files; /* sorted */
	size_t count;
};

TM_CHECK enum tm_rc tm_catalog_open(struct tm_catalog *out, struct tm_err *err);
void tm_catalog_close(struct tm_catalog *catalog);

/* The scenario's name of a file: "my-loop" for "my_loop". */
void tm_catalog_name(const char *file, char *out, size_t size);

/* The options that the catalog's scenarios take: those of its options.jsonl,
 * else those of tidemark's own scenarios.  None are known when neither file is
 * there. */
TM_CHECK enum tm_rc tm_catalog_options(const struct tm_catalog *catalog,
				       struct tm_program_options *out,
				       struct tm_err *err);

/* The program to run for `scenario`: itself when it is a path (it holds a
 * slash), else the catalog's. */
TM_CHECK enum tm_rc tm_catalog_find(const struct tm_catalog *catalog,
				    const char *scenario, char *out,
				    size_t size, struct tm_err *err);

#endif
