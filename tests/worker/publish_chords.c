/*
 * publish_chords COUNT HEADER: publish COUNT chords of HEADER tasks to the
 * servers of scripts/with-services, wait for each body's result on its channel,
 * read it again with GET, and print the bodies' identifiers.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/transport/deadline.h"
#include "lab/transport/transport.h"

/* A worker on a busy machine runs some hundred tasks a second. */
#define PATIENCE_MS 180000

struct run {
	struct tm_alloc alloc;
	struct tm_transport transport;
	struct tm_id_source ids;
	struct tm_message_encoder *encoder;
	struct tm_id *bodies;
	uint32_t count;
	uint32_t header;
	struct tm_buf payload;
	struct tm_err err;
};

static enum tm_rc open_all(struct run *run)
{
	struct tm_transport_opts opts = {
		.alloc = &run->alloc,
		.broker_url = getenv("TIDEMARK_TEST_AMQP_URL"),
		.backend_url = getenv("TIDEMARK_TEST_REDIS_URL"),
		.publisher_confirms = 1,
	};
	struct tm_message_template fixed = {
		.wire = TM_WIRE_5_2_6,
		.task = "task.dummy",
		.chord_task = "task.result",
		.chord_size = run->header,
		.origin = "gen1@tidemark",
	};
	enum tm_rc rc;

	if (!opts.broker_url || !opts.backend_url)
		return tm_fail(&run->err, TM_EUSAGE,
			       "run this with scripts/with-services");
	tm_alloc_init(&run->alloc);
	tm_buf_init(&run->payload, &run->alloc);
	rc = tm_transport_open(&run->transport, &opts, &run->err);
	if (rc == TM_OK)
		rc = tm_id_source_init(&run->ids, &run->err);
	if (rc != TM_OK)
		return rc;
	fixed.reply_to = tm_id_new(&run->ids);
	return tm_message_encoder_new(&run->encoder, &run->alloc, &fixed,
				      &run->err);
}

static enum tm_rc publish_chord(struct run *run, struct tm_id *body)
{
	struct tm_message_ids ids = {.has_group = 1};
	enum tm_rc rc;

	ids.group_id = tm_id_new(&run->ids);
	ids.chord_id = tm_id_new(&run->ids);
	*body = ids.chord_id;
	rc = tm_backend_set_chord_size(run->transport.backend, &ids.group_id,
				       run->header, &run->err);
	if (rc == TM_OK)
		rc = tm_backend_subscribe(run->transport.backend, body,
					  &run->err);
	for (; rc == TM_OK && ids.group_index < run->header;
	     ids.group_index++) {
		ids.task_id = tm_id_new(&run->ids);
		rc = tm_broker_publish(run->transport.broker,
				       tm_message_encode(run->encoder, &ids),
				       &run->err);
	}
	return rc;
}

static enum tm_rc publish_chords(struct run *run)
{
	enum tm_rc rc = TM_OK;
	uint32_t i;

	run->bodies = calloc(run->count, sizeof(*run->bodies));
	if (!run->bodies)
		return tm_fail(&run->err, TM_ENOMEM, "the identifiers");
	for (i = 0; rc == TM_OK && i < run->count; i++)
		rc = publish_chord(run, &run->bodies[i]);
	if (rc == TM_OK)
		rc = tm_broker_flush(run->transport.broker, &run->err);
	return rc;
}

/* Is this the result of task.result, stored as Celery stores it? */
static enum tm_rc check_result(struct run *run, const char *bytes,
			       size_t length)
{
	json_t *meta = json_loadb(bytes, length, 0, NULL);
	const char *status = json_string_value(json_object_get(meta, "status"));
	const char *result = json_string_value(json_object_get(meta, "result"));
	int is_good = status && result && strcmp(status, "SUCCESS") == 0 &&
		      strcmp(result, "2") == 0;

	json_decref(meta);
	if (is_good)
		return TM_OK;
	return tm_fail(&run->err, TM_EINTERNAL, "a result is %.*s",
		       (int)(length > 300 ? 300 : length), bytes);
}

static enum tm_rc await_results(struct run *run)
{
	uint64_t deadline = tm_deadline_in(PATIENCE_MS);
	struct tm_backend_event event;
	uint32_t come = 0;
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK && come < run->count) {
		rc = tm_backend_next_event(run->transport.backend,
					   tm_deadline_left_ms(deadline),
					   &event, &run->err);
		if (rc != TM_OK || event.type != TM_EVENT_MESSAGE)
			continue;
		come++;
		rc = check_result(run, event.payload, event.payload_length);
	}
	if (rc == TM_ETIMEOUT)
		return tm_fail(&run->err, rc, "%u of %u results came", come,
			       run->count);
	return rc;
}

static enum tm_rc read_results(struct run *run)
{
	enum tm_rc rc = TM_OK;
	uint32_t i;

	for (i = 0; rc == TM_OK && i < run->count; i++) {
		rc = tm_backend_get(run->transport.backend, &run->bodies[i],
				    &run->payload, &run->err);
		if (rc == TM_OK)
			rc = check_result(run, run->payload.bytes,
					  run->payload.length);
	}
	return rc;
}

static void print_bodies(const struct run *run)
{
	char text[TM_ID_TEXT];
	uint32_t i;

	for (i = 0; i < run->count; i++) {
		tm_id_write(&run->bodies[i], text);
		printf("%.*s\n", TM_ID_TEXT, text);
	}
}

int main(int argc, char **argv)
{
	static struct run run;
	enum tm_rc rc;

	if (argc != 3) {
		fprintf(stderr, "usage: publish_chords COUNT HEADER\n");
		return TM_EXIT_USAGE;
	}
	run.count = (uint32_t)strtoul(argv[1], NULL, 10);
	run.header = (uint32_t)strtoul(argv[2], NULL, 10);
	rc = open_all(&run);
	if (rc == TM_OK)
		rc = publish_chords(&run);
	if (rc == TM_OK)
		rc = await_results(&run);
	if (rc == TM_OK)
		rc = read_results(&run);
	if (rc == TM_OK)
		print_bodies(&run);
	else
		fprintf(stderr, "publish_chords: %s\n", run.err.text);
	tm_buf_release(&run.payload);
	tm_message_encoder_free(run.encoder);
	tm_transport_close(&run.transport);
	free(run.bodies);
	return (int)tm_rc_exit(rc);
}
