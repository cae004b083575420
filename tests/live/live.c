#include "live.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

/* Criterion runs each test in a process of its own, so the lock, which ends
 * with the process, is held by one test. */
static void wait_for_turn(void)
{
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	cr_assert_geq(self, 0);
	cr_assert_eq(flock(self, LOCK_EX), 0);
}

static const char *url_in(const char *name)
{
	const char *url = getenv(name);
	const char *required = getenv("TIDEMARK_REQUIRE_LIVE");

	if (!url && required && strcmp(required, "1") == 0)
		cr_assert_fail("%s is not set, and TIDEMARK_REQUIRE_LIVE is",
			       name);
	if (!url)
		cr_skip_test("%s is not set: run it with "
			     "scripts/with-services",
			     name);
	wait_for_turn();
	return url;
}

const char *live_amqp_url(void)
{
	return url_in("TIDEMARK_TEST_AMQP_URL");
}

const char *live_redis_url(void)
{
	return url_in("TIDEMARK_TEST_REDIS_URL");
}

const char *live_changed_url(const char *url, const char *user_and_password,
			     int port, const char *path)
{
	static char changed[2048];
	char user[2 * TM_URL_TEXT + 2] = "";
	struct tm_url parts;

	cr_assert_eq(tm_url_parse(&parts, url, NULL), TM_OK);
	if (user_and_password)
		snprintf(user, sizeof(user), "%s@", user_and_password);
	else if (parts.has_password)
		snprintf(user, sizeof(user), "%s:%s@", parts.user,
			 parts.password);
	snprintf(changed, sizeof(changed), "%s://%s%s:%d/%s", parts.scheme,
		 user, parts.host, port ? port : parts.port,
		 path ? path : parts.path);
	return changed;
}

void live_open(struct tm_transport *out, const struct tm_transport_opts *opts)
{
	struct tm_err err;

	cr_assert_eq(tm_transport_open(out, opts, &err), TM_OK, "%s", err.text);
}
