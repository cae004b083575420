/*
 * Make cycles, then collect them: AsyncResult -> promise -> bound method ->
 * AsyncResult, as the constructor of the strong strategies leaves it, and no
 * finalizer, so that the collector may take all of it.  Automatic collection is
 * off meanwhile: one full collection finds everything.
 *
 * Usage: cycles [held], rounds of so many cycles on standard input
 *
 * With `held` the cycles are first kept from outside for one more full
 * collection, which walks over all of them and finds nothing.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lab/celery/async_result.h"
#include "peer.h"
#include "lab/transport/transport.h"

struct bench {
	struct tm_alloc alloc;
	struct tm_transport transport;
	struct tm_app *app;
	int is_held;
};

static void must(enum tm_rc rc, const struct tm_err *err)
{
	if (rc == TM_OK)
		return;
	fprintf(stderr, "cycles: %s\n", err->text);
	exit((int)tm_rc_exit(rc));
}

static void open_app(struct bench *bench)
{
	struct tm_transport_opts transport = {
		.alloc = &bench->alloc,
		.broker_url = "null://",
		.backend_url = "null://",
	};
	struct tm_app_opts app = {
		.alloc = &bench->alloc,
		.strategy = tm_strategy_find("no-finalizer"),
		.rules = TM_RULES_PEP442,
	};
	struct tm_err err;

	must(tm_transport_open(&bench->transport, &transport, &err), &err);
	app.broker = bench->transport.broker;
	app.backend = bench->transport.backend;
	must(tm_app_new(&bench->app, &app, &err), &err);
	tm_runtime_set_automatic(bench->app->runtime, 0);
}

/* Keep the results in `kept`, unless it is NULL. */
static void make(struct tm_app *app, uint64_t cycles,
		 struct tm_async_result **kept)
{
	struct tm_id id = tm_id_new(&app->ids);
	struct tm_async_result *result;
	struct tm_err err;
	uint64_t i;

	for (i = 0; i < cycles; i++) {
		must(tm_async_result_new(&result, app, &id, &err), &err);
		if (kept)
			kept[i] = result;
		else
			tm_unref(app->runtime, result);
	}
}

/* A full collection, which must find so many objects. */
static struct tm_times collect(struct tm_app *app, uint64_t objects)
{
	struct tm_times before = tm_times_now();
	uint64_t found = tm_runtime_collect(app->runtime);
	struct tm_times times = tm_times_since(before);

	if (found != objects) {
		fprintf(stderr,
			"cycles: collected %" PRIu64 " objects, not %" PRIu64
			"\n",
			found, objects);
		exit((int)TM_EXIT_DEFECT);
	}
	return times;
}

static void answer_held(struct tm_app *app, struct tm_async_result **kept,
			uint64_t cycles)
{
	uint64_t i;

	tm_peer_part("held", collect(app, 0));
	for (i = 0; i < cycles; i++)
		tm_unref(app->runtime, kept[i]);
}

static void run(struct bench *bench, uint64_t cycles)
{
	struct tm_async_result **kept = NULL;
	struct tm_times before;

	if (bench->is_held) {
		kept = calloc(cycles, sizeof(struct tm_async_result *));
		assert(kept);
		memset(kept, 0xff, cycles * sizeof(struct tm_async_result *));
	}
	before = tm_times_now();
	make(bench->app, cycles, kept);
	tm_peer_part("make", tm_times_since(before));
	if (kept)
		answer_held(bench->app, kept, cycles);
	/* An AsyncResult, a promise and a bound method each. */
	tm_peer_part("collect", collect(bench->app, 3 * cycles));
	free(kept);
}

int main(int argc, char **argv)
{
	struct bench bench = {.is_held = argc > 1 && !strcmp(argv[1], "held")};
	uint64_t cycles;

	tm_alloc_init(&bench.alloc);
	open_app(&bench);
	while (tm_peer_next(&cycles)) {
		fputs("times", stdout);
		run(&bench, cycles);
		putchar('\n');
		fflush(stdout);
	}
	tm_app_free(bench.app);
	tm_transport_close(&bench.transport);
	return TM_EXIT_PASS;
}
