#include "tidemark.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lab/celery/canvas.h"
#include "lab/celery/discard.h"
#include "lab/celery/group_result.h"
#include "lab/celery/waiting.h"
#include "probe/probe.h"
#include "marks/protocol.h"
#include "metric/traits.h"
#include "lab/program/leak.h"
#include "lab/program/options.h"
#include "lab/program/report.h"
#include "lab/transport/transport.h"
#include "util/clock.h"
#include "util/secret.h"

#define SIGNATURES_MAX 16
#define URL_TEXT       512

struct tm_lab {
	const struct tm_scenario *scenario;
	struct tm_scenario_options options;
	enum tm_rc rc;	   /* TM_OK: the loop can go on */
	struct tm_err err; /* why it cannot */
	int only_answers;  /* --help, --describe: nothing to run */

	struct tm_alloc alloc;
	struct tm_transport transport;
	struct tm_app *app; /* NULL without Celery */
	struct tm_signature *signatures[SIGNATURES_MAX];
	size_t signature_count;
	struct tm_signature **header; /* the same signature, --header times */
	char broker[URL_TEXT];	      /* without the password */
	char backend[URL_TEXT];

	struct tm_leak leak; /* of --inject-leak */

	struct tm_probe probe;
	int has_probe;
	int mark_fd; /* -1: nobody listens */

	int has_begun;
	uint64_t begun_ns;
	uint64_t done; /* iterations */
	uint64_t elapsed_ns;
	uint64_t aside_ns; /* spent on a checkpoint inside the loop */
	int has_before;
	struct tm_checkpoint before;
	struct tm_checkpoint after;
};

/* Set by Ctrl-C; the loop ends after the iteration that it is in. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

/* The second signal ends the program at once.  A connection that breaks is an
 * error of the call that met it, not a signal. */
static void install_signals(void)
{
	struct sigaction action = {.sa_flags = (int)SA_RESETHAND};

	action.sa_handler = on_signal;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int has_failed(const struct tm_lab *lab)
{
	return !lab || lab->rc != TM_OK;
}

/* The loop ends with the first call that failed; lab->err has its words. */
static int note(struct tm_lab *lab, enum tm_rc rc)
{
	if (rc != TM_OK)
		lab->rc = rc;
	return rc == TM_OK;
}

/* --- the marks protocol --------------------------------------------------- */

static int find_mark_fd(void)
{
	const char *text = getenv(TM_MARK_FD_VARIABLE);
	char *end;
	long fd;

	if (!text || text[0] == '\0')
		return -1;
	fd = strtol(text, &end, 10);
	return *end == '\0' && fd >= 0 && fd < 1 << 20 ? (int)fd : -1;
}

static void send_line(struct tm_lab *lab, const char *line, size_t length)
{
	size_t sent = 0;

	while (lab->mark_fd >= 0 && sent < length) {
		ssize_t done = write(lab->mark_fd, line + sent, length - sent);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			/* Who started us has gone: run on without it. */
			lab->mark_fd = -1;
			return;
		}
		sent += (size_t)done;
	}
}

static void send_absences(struct tm_lab *lab)
{
	char line[TM_SAMPLE_LINE_MAX];
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		const char *why =
			tm_probe_absent(&lab->probe, (enum tm_metric)i);
		int length;

		/* Those that the program reports are known after all. */
		if (!why ||
		    (lab->app && tm_trait_of(i)->source == TM_SOURCE_PROGRAM))
			continue;
		length = snprintf(line, sizeof(line), "absent %s %s\n",
				  tm_metric_name((enum tm_metric)i), why);
		send_line(lab, line, (size_t)length);
	}
}

/* --- samples -------------------------------------------------------------- */

static void add_runtime(const struct tm_app *app, struct tm_sample *sample)
{
	const struct tm_runtime *runtime = app->runtime;
	struct tm_table_counts tables;

	tm_consumer_counts(&app->consumer, &tables);
	tm_sample_set(sample, TM_METRIC_live_objects, runtime->live_objects);
	tm_sample_set(sample, TM_METRIC_live_bytes, runtime->live_bytes);
	tm_sample_set(sample, TM_METRIC_garbage, runtime->garbage_count);
	tm_sample_set(sample, TM_METRIC_table_entries,
		      tables.channels + tables.pending_unsubscribe +
			      tables.subscribed_to + tables.pending_strong +
			      tables.pending_weak);
	tm_sample_set(sample, TM_METRIC_table_bytes,
		      tm_consumer_table_bytes(&app->consumer));
	tm_sample_set(sample, TM_METRIC_published, app->broker->published);
}

