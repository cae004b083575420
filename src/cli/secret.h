/*
 * secret.h - what must not be shown or stored.
 *
 * Purpose:   a run remembers the words of a command and some of its
 *            environment; passwords, tokens and keys in them become "***".
 * Ownership: texts are the caller's to free().
 * Errors:    NULL when memory is short; then nothing may be shown.
 *
 * A value is masked because of what stands before it: --password X,
 * --token=X, API_KEY=X, Authorization: X, "secret": "X", -pX, user:X of -u;
 * and the password in a URL.  A secret that nothing announces cannot be told
 * from other words.  In doubt more is masked than need be.
 */
#ifndef TM_CLI_SECRET_H
#define TM_CLI_SECRET_H

#include <stddef.h>

#define TM_CLI_MASK "***"

/* Whether a flag, a variable or a header of that name holds a secret. */
int tm_cli_secret_is_name(const char *name, size_t length);

/* The text with its secrets masked, wherever in it they stand. */
char *tm_cli_secret_mask_text(const char *text);

/* The value of a variable. */
char *tm_cli_secret_mask_variable(const char *name, const char *value);

/* A word of a command whose program is called `program`, behind the word
 * `before` (NULL: the first). */
char *tm_cli_secret_mask_word(const char *program, const char *before,
			      const char *word);

#endif
