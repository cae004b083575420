/*
 * url.h - take a broker's or a backend's URL apart.
 *
 * Purpose:   Celery's own URL forms, so that the article's
 *            pyamqp://guest:guest@localhost:5672//?heartbeat=30 works as it is.
 * Ownership: struct tm_url is a plain value with everything decoded inside it;
 *            the password too, so do not print one.
 * Units:     heartbeat in seconds, as the URL says it.
 * Errors:    TM_EUSAGE, one line, without any part of the URL but its scheme:
 *            in a malformed URL the password may stand anywhere.
 * Source:    kombu/utils/url.py, RFC 3986.
 *
 * An unknown option in the query is refused, not ignored: a setting without
 * effect would make a measurement look like another one.
 */
#ifndef TM_LAB_TRANSPORT_URL_H
#define TM_LAB_TRANSPORT_URL_H

#include <stdint.h>

#include "util/err.h"

#define TM_URL_TEXT 256

struct tm_url {
	char scheme[16];
	char host[TM_URL_TEXT]; /* "" when the URL names none */
	char user[TM_URL_TEXT];
	char password[TM_URL_TEXT];
	/* What follows the host, decoded, without its first slash: a virtual
	 * host or a database's number.  Both "//" and "" are there "/" to
	 * RabbitMQ; see tm_url_vhost(). */
	char path[TM_URL_TEXT];
	int has_user;
	int has_password;
	int has_heartbeat;
	uint16_t port; /* 0 when the URL names none */
	uint16_t heartbeat_s;
};

TM_CHECK enum tm_rc tm_url_parse(struct tm_url *out, const char *text,
				 struct tm_err *err);

/* The virtual host that kombu would use: "/" unless the path says otherwise. */
const char *tm_url_vhost(const struct tm_url *url);

#endif
