/*
 * Make cycles, then collect them: AsyncResult -> promise -> bound method ->
 * AsyncResult, as the constructor of the strong strategies leaves it, and no
 * finalizer, so that the collector may take all of it.  Automatic collection is
 * off meanwhile: one full collection finds everything.
 *
 * Usage: cycles, rounds of so many cycles on standard input
 */
#include <assert.h>
#include <stdlib.h>

#include "celery/result.h"
#include "peer.h"
#include "transport/transport.h"

static void must(enum tm_rc rc, const struct tm_err *err)
{
	if (rc == TM_OK)
		return;
	fprintf(stderr, "cycles: %s\n", err->text);
	exit(tm_rc_exit(rc));
}

static struct tm_app *open_app(struct tm_alloc *alloc,
			       struct tm_transport *transport)
{
	struct tm_transport_opts wanted = {
		.alloc = alloc,
		.broker_url = "null://",
		.backend_url = "null://",
	};
	struct tm_app_opts opts = {
		.alloc = alloc,
		.strategy = tm_strategy_find("no-finalizer"),
		.rules = TM_RULES_PEP442,
	};
	struct tm_app *app;
	struct tm_err err;

	must(tm_transport_open(transport, &wanted, &err), &err);
	opts.broker = transport->broker;
	opts.backend = transport->backend;
	must(tm_app_new(&app, &opts, &err), &err);
	tm_runtime_set_automatic(app->runtime, 0);
	return app;
}

static void make(struct tm_app *app, uint64_t cycles)
{
	struct tm_id id = tm_id_new(&app->ids);
	struct tm_async_result *result;
	struct tm_err err;

	while (cycles-- > 0) {
		must(tm_async_result_new(&result, app, &id, &err), &err);
		tm_unref(app->runtime, result);
	}
}

static void run(struct tm_app *app, uint64_t cycles)
{
	struct tm_times before = tm_times_now();
	struct tm_times made, collected;
	uint64_t found;

	make(app, cycles);
	made = tm_times_since(before);
	before = tm_times_now();
	found = tm_runtime_collect(app->runtime);
	collected = tm_times_since(before);

	/* An AsyncResult, a promise and a bound method each. */
	assert(found == 3 * cycles && app->runtime->live_objects == 0);
	fputs("times", stdout);
	tm_peer_part("make", made);
	tm_peer_part("collect", collected);
	putchar('\n');
	fflush(stdout);
}

int main(void)
{
	struct tm_transport transport;
	struct tm_alloc alloc;
	struct tm_app *app;
	uint64_t cycles;

	tm_alloc_init(&alloc);
	app = open_app(&alloc, &transport);
	while (tm_peer_next(&cycles))
		run(app, cycles);
	tm_app_free(app);
	tm_transport_close(&transport);
	return 0;
}
