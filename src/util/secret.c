#include "util/secret.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/text.h"

/* --- names ---------------------------------------------------------------- */

#define NAME_MAX_LENGTH 128

/* Lower case, letters and digits only. */
static void normalise(char out[NAME_MAX_LENGTH], const char *name,
		      size_t length)
{
	size_t used = 0, i;

	for (i = 0; i < length && used < NAME_MAX_LENGTH - 1; i++) {
		if (isalnum((unsigned char)name[i]))
			out[used++] = (char)tolower((unsigned char)name[i]);
	}
	out[used] = '\0';
}

static int ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length &&
	       strcmp(text + length - end_length, end) == 0;
}

static int is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(word, *words) == 0)
			return 1;
	}
	return 0;
}

/* Where the last word of a name starts: of API_KEY, api-key and apiKey. */
static size_t find_last_part(const char *name, size_t length)
{
	size_t at = length;

	while (at > 0 && isalnum((unsigned char)name[at - 1])) {
		at--;
		if (at > 0 && isupper((unsigned char)name[at]) &&
		    islower((unsigned char)name[at - 1]))
			return at;
	}
	return at;
}

int tm_secret_is_name(const char *name, size_t length)
{
	static const char *const within[] = {
		"password",   "passwd",	    "passphrase",
		"secret",     "credential", "apikey",
		"privatekey", "accesskey",  "authorization"};
	static const char *const last_parts[] = {"token", "pass",   "pwd",
						 "auth",  "cookie", "bearer",
						 "key",	  "otp",    NULL};
	/* They tell where a secret is, or that the program asks for it. */
	static const char *const harmless[] = {"file",	"path",	  "dir",
					       "stdin", "prompt", NULL};
	char plain[NAME_MAX_LENGTH], last[NAME_MAX_LENGTH];
	size_t part = find_last_part(name, length);
	size_t i;

	normalise(plain, name, length);
	normalise(last, name + part, length - part);
	if (is_one_of(last, harmless) || strcmp(plain, "pwd") == 0 ||
	    strcmp(plain, "oldpwd") == 0 || strcmp(plain, "key") == 0)
		return 0;
	for (i = 0; i < sizeof(within) / sizeof(*within); i++) {
		if (strstr(plain, within[i]))
			return 1;
	}
	return is_one_of(last, last_parts) || ends_with(plain, "token");
}

/* --- texts ---------------------------------------------------------------- */

