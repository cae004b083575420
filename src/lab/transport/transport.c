#include "lab/transport/transport.h"

#include <stdio.h>
#include <string.h>

#include "lab/transport/scheme.h"

#define CONNECT_MS 5000

/* A transport is a row here; the errors about a URL are made from the rows. */
struct scheme {
	const char *name;
	tm_broker_open_function *open_broker;	/* NULL: not a broker */
	tm_backend_open_function *open_backend; /* NULL: not a backend */
	int is_embedded;     /* shares a struct tm_embedded */
	const char *refusal; /* why it is not supported, or NULL */
};

static const struct scheme schemes[] = {
	{"memory", tm_broker_memory_open, tm_backend_memory_open, 1, NULL},
	{"amqp", tm_broker_amqp_open, NULL, 0, NULL},
	{"pyamqp", tm_broker_amqp_open, NULL, 0, NULL},
	{"redis", NULL, tm_backend_redis_open, 0, NULL},
	{"null", tm_broker_null_open, tm_backend_null_open, 0, NULL},
	{"amqps", NULL, NULL, 0,
	 "TLS to a broker is not supported; use amqp://, through a tunnel if "
	 "the network is not trusted"},
	{"rediss", NULL, NULL, 0,
	 "the installed hiredis cannot do TLS; use redis://, through a tunnel "
	 "if the network is not trusted"},
};

#define SCHEME_COUNT (sizeof(schemes) / sizeof(schemes[0]))

static const struct scheme *find_scheme(const char *name)
{
	size_t i;

	for (i = 0; i < SCHEME_COUNT; i++) {
		if (strcmp(schemes[i].name, name) == 0)
			return &schemes[i];
	}
	return NULL;
}

enum part { BROKER, BACKEND };

static int can_be(const struct scheme *scheme, enum part part)
{
	return part == BROKER ? scheme->open_broker != NULL
			      : scheme->open_backend != NULL;
}

/* "memory://, amqp://, pyamqp:// or null://" */
static void list_schemes(char *out, size_t size, enum part part)
{
	size_t left = 0, used = 0, i;

	for (i = 0; i < SCHEME_COUNT; i++)
		left += (size_t)can_be(&schemes[i], part);
	for (i = 0; i < SCHEME_COUNT && used < size; i++) {
		const char *separator = ", ";

		if (!can_be(&schemes[i], part))
			continue;
		left--;
		if (left <= 1)
			separator = left ? " or " : "";
		used += (size_t)snprintf(out + used, size - used, "%s://%s",
					 schemes[i].name, separator);
	}
}

static enum tm_rc refuse(const char *name, const struct scheme *scheme,
			 enum part part, struct tm_err *err)
{
	char usable[160];

	if (scheme && scheme->refusal)
		return tm_fail(err, TM_EUSAGE, "%s:// cannot be used: %s", name,
			       scheme->refusal);
	list_schemes(usable, sizeof(usable), part);
	return tm_fail(err, TM_EUSAGE, "%s:// is not a %s: use %s", name,
		       part == BROKER ? "broker" : "result backend", usable);
}

/* The two URLs and their schemes. */
struct choice {
	struct tm_url broker_url;
	struct tm_url backend_url;
	const struct scheme *broker;
	const struct scheme *backend;
};

static enum tm_rc choose(struct choice *out,
			 const struct tm_transport_opts *opts,
			 struct tm_err *err)
{
	const char *broker = opts->broker_url ? opts->broker_url : "memory://";
	const char *backend =
		opts->backend_url ? opts->backend_url : "memory://";
	enum tm_rc rc;

	rc = tm_url_parse(&out->broker_url, broker, err);
	if (rc == TM_OK)
		rc = tm_url_parse(&out->backend_url, backend, err);
	if (rc != TM_OK)
		return rc;
	out->broker = find_scheme(out->broker_url.scheme);
	out->backend = find_scheme(out->backend_url.scheme);
	if (!out->broker || !can_be(out->broker, BROKER))
		return refuse(out->broker_url.scheme, out->broker, BROKER, err);
	if (!out->backend || !can_be(out->backend, BACKEND))
		return refuse(out->backend_url.scheme, out->backend, BACKEND,
			      err);
	return TM_OK;
}

static int needs_server(const struct choice *choice)
{
	return choice->broker->is_embedded || choice->backend->is_embedded;
}

static enum tm_rc open_both(struct tm_transport *out,
			    const struct choice *choice,
			    struct tm_scheme_opts *how, struct tm_err *err)
{
	enum tm_rc rc;

	how->url = &choice->broker_url;
	rc = choice->broker->open_broker(&out->broker, how, err);
	if (rc != TM_OK)
		return rc;
	how->url = &choice->backend_url;
	rc = choice->backend->open_backend(&out->backend, how, err);
	if (rc != TM_OK)
		tm_transport_close(out);
	return rc;
}

enum tm_rc tm_transport_open(struct tm_transport *out,
			     const struct tm_transport_opts *opts,
			     struct tm_err *err)
{
	struct tm_scheme_opts how = {
		.alloc = opts->alloc,
		.connect_ms = opts->connect_ms ? opts->connect_ms : CONNECT_MS,
		.publisher_confirms = opts->publisher_confirms,
	};
	struct choice choice;
	enum tm_rc rc;

	memset(out, 0, sizeof(*out));
	rc = choose(&choice, opts, err);
	if (rc == TM_OK && needs_server(&choice))
		rc = tm_embedded_new(&how.server, opts->alloc, opts->tasks,
				     err);
	if (rc == TM_OK)
		rc = open_both(out, &choice, &how, err);
	tm_embedded_unref(how.server);
	explicit_bzero(&choice, sizeof(choice));
	return rc;
}

void tm_transport_close(struct tm_transport *transport)
{
	tm_broker_close(transport->broker);
	tm_backend_close(transport->backend);
	memset(transport, 0, sizeof(*transport));
}