static void take_sample(struct tm_lab *lab, enum tm_probe_depth depth,
			struct tm_sample *sample)
{
	char line[TM_SAMPLE_LINE_MAX];

	memset(sample, 0, sizeof(*sample));
	sample->iteration = lab->done;
	sample->elapsed_ns = tm_clock_ns() - lab->begun_ns - lab->aside_ns;
	tm_probe_sample(&lab->probe, depth, sample);
	if (lab->app)
		add_runtime(lab->app, sample);
	if (lab->mark_fd >= 0)
		send_line(lab, line, tm_protocol_format_sample(line, sample));
}

/* The article's line.  It calls KiB kb. */
static void print_usage(const struct tm_sample *sample)
{
	if (tm_sample_has(sample, TM_METRIC_maxrss_bytes))
		printf("Memory usage: %llu (kb)\n",
		       (unsigned long long)
				       sample->value[TM_METRIC_maxrss_bytes] /
			       1024);
}

/* Collect until nothing is left to collect: a finalizer can make more
 * unreachable than one collection looks at. */
static void collect_all(struct tm_runtime *runtime)
{
	int rounds = 0;

	while (tm_runtime_collect(runtime) > 0 && rounds < 10)
		rounds++;
}

static void take_checkpoint(struct tm_lab *lab, struct tm_checkpoint *out)
{
	uint64_t since = tm_clock_ns();

	collect_all(lab->app->runtime);
	out->iteration = lab->done;
	tm_consumer_counts(&lab->app->consumer, &out->tables);
	if (note(lab,
		 tm_census_take(&out->census, lab->app->runtime, &lab->err)))
		lab->aside_ns += tm_clock_ns() - since;
}

/* --- opening -------------------------------------------------------------- */

static enum tm_rc open_app(struct tm_lab *lab)
{
	struct tm_scenario_options *options = &lab->options;
	struct tm_transport_opts transport = {
		.alloc = &lab->alloc,
		.broker_url = options->broker,
		.backend_url = options->backend,
		.publisher_confirms = options->confirms,
		.tasks = options->header,
	};
	struct tm_app_opts opts = {
		.alloc = &lab->alloc,
		.strategy = tm_strategy_find(lab->scenario->strategy),
		.rules = options->rules,
		.wire = options->wire,
	};
	enum tm_rc rc;
	uint32_t i;

	if (!opts.strategy)
		return tm_fail(&lab->err, TM_EUSAGE,
			       "scenario %s: no strategy is called '%s'",
			       lab->scenario->name, lab->scenario->strategy);
	tm_secret_mask_url(options->broker, lab->broker, sizeof(lab->broker));
	tm_secret_mask_url(options->backend, lab->backend,
			   sizeof(lab->backend));
	rc = tm_transport_open(&lab->transport, &transport, &lab->err);
	if (rc != TM_OK)
		return rc;
	opts.broker = lab->transport.broker;
	opts.backend = lab->transport.backend;
	rc = tm_app_new(&lab->app, &opts, &lab->err);
	if (rc != TM_OK)
		return rc;
	lab->header =
		tm_malloc(&lab->alloc, options->header * sizeof(*lab->header));
	if (!lab->header)
		return tm_fail(&lab->err, TM_ENOMEM, "no memory for %u tasks",
			       options->header);
	for (i = 0; i < options->header; i++)
		lab->header[i] = NULL;
	return tm_app_reserve_tasks(lab->app, options->header, &lab->err);
}

static enum tm_rc open_all(struct tm_lab *lab)
{
	enum tm_rc rc = tm_probe_open(&lab->probe, 0, &lab->err);

	if (rc != TM_OK)
		return rc;
	lab->has_probe = 1;
	if (lab->scenario->strategy) {
		rc = open_app(lab);
		if (rc != TM_OK)
			return rc;
	}
	lab->mark_fd = find_mark_fd();
	send_absences(lab);
	return TM_OK;
}

static int only_answers(struct tm_lab *lab, const char *program)
{
	if (lab->options.help)
		tm_scenario_options_help(stdout, program);
	else if (lab->options.describe)
		printf("%s\t%s\n", lab->scenario->name, lab->scenario->summary);
	return lab->options.help || lab->options.describe;
}

