/*
 * id.h - task, group and reply identifiers: random (version 4) UUIDs.
 *
 * Purpose:   new identifiers cheap enough for a loop that makes three of them
 *            every few microseconds.
 * Ownership: a struct tm_id is a plain value.
 * Errors:    tm_id_source_init() fails when the kernel gives no random bytes;
 *            drawing from a source cannot fail.
 * Threads:   one source per thread.
 * Source:    RFC 4122.  libuuid's uuid_generate() costs 2.9 microseconds a
 *            call on the reference machine because it seeds a second generator
 *            each time, so the bits are drawn here in blocks; the text form is
 *            libuuid's.
 */
#ifndef TM_UTIL_ID_H
#define TM_UTIL_ID_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "util/err.h"

#define TM_ID_TEXT 36 /* characters of the text form, without the NUL */

struct tm_id {
	uint8_t bytes[16];
};

struct tm_id_source {
	uint8_t pool[4096];
	size_t used; /* bytes of the pool already handed out */
};

TM_CHECK enum tm_rc tm_id_source_init(struct tm_id_source *source,
				      struct tm_err *err);

/* The next identifier.  Aborts only if the kernel stops giving random bytes. */
struct tm_id tm_id_new(struct tm_id_source *source);

/* Write the 36 lower-case characters of `id` to `text`; no NUL is added. */
void tm_id_write(const struct tm_id *id, char *text);

/* Read the 36-character text form.  TM_EUSAGE when it is not one. */
TM_CHECK enum tm_rc tm_id_parse(struct tm_id *out, const char *text,
				size_t length);

static inline int tm_id_equal(const struct tm_id *a, const struct tm_id *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* Version 4 identifiers are random, so eight of their bytes are a hash.  The
 * first eight: their low 48 bits hold neither version nor variant. */
static inline uint64_t tm_id_hash(const struct tm_id *id)
{
	uint64_t hash;

	memcpy(&hash, id->bytes, sizeof(hash));
	return hash;
}

#endif
