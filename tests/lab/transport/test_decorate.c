#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "../../support/messages.h"
#include "lab/transport/decorate.h"
#include "lab/transport/embedded.h"
#include "lab/transport/transport.h"

static struct tm_alloc alloc;
static struct tm_transport transport;
static struct sender sender;
static struct tm_err err;

static void set_up(void)
{
	struct tm_transport_opts opts = {.alloc = &alloc};

	tm_alloc_init(&alloc);
	cr_assert_eq(tm_transport_open(&transport, &opts, &err), TM_OK);
	sender_init(&sender, TM_WIRE_5_2_6, "task.dummy", "task.result", 1);
}

static void tear_down(void)
{
	sender_release(&sender);
	tm_transport_close(&transport);
	cr_assert_eq(alloc.live_bytes, 0);
}

TestSuite(decorate, .init = set_up, .fini = tear_down);

/* The identifiers in a trace are these two; any other is no match. */
static void fix_ids(void)
{
	memset(&sender.ids.task_id, 0x11, sizeof(struct tm_id));
	memset(&sender.ids.group_id, 0x22, sizeof(struct tm_id));
}

Test(decorate, trace_writes_down_every_command)
{
	static const char task[] = "11111111-1111-1111-1111-111111111111";
	static const char group[] = "22222222-2222-2222-2222-222222222222";
	struct tm_backend_event event;
	struct tm_buf log, payload;
	char wanted[1024];

	tm_buf_init(&log, &alloc);
	tm_buf_init(&payload, &alloc);
	cr_assert_eq(tm_broker_trace(&transport.broker, &alloc,
				     transport.broker, &log, &err),
		     TM_OK);
	cr_assert_eq(tm_backend_trace(&transport.backend, &alloc,
				      transport.backend, &log, &err),
		     TM_OK);
	fix_ids();
	cr_assert_eq(tm_backend_set_chord_size(transport.backend,
					       &sender.ids.group_id, 1, &err),
		     TM_OK);
	cr_assert_eq(tm_backend_subscribe(transport.backend,
					  &sender.ids.task_id, &err),
		     TM_OK);
	cr_assert_eq(tm_broker_publish(
			     transport.broker,
			     tm_message_encode(sender.encoder, &sender.ids),
			     &err),
		     TM_OK);
	cr_assert_eq(tm_backend_unsubscribe(transport.backend,
					    &sender.ids.task_id, &err),
		     TM_OK);
	cr_assert_eq(tm_backend_next_event(transport.backend, 0, &event, &err),
		     TM_OK);
	cr_assert_eq(event.type, TM_EVENT_SUBSCRIBED);
	while (tm_backend_next_event(transport.backend, 0, &event, &err) ==
	       TM_OK)
		;
	cr_assert_eq(tm_backend_get(transport.backend, &sender.ids.task_id,
				    &payload, &err),
		     TM_OK);
	cr_assert_gt(payload.length, 0);
	snprintf(wanted, sizeof(wanted),
		 "MULTI\n"
		 "SETEX celery-taskset-meta-%s.s 86400 1\n"
		 "PUBLISH celery-taskset-meta-%s.s 1\n"
		 "EXEC\n"
		 "SUBSCRIBE celery-task-meta-%s\n"
		 "PUBLISH task.dummy %s\n"
		 "UNSUBSCRIBE celery-task-meta-%s\n"
		 "GET celery-task-meta-%s\n",
		 group, group, task, task, task, task);
	cr_assert_str_eq(log.bytes, wanted);
	cr_assert_eq(transport.broker->published, 1);
	tm_buf_release(&log);
	tm_buf_release(&payload);
}

Test(decorate, trace_shows_what_the_inner_broker_dropped)
{
	struct tm_buf log;
	uint32_t i;

	tm_buf_init(&log, &alloc);
	cr_assert_eq(tm_broker_trace(&transport.broker, &alloc,
				     transport.broker, &log, &err),
		     TM_OK);
	for (i = 0; i <= TM_EMBEDDED_MESSAGES; i++)
		cr_assert_eq(tm_broker_publish(transport.broker,
					       sender_next(&sender), &err),
			     TM_OK);
	cr_assert_eq(transport.broker->dropped, 1);
	cr_assert_eq(transport.broker->published, TM_EMBEDDED_MESSAGES + 1);
	tm_buf_release(&log);
}

Test(decorate, fault_fails_the_one_call_of_its_plan)
{
	struct tm_fault plan = {.calls_before = 2, .rc = TM_EUNAVAILABLE};
	struct tm_id id;

	cr_assert_eq(tm_broker_fault(&transport.broker, &alloc,
				     transport.broker, &plan, &err),
		     TM_OK);
	cr_assert_eq(tm_backend_fault(&transport.backend, &alloc,
				      transport.backend, &plan, &err),
		     TM_OK);
	cr_assert_eq(
		tm_broker_publish(transport.broker, sender_next(&sender), &err),
		TM_OK);
	id = sender.ids.task_id;
	cr_assert_eq(tm_backend_subscribe(transport.backend, &id, &err), TM_OK);
	cr_assert_eq(
		tm_broker_publish(transport.broker, sender_next(&sender), &err),
		TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "on purpose, call 3"));
	cr_assert_eq(
		tm_broker_publish(transport.broker, sender_next(&sender), &err),
		TM_OK);
	cr_assert_eq(transport.broker->published, 2);
	cr_assert_eq(plan.calls, 4);
}

Test(decorate, leaves_what_it_could_not_decorate)
{
	struct tm_broker *broker = transport.broker;
	struct tm_backend *backend = transport.backend;
	struct tm_fault plan = {0};
	struct tm_broker *no_broker;
	struct tm_backend *no_backend;
	struct tm_buf log;

	tm_buf_init(&log, &alloc);
	alloc.fail_after = 0;
	cr_assert_eq(tm_broker_trace(&no_broker, &alloc, broker, &log, &err),
		     TM_ENOMEM);
	cr_assert_null(no_broker);
	cr_assert_eq(tm_broker_fault(&no_broker, &alloc, broker, &plan, &err),
		     TM_ENOMEM);
	cr_assert_eq(tm_backend_trace(&no_backend, &alloc, backend, &log, &err),
		     TM_ENOMEM);
	cr_assert_eq(
		tm_backend_fault(&no_backend, &alloc, backend, &plan, &err),
		TM_ENOMEM);
	cr_assert_null(no_backend);
	alloc.fail_after = UINT64_MAX;
	cr_assert_eq(tm_broker_flush(broker, &err), TM_OK);
}