struct tm_lab *tm_lab_open(int argc, char **argv,
			   const struct tm_scenario *scenario)
{
	static char stdout_buffer[BUFSIZ];
	struct tm_lab *lab = calloc(1, sizeof(*lab));

	if (!lab)
		return NULL;
	/* The stream allocates nothing later, and a log shows each line when
	 * it is printed. */
	setvbuf(stdout, stdout_buffer, _IOLBF, sizeof(stdout_buffer));
	lab->scenario = scenario;
	lab->mark_fd = -1;
	tm_alloc_init(&lab->alloc);
	if (!note(lab, tm_scenario_options_parse(&lab->options, argc, argv,
						 &lab->err))) {
		lab->mark_fd = find_mark_fd();
		return lab;
	}
	lab->only_answers = only_answers(lab, argv[0]);
	if (lab->only_answers)
		return lab;
	install_signals();
	if (!note(lab, open_all(lab)) && lab->mark_fd < 0)
		lab->mark_fd = find_mark_fd();
	return lab;
}

/* --- the loop ------------------------------------------------------------- */

static void begin(struct tm_lab *lab)
{
	struct tm_sample sample;

	lab->has_begun = 1;
	lab->begun_ns = tm_clock_ns();
	take_sample(lab, TM_PROBE_CHECKPOINT, &sample);
	print_usage(&sample);
}

static void finish_iteration(struct tm_lab *lab)
{
	struct tm_sample sample;

	lab->done++;
	if (!note(lab, tm_leak_grow(&lab->leak, lab->options.inject_leak,
				    &lab->err)))
		return;
	if (lab->app && !note(lab, tm_app_check(lab->app, &lab->err)))
		return;
	/* The first iteration warms up: what it leaves is not counted. */
	if (lab->done == 1 && lab->app && lab->options.iterations > 1) {
		take_checkpoint(lab, &lab->before);
		lab->has_before = 1;
	}
	if (lab->done % lab->options.every == 0 &&
	    lab->done < lab->options.iterations) {
		take_sample(lab, TM_PROBE_MARK, &sample);
		print_usage(&sample);
	}
}

static void pause_between(struct tm_lab *lab)
{
	struct timespec pause = {
		.tv_sec = (time_t)(lab->options.pause_ms / 1000),
		.tv_nsec = (long)(lab->options.pause_ms % 1000) * 1000000L,
	};
	enum tm_rc rc;

	if (lab->options.pause_ms == 0)
		return;
	if (!lab->app) {
		nanosleep(&pause, NULL);
		return;
	}
	/* The broker keeps its connection alive meanwhile. */
	rc = tm_backend_flush(lab->app->backend, &lab->err);
	if (rc == TM_OK)
		rc = tm_broker_idle(lab->app->broker, lab->options.pause_ms,
				    &lab->err);
	note(lab, rc);
}

int tm_lab_next(struct tm_lab *lab)
{
	if (has_failed(lab) || lab->only_answers)
		return 0;
	if (!lab->has_begun) {
		begin(lab);
	} else {
		finish_iteration(lab);
		if (!has_failed(lab) && lab->done < lab->options.iterations)
			pause_between(lab);
	}
	if (interrupted && !has_failed(lab))
		note(lab, tm_fail(&lab->err, TM_ETIMEOUT,
				  "interrupted after %llu of %llu iterations",
				  (unsigned long long)lab->done,
				  (unsigned long long)lab->options.iterations));
	return !has_failed(lab) && lab->done < lab->options.iterations;
}

uint64_t tm_lab_iteration(const struct tm_lab *lab)
{
	return lab ? lab->done : 0;
}

/* --- Celery --------------------------------------------------------------- */

struct tm_signature *tm_lab_si(struct tm_lab *lab, const char *task)
{
	struct tm_signature *signature;

	if (has_failed(lab) || !lab->app)
		return NULL;
	if (lab->signature_count == SIGNATURES_MAX) {
		note(lab, tm_fail(&lab->err, TM_EUSAGE,
				  "a lab has %d signatures at most",
				  SIGNATURES_MAX));
		return NULL;
	}
	if (!note(lab,
		  tm_signature_new(&signature, lab->app, task, 1, &lab->err)))
		return NULL;
	lab->signatures[lab->signature_count++] = signature;
	return signature;
}

static enum tm_rc apply(struct tm_lab *lab, struct tm_signature *header,
			struct tm_signature *body, struct tm_object **out)
{
	uint32_t count = lab->options.header;
	uint32_t i;

	if (lab->header[0] != header) {
		for (i = 0; i < count; i++)
			lab->header[i] = header;
	}
	switch (lab->options.shape) {
	case TM_SHAPE_CHORD:
		return tm_chord((struct tm_async_result **)out, lab->header,
				count, body, &lab->err);
	case TM_SHAPE_GROUP:
		return tm_group((struct tm_group_result **)out, lab->app,
				lab->header, count, &lab->err);
	case TM_SHAPE_DELAY:
		return tm_delay((struct tm_async_result **)out, lab->app,
				header, &lab->err);
	}
	return TM_EINTERNAL;
}

