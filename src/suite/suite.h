/*
 * suite.h - a file of jobs.
 *
 * Purpose:   [global] holds defaults, each other section is a job that is
 *            called as the section; keys are the flags of `tidemark run`
 *            without their dashes, `scenario` (the section's name when
 *            missing), and what the gate holds its run to: `max-growth`,
 *            `max-growth.METRIC` and `ignore`.
 * Ownership: tm_suite_load() gives the caller the jobs; tm_suite_release()
 *            takes them back.
 * Errors:    TM_EUSAGE, "file:line: what is wrong".
 * Source:    fio's job files.
 */
#ifndef TM_SUITE_SUITE_H
#define TM_SUITE_SUITE_H

#include <stddef.h>

#include "suite/job.h"

struct tm_suite {
	struct tm_job *jobs;
	size_t count;
};

/* `known` has the keys that are passed on to programs; when it has none, any
 * key is passed on, and the program says whether it takes it. */
TM_CHECK enum tm_rc tm_suite_load(struct tm_suite *out, const char *path,
				  const struct tm_program_options *known,
				  struct tm_err *err);
void tm_suite_release(struct tm_suite *suite);

/* Add an empty job called `name` at the end; *out is borrowed and valid until
 * the next one is added. */
TM_CHECK enum tm_rc tm_suite_add(struct tm_suite *suite, const char *name,
				 struct tm_job **out, struct tm_err *err);

#endif
