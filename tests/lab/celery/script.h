/*
 * script.h - a backend that records its calls and replies as scripted.
 *
 * Purpose:   test the result tables one event at a time.
 * Ownership: the script belongs to the test; it allocates nothing.
 */
#ifndef TM_TESTS_CELERY_SCRIPT_H
#define TM_TESTS_CELERY_SCRIPT_H

#include "lab/celery/backend.h"

#define SCRIPT_MAX 64

struct script {
	struct tm_backend base;
	char said[4 * SCRIPT_MAX]; /* "S1 U1 ...": the id's first byte */
	struct tm_backend_event event[SCRIPT_MAX];
	size_t event_count;
	size_t event_next;
	enum tm_rc fail_commands; /* what each command returns */
};

void script_open(struct script *script);

/* One more event; a message's payload is borrowed. */
void script_add(struct script *script, enum tm_backend_event_type type,
		uint8_t task, const char *payload);

/* An identifier whose first byte says which. */
struct tm_id script_id(uint8_t task);

#endif