struct tm_object *tm_lab_chord(struct tm_lab *lab, struct tm_signature *header,
			       struct tm_signature *body)
{
	struct tm_object *result = NULL;

	if (has_failed(lab) || !lab->app || !header || !body)
		return NULL;
	return note(lab, apply(lab, header, body, &result)) ? result : NULL;
}

void tm_lab_read(struct tm_lab *lab, struct tm_object *result)
{
	uint32_t timeout_ms;
	const char *text;
	enum tm_rc rc;

	if (has_failed(lab) || !result || !lab->options.read_results)
		return;
	timeout_ms = lab->options.read_timeout_ms;
	if (tm_is_group_result(result))
		rc = tm_group_result_get((struct tm_group_result *)result,
					 timeout_ms, &lab->err);
	else
		rc = tm_async_result_get((struct tm_async_result *)result,
					 timeout_ms, &text, &lab->err);
	note(lab, rc);
}

void tm_lab_discard(struct tm_lab *lab, struct tm_object *result)
{
	enum tm_rc rc;

	if (has_failed(lab) || !result)
		return;
	rc = tm_result_discard(result, lab->options.read_timeout_ms, &lab->err);
	note(lab, rc);
}

void tm_lab_drop(struct tm_lab *lab, struct tm_object *result)
{
	if (lab && lab->app)
		tm_unref(lab->app->runtime, result);
}

/* --- closing -------------------------------------------------------------- */

static void send_report(struct tm_lab *lab)
{
	struct tm_scenario_end end = {
		.scenario = lab->scenario,
		.options = &lab->options,
		.broker = lab->broker,
		.backend = lab->backend,
		.iterations = lab->done,
		.elapsed_ns = lab->elapsed_ns,
		.app = lab->app,
		.after = &lab->after,
	};
	char *text;

	if (lab->has_before && lab->done > lab->before.iteration)
		end.before = &lab->before;
	text = tm_scenario_report(&end);
	if (!text)
		return;
	send_line(lab, "report ", 7);
	send_line(lab, text, strlen(text));
	send_line(lab, "\n", 1);
	free(text);
}

/* The last sample, what is alive after it, and the report. */
static void finish_loop(struct tm_lab *lab)
{
	struct tm_sample sample;
	enum tm_rc rc;

	if (lab->app && !has_failed(lab)) {
		rc = tm_backend_flush(lab->app->backend, &lab->err);
		if (rc == TM_OK)
			rc = tm_broker_flush(lab->app->broker, &lab->err);
		note(lab, rc);
	}
	take_sample(lab, TM_PROBE_CHECKPOINT, &sample);
	lab->elapsed_ns = sample.elapsed_ns;
	if (lab->app)
		take_checkpoint(lab, &lab->after);
	if (lab->mark_fd >= 0)
		send_report(lab);
}

static void say_failure(struct tm_lab *lab)
{
	/* Under tidemark it is tidemark that says it. */
	if (lab->mark_fd < 0)
		fprintf(stderr, "%s: %s\n", lab->scenario->name, lab->err.text);
	send_line(lab, "error ", 6);
	send_line(lab, lab->err.text, strlen(lab->err.text));
	send_line(lab, "\n", 1);
}

static void release(struct tm_lab *lab)
{
	size_t i;

	for (i = 0; i < lab->signature_count; i++)
		tm_signature_free(lab->signatures[i]);
	if (lab->header)
		tm_free(&lab->alloc, lab->header,
			lab->options.header * sizeof(*lab->header));
	tm_leak_release(&lab->leak);
	tm_app_free(lab->app);
	tm_transport_close(&lab->transport);
	if (lab->has_probe)
		tm_probe_close(&lab->probe);
}

int tm_lab_close(struct tm_lab *lab)
{
	enum tm_exit code;

	if (!lab) {
		fputs("tidemark: no memory for a lab\n", stderr);
		return TM_EXIT_UNMEASURED;
	}
	if (lab->has_begun)
		finish_loop(lab);
	if (has_failed(lab))
		say_failure(lab);
	code = tm_rc_exit(lab->rc);
	release(lab);
	if (lab->alloc.live_blocks > 0) {
		fprintf(stderr, "%s: the lab itself lost %llu bytes\n",
			lab->scenario->name,
			(unsigned long long)lab->alloc.live_bytes);
		code = TM_EXIT_DEFECT;
	}
	if (fflush(stdout) != 0 && code == TM_EXIT_PASS) {
		fprintf(stderr, "%s: cannot write to standard output: %s\n",
			lab->scenario->name, strerror(errno));
		code = TM_EXIT_UNMEASURED;
	}
	free(lab);
	return (int)code;
}
