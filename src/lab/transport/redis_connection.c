#include "lab/transport/redis_connection.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "lab/transport/deadline.h"
#include "lab/transport/transport.h"

static enum tm_rc gone(const struct tm_redis_connection *self, const char *what,
		       const char *why, struct tm_err *err)
{
	return tm_fail(err, TM_EUNAVAILABLE, "Redis at %s:%u %s: %s",
		       self->url->host, (unsigned int)self->url->port, what,
		       why);
}

/* --- sending and reading -------------------------------------------------- */

enum tm_rc tm_redis_send(struct tm_redis_connection *self, const char *bytes,
			 size_t length, struct tm_err *err)
{
	while (length > 0) {
		ssize_t sent =
			send(self->context->fd, bytes, length, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return gone(self, "is gone", strerror(errno), err);
		bytes += sent;
		length -= (size_t)sent;
	}
	return TM_OK;
}

/* Wait until there is something to read; signals do not end the wait. */
static enum tm_rc wait_readable(struct tm_redis_connection *self,
				uint64_t deadline, struct tm_err *err)
{
	struct pollfd wanted = {.fd = self->context->fd, .events = POLLIN};
	int ready;

	do
		ready = poll(&wanted, 1, (int)tm_deadline_left_ms(deadline));
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return tm_fail_errno(err, errno, "waiting for Redis");
	if (ready == 0)
		return tm_fail(err, TM_ETIMEOUT,
			       "Redis at %s:%u did not reply in time",
			       self->url->host, (unsigned int)self->url->port);
	return TM_OK;
}

/* A reply that hiredis has already parsed; *out is NULL when there is none. */
static enum tm_rc take_parsed(struct tm_redis_connection *self, void **out,
			      struct tm_err *err)
{
	*out = NULL;
	if (redisGetReplyFromReader(self->context, out) != REDIS_OK)
		return gone(self, "breaks the protocol", self->context->errstr,
			    err);
	return TM_OK;
}

enum tm_rc tm_redis_read(struct tm_redis_connection *self, uint32_t timeout_ms,
			 const redisReply **out, struct tm_err *err)
{
	uint64_t deadline = tm_deadline_in(timeout_ms);
	void *parsed = NULL;
	enum tm_rc rc;

	if (self->reply)
		freeReplyObject(self->reply);
	self->reply = NULL;
	rc = take_parsed(self, &parsed, err);
	while (rc == TM_OK && !parsed) {
		rc = wait_readable(self, deadline, err);
		if (rc != TM_OK)
			return rc;
		if (redisBufferRead(self->context) != REDIS_OK)
			return gone(self, "is gone", self->context->errstr,
				    err);
		rc = take_parsed(self, &parsed, err);
	}
	self->reply = parsed;
	*out = parsed;
	return rc;
}

/* --- opening -------------------------------------------------------------- */

static enum tm_rc open_socket(struct tm_redis_connection *self,
			      struct tm_err *err)
{
	struct timeval limit = {.tv_sec = self->connect_ms / 1000,
				.tv_usec = self->connect_ms % 1000 * 1000};

	self->context = redisConnectWithTimeout(self->url->host,
						self->url->port, limit);
	if (!self->context)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for a connection to Redis");
	if (self->context->err)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "cannot connect to Redis at %s:%u (%s): is it "
			       "running there?",
			       self->url->host, (unsigned int)self->url->port,
			       self->context->errstr);
	/* Do not wait forever for a server that does not read. */
	if (redisSetTimeout(self->context, limit) != REDIS_OK)
		return gone(self, "has no time limit", self->context->errstr,
			    err);
	return TM_OK;
}

/* Send one command whose reply is a status.  Errors name it as `what`, since
 * the command itself may contain the password. */
static enum tm_rc command(struct tm_redis_connection *self, int count,
			  const char **arguments, const char *what,
			  struct tm_err *err)
{
	const redisReply *reply = NULL;
	char *bytes = NULL;
	int length = redisFormatCommandArgv(&bytes, count, arguments, NULL);
	enum tm_rc rc;

	if (length < 0)
		return tm_fail(err, TM_ENOMEM,
			       "no memory for a command to Redis");
	rc = tm_redis_send(self, bytes, (size_t)length, err);
	explicit_bzero(bytes, (size_t)length);
	redisFreeCommand(bytes);
	if (rc == TM_OK)
		rc = tm_redis_read(self, self->connect_ms, &reply, err);
	if (rc == TM_ETIMEOUT)
		return gone(self, what, "no reply in time", err);
	if (rc == TM_OK && reply->type == REDIS_REPLY_ERROR)
		return gone(self, what, reply->str, err);
	return rc;
}

static enum tm_rc log_in(struct tm_redis_connection *self, struct tm_err *err)
{
	const char *arguments[3] = {"AUTH"};
	int count = 1;

	if (!self->url->has_password && !self->url->has_user)
		return TM_OK;
	if (self->url->has_user)
		arguments[count++] = self->url->user;
	arguments[count++] = self->url->password;
	return command(self, count, arguments, "refuses the user or password",
		       err);
}

static enum tm_rc select_database(struct tm_redis_connection *self,
				  struct tm_err *err)
{
	char number[16];
	const char *arguments[2] = {"SELECT", number};

	if (self->database == 0)
		return TM_OK;
	snprintf(number, sizeof(number), "%u", self->database);
	return command(self, 2, arguments, "refuses the database", err);
}

enum tm_rc tm_redis_connect(struct tm_redis_connection *self,
			    struct tm_err *err)
{
	enum tm_rc rc;

	assert(!self->context);
	rc = open_socket(self, err);
	if (rc == TM_OK)
		rc = log_in(self, err);
	if (rc == TM_OK)
		rc = select_database(self, err);
	if (rc != TM_OK)
		tm_redis_disconnect(self);
	return rc;
}

enum tm_rc tm_redis_describe_server(struct tm_redis_connection *self, char *out,
				    size_t size, struct tm_err *err)
{
	static const char info[] = "INFO server\r\n";
	static const char key[] = "redis_version:";
	const redisReply *reply = NULL;
	const char *version = NULL;
	enum tm_rc rc;

	out[0] = '\0';
	rc = tm_redis_send(self, info, sizeof(info) - 1, err);
	if (rc == TM_OK)
		rc = tm_redis_read(self, self->connect_ms, &reply, err);
	if (rc != TM_OK)
		return rc;
	if (reply->type == REDIS_REPLY_STRING)
		version = strstr(reply->str, key);
	if (version) {
		version += sizeof(key) - 1;
		snprintf(out, size, "Redis %.*s", (int)strcspn(version, "\r\n"),
			 version);
	}
	return TM_OK;
}

void tm_redis_disconnect(struct tm_redis_connection *self)
{
	if (self->reply)
		freeReplyObject(self->reply);
	self->reply = NULL;
	if (self->context)
		redisFree(self->context);
	self->context = NULL;
}

#define TEXT_OF(number)	 TEXT_OF_(number)
#define TEXT_OF_(number) #number

const char *tm_transport_hiredis_version(void)
{
	return TEXT_OF(HIREDIS_MAJOR) "." TEXT_OF(HIREDIS_MINOR) "." TEXT_OF(
		HIREDIS_PATCH);
}
