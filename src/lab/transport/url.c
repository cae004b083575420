#include "lab/transport/url.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of the URL that has not been decoded. */
struct piece {
	const char *at;
	const char *end;
};

static int is_scheme_character(char c)
{
	return isalnum((unsigned char)c) || c == '+' || c == '-' || c == '.';
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Copy `piece` percent-decoded to `out`.  A NUL cannot be part of a name. */
static int decode(struct piece piece, char out[TM_URL_TEXT])
{
	size_t length = 0;
	const char *at = piece.at;

	while (at < piece.end) {
		char c = *at++;

		if (c == '%') {
			int high = at < piece.end ? hex_value(at[0]) : -1;
			int low = high >= 0 && at + 1 < piece.end
					  ? hex_value(at[1])
					  : -1;

			if (low < 0 || (high == 0 && low == 0))
				return 0;
			c = (char)(high * 16 + low);
			at += 2;
		}
		if (length + 1 >= TM_URL_TEXT)
			return 0;
		out[length++] = c;
	}
	out[length] = '\0';
	return 1;
}

static const char *find(struct piece piece, char wanted)
{
	return memchr(piece.at, wanted, (size_t)(piece.end - piece.at));
}

static const char *find_last(struct piece piece, char wanted)
{
	return memrchr(piece.at, wanted, (size_t)(piece.end - piece.at));
}

/* A number of up to `max`, digits only; -1 for anything else. */
static long read_number(struct piece piece, long max)
{
	long value = 0;
	const char *at;

	if (piece.at == piece.end)
		return -1;
	for (at = piece.at; at < piece.end; at++) {
		if (!isdigit((unsigned char)*at))
			return -1;
		value = value * 10 + (*at - '0');
		if (value > max)
			return -1;
	}
	return value;
}

/* --- the parts ------------------------------------------------------------ */

/* Each returns what is wrong, or NULL. */

static const char *parse_user(struct tm_url *url, struct piece user)
{
	const char *colon = find(user, ':');
	struct piece name = {user.at, colon ? colon : user.end};

	url->has_user = name.at < name.end;
	url->has_password = colon != NULL;
	if (!decode(name, url->user))
		return "the user name is too long or not percent-encoded";
	if (colon &&
	    !decode((struct piece){colon + 1, user.end}, url->password))
		return "the password is too long or not percent-encoded";
	return NULL;
}

static const char *parse_host(struct tm_url *url, struct piece host)
{
	struct piece name = host;
	const char *colon;
	long port;

	if (host.at < host.end && *host.at == '[') {
		const char *bracket = find(host, ']');

		if (!bracket)
			return "a '[' of the host has no ']'";
		name.at++;
		name.end = bracket;
		host.at = bracket + 1;
		if (host.at < host.end && *host.at != ':')
			return "only a port may follow the host's ']'";
	}
	colon = find(host, ':');
	if (colon) {
		port = read_number((struct piece){colon + 1, host.end}, 65535);
		if (port < 1)
			return "the port is not a number from 1 to 65535";
		url->port = (uint16_t)port;
		if (colon < name.end)
			name.end = colon;
	}
	if (!decode(name, url->host))
		return "the host is too long or not percent-encoded";
	return NULL;
}

static const char *parse_option(struct tm_url *url, struct piece option)
{
	static const char key[] = "heartbeat=";
	long seconds;

	if ((size_t)(option.end - option.at) < sizeof(key) - 1 ||
	    memcmp(option.at, key, sizeof(key) - 1) != 0)
		return "the only option it may have is heartbeat=SECONDS";
	option.at += sizeof(key) - 1;
	seconds = read_number(option, 65535);
	if (seconds < 0)
		return "heartbeat is not a number of seconds from 0 to 65535";
	url->has_heartbeat = 1;
	url->heartbeat_s = (uint16_t)seconds;
	return NULL;
}

static const char *parse_query(struct tm_url *url, struct piece query)
{
	while (query.at < query.end) {
		const char *ampersand = find(query, '&');
		struct piece option = {query.at,
				       ampersand ? ampersand : query.end};
		const char *wrong = parse_option(url, option);

		if (wrong)
			return wrong;
		query.at = ampersand ? ampersand + 1 : query.end;
	}
	return NULL;
}

/* The end of the part at `at` that no character of `stops` may be in. */
static const char *part_end(const char *at, const char *stops)
{
	return at + strcspn(at, stops);
}

static const char *parse_rest(struct tm_url *url, const char *at)
{
	struct piece authority = {at, part_end(at, "/?#")};
	struct piece path = {authority.end, part_end(authority.end, "?#")};
	const char *sign = find_last(authority, '@');
	const char *wrong = NULL;

	if (strchr(path.end, '#'))
		return "a '#' has to be written as %23";
	/* Such a character would split the URL in another place than its author
	 * meant, and a part of the password would be taken for a host or a
	 * port. */
	if (strchr(path.at, '@'))
		return "a '/', '?' or '@' in a name or password has to be "
		       "written as %2F, %3F or %40";
	if (sign) {
		wrong = parse_user(url, (struct piece){authority.at, sign});
		authority.at = sign + 1;
	}
	if (!wrong)
		wrong = parse_host(url, authority);
	if (!wrong && *path.end == '?')
		wrong = parse_query(
			url, (struct piece){path.end + 1,
					    path.end + strlen(path.end)});
	if (path.at < path.end)
		path.at++;
	if (!wrong && !decode(path, url->path))
		return "the path after the host is too long or not "
		       "percent-encoded";
	return wrong;
}

enum tm_rc tm_url_parse(struct tm_url *out, const char *text,
			struct tm_err *err)
{
	const char *after = strstr(text, "://");
	const char *wrong;
	size_t length;

	memset(out, 0, sizeof(*out));
	length = after ? (size_t)(after - text) : 0;
	if (length == 0 || length >= sizeof(out->scheme))
		return tm_fail(err, TM_EUSAGE,
			       "a URL has to begin with a scheme, as in "
			       "amqp://localhost or redis://localhost/0");
	while (length--) {
		if (!is_scheme_character(text[length]))
			return tm_fail(err, TM_EUSAGE,
				       "a URL's scheme may have only letters "
				       "and digits");
		out->scheme[length] =
			(char)tolower((unsigned char)text[length]);
	}
	wrong = parse_rest(out, after + 3);
	if (wrong)
		return tm_fail(err, TM_EUSAGE, "the %s:// URL is malformed: %s",
			       out->scheme, wrong);
	return TM_OK;
}

const char *tm_url_vhost(const struct tm_url *url)
{
	return url->path[0] ? url->path : "/";
}
