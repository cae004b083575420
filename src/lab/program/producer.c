#include "lab/program/producer.h"

#include "lab/celery/canvas.h"
#include "lab/celery/group_result.h"
#include "lab/celery/waiting.h"
#include "util/secret.h"

static enum tm_rc open_app(struct tm_producer *producer,
			   const struct tm_strategy *strategy,
			   const struct tm_scenario_options *options,
			   struct tm_err *err)
{
	struct tm_transport_opts transport = {
		.alloc = producer->alloc,
		.broker_url = options->broker,
		.backend_url = options->backend,
		.publisher_confirms = options->confirms,
		.tasks = (uint32_t)options->header,
	};
	struct tm_app_opts opts = {
		.alloc = producer->alloc,
		.strategy = strategy,
		.rules = options->rules,
		.wire = options->wire,
	};
	enum tm_rc rc;

	rc = tm_transport_open(&producer->transport, &transport, err);
	if (rc != TM_OK)
		return rc;
	opts.broker = producer->transport.broker;
	opts.backend = producer->transport.backend;
	return tm_app_new(&producer->app, &opts, err);
}

static enum tm_rc reserve_header(struct tm_producer *producer, uint32_t count,
				 struct tm_err *err)
{
	uint32_t i;

	producer->header =
		tm_malloc(producer->alloc, count * sizeof(*producer->header));
	if (!producer->header)
		return tm_fail(err, TM_ENOMEM, "no memory for %u tasks", count);
	producer->header_count = count;
	for (i = 0; i < count; i++)
		producer->header[i] = NULL;
	return tm_app_reserve_tasks(producer->app, count, err);
}

enum tm_rc tm_producer_open(struct tm_producer *producer,
			    struct tm_alloc *alloc,
			    const struct tm_strategy *strategy,
			    const struct tm_scenario_options *options,
			    struct tm_err *err)
{
	enum tm_rc rc;

	producer->alloc = alloc;
	tm_secret_mask_url(options->broker, producer->broker,
			   sizeof(producer->broker));
	tm_secret_mask_url(options->backend, producer->backend,
			   sizeof(producer->backend));
	rc = open_app(producer, strategy, options, err);
	if (rc == TM_OK)
		rc = reserve_header(producer, (uint32_t)options->header, err);
	return rc;
}

void tm_producer_close(struct tm_producer *producer)
{
	size_t i;

	for (i = 0; i < producer->signature_count; i++)
		tm_signature_free(producer->signatures[i]);
	if (producer->header)
		tm_free(producer->alloc, producer->header,
			producer->header_count * sizeof(*producer->header));
	tm_app_free(producer->app);
	tm_transport_close(&producer->transport);
}

enum tm_rc tm_producer_sign(struct tm_producer *producer, const char *task,
			    struct tm_signature **out, struct tm_err *err)
{
	enum tm_rc rc;

	*out = NULL;
	if (producer->signature_count == TM_PRODUCER_SIGNATURES_MAX)
		return tm_fail(err, TM_EUSAGE,
			       "a lab has %d signatures at most",
			       TM_PRODUCER_SIGNATURES_MAX);
	rc = tm_signature_new(out, producer->app, task, 1, err);
	if (rc == TM_OK)
		producer->signatures[producer->signature_count++] = *out;
	return rc;
}

enum tm_rc tm_producer_call(struct tm_producer *producer,
			    const struct tm_call *call, struct tm_object **out,
			    struct tm_err *err)
{
	uint32_t count = producer->header_count;
	uint32_t i;

	if (producer->header[0] != call->header) {
		for (i = 0; i < count; i++)
			producer->header[i] = call->header;
	}
	switch (call->shape) {
	case TM_SHAPE_CHORD:
		return tm_chord((struct tm_async_result **)out,
				producer->header, count, call->body, err);
	case TM_SHAPE_GROUP:
		return tm_group((struct tm_group_result **)out, producer->app,
				producer->header, count, err);
	case TM_SHAPE_DELAY:
		return tm_delay((struct tm_async_result **)out, producer->app,
				call->header, err);
	}
	return TM_EINTERNAL;
}

enum tm_rc tm_producer_read(struct tm_object *result, uint32_t timeout_ms,
			    struct tm_err *err)
{
	const char *text;

	if (tm_is_group_result(result))
		return tm_group_result_get((struct tm_group_result *)result,
					   timeout_ms, err);
	return tm_async_result_get((struct tm_async_result *)result, timeout_ms,
				   &text, err);
}

enum tm_rc tm_producer_idle(struct tm_producer *producer, uint32_t ms,
			    struct tm_err *err)
{
	enum tm_rc rc = tm_backend_flush(producer->app->backend, err);

	return rc == TM_OK ? tm_broker_idle(producer->app->broker, ms, err)
			   : rc;
}

enum tm_rc tm_producer_flush(struct tm_producer *producer, struct tm_err *err)
{
	enum tm_rc rc = tm_backend_flush(producer->app->backend, err);

	return rc == TM_OK ? tm_broker_flush(producer->app->broker, err) : rc;
}