static int is_name_sign(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

static int is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int is_quote(char c)
{
	return c == '"' || c == '\'';
}

static int ends_value(char c)
{
	return !c || isspace((unsigned char)c) || is_quote(c) ||
	       strchr(",;&|()<>{}[]`", c);
}

/* Past the value that starts at `at`: a quoted one, or one without blanks. */
static const char *skip_value(const char *at)
{
	char quote = *at;

	if (!is_quote(quote)) {
		while (!ends_value(*at))
			at++;
		return at;
	}
	for (at++; *at && *at != quote; at++) {
		if (*at == '\\' && at[1])
			at++;
	}
	return *at ? at + 1 : at;
}

/* "Bearer X": the word says how, the next one is the secret. */
static const char *skip_scheme(const char *at)
{
	static const char *const schemes[] = {"bearer", "basic", "token",
					      "digest"};
	const char *end = skip_value(at);
	char word[NAME_MAX_LENGTH];
	size_t i;

	normalise(word, at, (size_t)(end - at));
	for (i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		if (strcmp(word, schemes[i]) == 0 && is_blank(*end))
			return end + strspn(end, " \t");
	}
	return at;
}

/*
 * Where the value of the name that ends at `at` starts, or NULL when it has
 * none: behind `=`, `:` or `=>`, and for a flag also behind a blank.
 */
static const char *find_value(const char *at, int is_flag)
{
	const char *sign = at;

	if (is_quote(*sign))
		sign++;
	sign += strspn(sign, " \t");
	if (*sign == '=' || *sign == ':') {
		sign++;
		sign += *sign == '>' || *sign == '=';
		sign += strspn(sign, " \t");
		return ends_value(*sign) && !is_quote(*sign) ? NULL : sign;
	}
	if (!is_flag || !is_blank(*at))
		return NULL;
	return *sign && *sign != '-' ? sign : NULL;
}

/* Add what stands from `from` to `to`. */
static enum tm_rc add(struct tm_buf *out, const char *from, const char *to)
{
	return tm_buf_add(out, from, (size_t)(to - from));
}

/* -pSECRET as mysql has it; -p8080 is a port. */
static int is_short_password(const char *word, const char *end)
{
	const char *rest = word + 2;

	if (end - word <= 2 || word[0] != '-' || word[1] != 'p')
		return 0;
	return rest + strspn(rest, "0123456789.:-") < end;
}

/* The value that the name from `name` to `end` announces, or NULL. */
static const char *find_secret(const char *name, const char *end)
{
	const char *value;

	if (tm_secret_is_name(name, (size_t)(end - name))) {
		value = find_value(end, *name == '-');
		if (value)
			return skip_scheme(value);
	}
	return is_short_password(name, end) ? name + 2 : NULL;
}

static enum tm_rc mask_names(struct tm_buf *out, const char *text)
{
	const char *kept = text; /* what stands before it was added */
	enum tm_rc rc = TM_OK;

	while (*text && rc == TM_OK) {
		const char *name = text, *value;

		while (is_name_sign(*text))
			text++;
		if (text == name) {
			text++;
			continue;
		}
		value = find_secret(name, text);
		if (!value)
			continue;
		rc = add(out, kept, value);
		if (rc == TM_OK)
			rc = tm_buf_add_text(out, TM_SECRET_MASK);
		text = kept = skip_value(value);
	}
	return rc == TM_OK ? add(out, kept, text) : rc;
}

/* --- URLs ----------------------------------------------------------------- */

/* "heartbeat=30" and so on: any other option of a query can be a secret. */
static int is_query_harmless(const char *query)
{
	static const char key[] = "heartbeat=";

	while (*query) {
		if (strncmp(query, key, sizeof(key) - 1) != 0)
			return 0;
		query += sizeof(key) - 1;
		if (!isdigit((unsigned char)*query))
			return 0;
		query += strspn(query, "0123456789");
		if (*query == '&')
			query++;
		else if (*query)
			return 0;
	}
	return 1;
}

void tm_secret_mask_url(const char *url, char *out, size_t size)
{
	const char *after = strstr(url, "://");
	const char *start = after ? after + 3 : url;
	const char *sign = strrchr(start, '@');
	const char *colon =
		sign ? memchr(start, ':', (size_t)(sign - start)) : NULL;
	const char *rest = sign ? sign : start;
	const char *query = strchr(rest, '?');
	int query_is_shown = !query || is_query_harmless(query + 1);
	size_t rest_length =
		query_is_shown ? strlen(rest) : (size_t)(query - rest);
	const char *user_end = colon ? colon : rest;

	snprintf(out, size, "%.*s%s%.*s%s", (int)(user_end - url), url,
		 colon ? ":**" : "", (int)rest_length, rest,
		 query_is_shown ? "" : "?**");
}

/* Where the URL around the "://" at `sign` starts: its scheme. */
static const char *find_scheme(const char *text, const char *sign)
{
	while (sign > text &&
	       (isalnum((unsigned char)sign[-1]) || strchr("+.-", sign[-1])))
		sign--;
	return sign;
}

/* Each URL with its password masked; a URL ends at a blank or a quote. */
static enum tm_rc mask_urls(struct tm_buf *out, const char *text)
{
	enum tm_rc rc = TM_OK;
	const char *sign, *start, *end;
	size_t size;
	char *shown;

	while (rc == TM_OK && (sign = strstr(text, "://"))) {
		start = find_scheme(text, sign);
		for (end = sign;
		     *end && !isspace((unsigned char)*end) && !is_quote(*end);)
			end++;
		size = (size_t)(end - start) + 64;
		shown = malloc(2 * size);
		if (!shown)
			return TM_ENOMEM;
		snprintf(shown + size, size, "%.*s", (int)(end - start), start);
		tm_secret_mask_url(shown + size, shown, size);
		rc = add(out, text, start);
		if (rc == TM_OK)
			rc = tm_buf_add_text(out, shown);
		free(shown);
		text = end;
	}
	return rc == TM_OK ? tm_buf_add_text(out, text) : rc;
}

char *tm_secret_mask_text(const char *text)
{
	struct tm_alloc alloc;
	struct tm_buf named, masked;
	char *copy = NULL;

	tm_alloc_init(&alloc);
	tm_buf_init(&named, &alloc);
	tm_buf_init(&masked, &alloc);
	if (mask_urls(&named, text) == TM_OK &&
	    tm_buf_add(&named, "", 1) == TM_OK &&
	    mask_names(&masked, (const char *)named.bytes) == TM_OK &&
	    tm_buf_add(&masked, "", 1) == TM_OK)
		copy = strdup((const char *)masked.bytes);
	tm_buf_release(&masked);
	tm_buf_release(&named);
	return copy;
}

char *tm_secret_mask_variable(const char *name, const char *value)
{
	if (*value && tm_secret_is_name(name, strlen(name)))
		return strdup(TM_SECRET_MASK);
	return tm_secret_mask_text(value);
}

/* --- words of a command --------------------------------------------------- */

/* The first `length` bytes of `word`, and a mask behind them. */
static char *mask_behind(const char *word, size_t length)
{
	char *masked = malloc(length + sizeof(TM_SECRET_MASK));

	if (masked)
		snprintf(masked, length + sizeof(TM_SECRET_MASK), "%.*s%s",
			 (int)length, word, TM_SECRET_MASK);
	return masked;
}

/* Whether `program` takes a password behind `flag`, whatever it looks like. */
static int takes_password(const char *program, const char *flag)
{
	static const struct {
		const char *program, *flag;
	} known[] = {
		{"mysql", "-p"},      {"mariadb", "-p"}, {"mongo", "-p"},
		{"sshpass", "-p"},    {"plink", "-pw"},	 {"redis-cli", "-a"},
		{"ldapsearch", "-w"},
	};
	size_t i;

	program = tm_base_name(program);
	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strncmp(program, known[i].program,
			    strlen(known[i].program)) == 0 &&
		    strncmp(flag, known[i].flag, strlen(known[i].flag)) == 0)
			return (int)strlen(known[i].flag);
	}
	return 0;
}

