/*
 * secret.h - mask passwords, tokens and keys before a text is shown or stored.
 *
 * Purpose:   a run stores the arguments of a command and some of its environment;
 *            secrets in them become "***".
 * Ownership: texts are the caller's to free().
 * Errors:    NULL when memory is short; then nothing may be shown.
 *
 * A value is masked because of what stands before it: --password X,
 * --token=X, API_KEY=X, Authorization: X, "secret": "X", -pX, user:X of -u;
 * and the password in a URL.  A secret without such a name before it cannot be
 * told from other text.  In doubt, more is masked than necessary.
 */
#ifndef TM_UTIL_SECRET_H
#define TM_UTIL_SECRET_H

#include <stddef.h>

#define TM_SECRET_MASK "***"

/* Whether a flag, a variable or a header of that name holds a secret. */
int tm_secret_is_name(const char *name, size_t length);

/* Write `url` without its password to `out`, also when it is malformed, cut to
 * `size` bytes: amqp://user:**@host.  A query is shown only if all of it is
 * heartbeat=SECONDS. */
void tm_secret_mask_url(const char *url, char *out, size_t size);

/* The text with all its secrets masked. */
char *tm_secret_mask_text(const char *text);

/* The value of a variable. */
char *tm_secret_mask_variable(const char *name, const char *value);

/* One argument of a command: `program` is the first of them, `before` the one
 * in front of this (NULL: there is none). */
char *tm_secret_mask_word(const char *program, const char *before,
			  const char *word);

#endif
