/*
 * subject.h - a process to be measured, which obeys orders.
 *
 * Ownership: subject_stop() kills it and all in its process group.
 */
#ifndef TESTS_PROBE_SUBJECT_H
#define TESTS_PROBE_SUBJECT_H

#include <sys/types.h>

#include "util/sanitizer.h"

struct subject {
	pid_t pid;
	int orders;
	int answers;
};

/* Fork a process, the first of a group, that calls `obey` for each order. */
void subject_start(struct subject *subject, void (*obey)(char order));

/* Give it an order and wait until it has done it. */
void subject_tell(const struct subject *subject, char order);

/* In the subject: report that the order is done, as a return of obey() does;
 * for children that do a part of it. */
void subject_answer(void);

/* Wait for one more reply than subject_tell() did. */
void subject_await(const struct subject *subject);

void subject_stop(struct subject *subject);

/* Private memory that has been written to. */
char *touch(size_t bytes);

/* What AddressSanitizer writes beside so much memory: a byte for eight. */
#if TM_ADDRESS_SANITIZER
#define SHADOW_OF(bytes) ((bytes) / 8)
#else
#define SHADOW_OF(bytes) 0
#endif

#endif