/* The colon between user and password, or NULL. */
static const char *find_login(const char *before, const char *word)
{
	static const char *const flags[] = {"-u", "--user", "--proxy-user",
					    "-U"};
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		size_t length = strlen(flags[i]);

		if (before && strcmp(before, flags[i]) == 0)
			return strchr(word, ':');
		if (length > 2 && strncmp(word, flags[i], length) == 0 &&
		    word[length] == '=')
			return strchr(word, ':');
	}
	return NULL;
}

/* Whether the word is the value of the flag before it. */
static int is_announced(const char *program, const char *before,
			const char *word)
{
	if (!before || before[0] != '-' || !*word)
		return 0;
	if (takes_password(program, before) == (int)strlen(before))
		return 1;
	if (strchr(before, '=') || word[0] == '-')
		return 0;
	return tm_secret_is_name(before, strlen(before));
}

/* The length of NAME= or Name: at the front of the word, if it is a secret's.
 */
static size_t find_own_name(const char *word)
{
	size_t length = 0;

	while (is_name_sign(word[length]))
		length++;
	if (!length || (word[length] != '=' && word[length] != ':') ||
	    !word[length + 1] || strncmp(word + length, "://", 3) == 0 ||
	    !tm_secret_is_name(word, length))
		return 0;
	return length + 1 + (word[length + 1] == ' ');
}

char *tm_secret_mask_word(const char *program, const char *before,
			  const char *word)
{
	const char *login = find_login(before, word);
	size_t named = find_own_name(word);
	size_t flag = (size_t)takes_password(program, word);

	if (is_announced(program, before, word))
		return strdup(TM_SECRET_MASK);
	if (flag && word[flag])
		return mask_behind(word, flag);
	if (named)
		return mask_behind(word, named);
	if (login)
		return mask_behind(word, (size_t)(login - word) + 1);
	return tm_secret_mask_text(word);
}
