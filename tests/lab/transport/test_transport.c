#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "../../support/messages.h"
#include "lab/transport/transport.h"

static struct tm_alloc alloc;
static struct tm_transport transport;
static struct tm_err err;

static enum tm_rc open_urls(const char *broker, const char *backend)
{
	struct tm_transport_opts opts = {.alloc = &alloc,
					 .broker_url = broker,
					 .backend_url = backend,
					 .connect_ms = 1000};

	tm_alloc_init(&alloc);
	return tm_transport_open(&transport, &opts, &err);
}

struct refused_row {
	char broker[48];
	char backend[48];
	enum tm_rc rc;
	char says[80];
};

/* Port 1 of this machine refuses everybody at once. */
ParameterizedTestParameters(transport, refuses_in_one_clear_line)
{
	static struct refused_row rows[] = {
		{"amqps://u:secret@h//", "memory://", TM_EUSAGE,
		 "amqps:// cannot be used: TLS"},
		{"memory://", "rediss://:secret@h/0", TM_EUSAGE,
		 "rediss:// cannot be used: the installed hiredis"},
		{"redis://:secret@h/0", "memory://", TM_EUSAGE,
		 "redis:// is not a broker"},
		{"memory://", "amqp://u:secret@h", TM_EUSAGE,
		 "use memory://, redis:// or null://"},
		{"sqs://u:secret@h", "memory://", TM_EUSAGE,
		 "sqs:// is not a broker: use memory://, amqp://, "
		 "pyamqp:// or null://"},
		{"memory://", "redis://:secret@127.0.0.1/zero", TM_EUSAGE,
		 "a database's number"},
		{"memory://", "redis://:secret@127.0.0.1/0?heartbeat=1",
		 TM_EUSAGE, "no heartbeat"},
		{"amqp://u:secret@127.0.0.1:1//", "memory://", TM_EUNAVAILABLE,
		 "cannot connect to RabbitMQ at 127.0.0.1:1"},
		{"memory://", "redis://u:secret@127.0.0.1:1/0", TM_EUNAVAILABLE,
		 "cannot connect to Redis at 127.0.0.1:1"},
	};

	return cr_make_param_array(struct refused_row, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct refused_row *row, transport, refuses_in_one_clear_line)
{
	cr_assert_eq(open_urls(row->broker, row->backend), row->rc, "%s %s",
		     row->broker, row->backend);
	cr_assert_eq(err.rc, row->rc);
	cr_assert_not_null(strstr(err.text, row->says), "%s", err.text);
	cr_assert_null(strstr(err.text, "secret"), "%s", err.text);
	cr_assert_null(strchr(err.text, '\n'));
	cr_assert_null(transport.broker);
	cr_assert_null(transport.backend);
	cr_assert_eq(alloc.live_blocks, 0);
}

Test(transport, may_be_closed_when_it_was_never_opened)
{
	struct tm_transport none = {0};

	tm_transport_close(&none);
	tm_transport_close(&none);
}

Test(transport, takes_everything_and_returns_nothing_when_null)
{
	struct tm_backend_event event;
	struct tm_buf payload;
	struct sender sender;

	cr_assert_eq(open_urls("null://", "null://"), TM_OK);
	tm_buf_init(&payload, &alloc);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", NULL, 0);
	cr_assert_eq(
		tm_broker_publish(transport.broker, sender_next(&sender), &err),
		TM_OK);
	cr_assert_eq(transport.broker->published, 1);
	cr_assert_eq(tm_broker_flush(transport.broker, &err), TM_OK);
	cr_assert_eq(tm_broker_idle(transport.broker, 0, &err), TM_OK);
	cr_assert_eq(tm_backend_subscribe(transport.backend,
					  &sender.ids.task_id, &err),
		     TM_OK);
	cr_assert_eq(tm_backend_next_event(transport.backend, 0, &event, &err),
		     TM_ETIMEOUT);
	cr_assert_eq(tm_backend_get(transport.backend, &sender.ids.task_id,
				    &payload, &err),
		     TM_OK);
	cr_assert_eq(payload.length, 0);
	sender_release(&sender);
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_blocks, 0);
}

/* Fail the 1st, the 2nd, ... allocation until `wanted` is the answer. */
static void sweep(const char *broker, const char *backend, enum tm_rc wanted)
{
	struct tm_transport_opts opts = {
		.alloc = &alloc, .broker_url = broker, .backend_url = backend};
	uint64_t allowed;

	for (allowed = 0;; allowed++) {
		cr_assert_lt(allowed, 100);
		tm_alloc_init(&alloc);
		alloc.fail_after = allowed;
		if (tm_transport_open(&transport, &opts, &err) == wanted)
			break;
		cr_assert_eq(err.rc, TM_ENOMEM);
		cr_assert_eq(alloc.live_blocks, 0);
		cr_assert_null(transport.broker);
	}
	cr_assert_gt(allowed, 0);
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_blocks, 0);
}

Test(transport, survives_every_failing_allocation)
{
	sweep(NULL, NULL, TM_OK);
	sweep("null://", "null://", TM_OK);
	sweep("null://", "memory://", TM_OK);
	sweep("amqp://127.0.0.1:1", "null://", TM_EUNAVAILABLE);
	sweep("null://", "redis://127.0.0.1:1", TM_EUNAVAILABLE);
}
