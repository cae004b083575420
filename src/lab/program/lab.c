/*
 * A lab lives through tm_lab_open(), one tm_lab_next() before each iteration
 * and one after the last, and tm_lab_close(), which takes the last sample and
 * reports.  Each step is skipped once something has failed.
 */
#include "lab/program/lab.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab/program/report.h"
#include "marks/protocol.h"

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

int tm_lab_has_failed(const struct tm_lab *lab)
{
	return !lab || lab->rc != TM_OK;
}

int tm_lab_keep(struct tm_lab *lab, enum tm_rc rc)
{
	if (rc != TM_OK)
		lab->rc = rc;
	return rc == TM_OK;
}

/* --- opening -------------------------------------------------------------- */

static enum tm_rc find_strategy(struct tm_lab *lab)
{
	const struct tm_scenario *scenario = lab->scenario;

	if (!scenario->strategy)
		return TM_OK;
	lab->strategy = tm_strategy_find(scenario->strategy);
	if (lab->strategy)
		return TM_OK;
	return tm_fail(&lab->err, TM_EUSAGE,
		       "scenario %s: no strategy is called '%s'",
		       scenario->name, scenario->strategy);
}

static enum tm_rc open_all(struct tm_lab *lab)
{
	enum tm_rc rc = tm_sampling_open(&lab->sampling, &lab->err);

	if (rc == TM_OK && lab->strategy)
		rc = tm_producer_open(&lab->producer, &lab->alloc,
				      lab->strategy, &lab->options, &lab->err);
	if (rc == TM_OK)
		tm_sampling_send_absences(&lab->sampling, lab->producer.app,
					  &lab->mark_pipe);
	return rc;
}

/* A scenario without a summary has its strategy's. */
static void describe(const struct tm_lab *lab)
{
	const char *summary = lab->scenario->summary;

	if (!summary)
		summary = lab->strategy ? lab->strategy->summary : "";
	printf("%s\t%s\n", lab->scenario->name, summary);
}

/* Handle --help and the like, which replace a run.  1 when one was given. */
static int describes(struct tm_lab *lab, const char *program)
{
	const struct tm_scenario_options *options = &lab->options;

	if (options->help)
		tm_scenario_options_help(stdout, program);
	else if (options->describe)
		describe(lab);
	else if (options->describe_options)
		tm_lab_keep(lab,
			    tm_scenario_options_describe(stdout, &lab->err));
	return options->help || options->describe || options->describe_options;
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
	tm_alloc_init(&lab->alloc);
	tm_mark_pipe_open(&lab->mark_pipe);
	if (!tm_lab_keep(lab, tm_scenario_options_parse(&lab->options, argc,
							argv, &lab->err)) ||
	    !tm_lab_keep(lab, find_strategy(lab)))
		return lab;
	lab->only_describes = describes(lab, argv[0]);
	if (lab->only_describes)
		return lab;
	install_signals();
	tm_lab_keep(lab, open_all(lab));
	return lab;
}

/* --- the loop ------------------------------------------------------------- */

/* The article's line.  It calls KiB kb. */
static void print_usage(const struct tm_sample *sample)
{
	if (tm_sample_has(sample, TM_METRIC_maxrss_bytes))
		printf("Memory usage: %llu (kb)\n",
		       (unsigned long long)
				       sample->value[TM_METRIC_maxrss_bytes] /
			       1024);
}

static void take_sample(struct tm_lab *lab, enum tm_probe_depth depth,
			struct tm_sample *sample)
{
	char line[TM_SAMPLE_LINE_MAX];

	memset(sample, 0, sizeof(*sample));
	sample->iteration = lab->done;
	tm_sampling_take(&lab->sampling, depth, lab->producer.app, sample);
	if (tm_mark_pipe_is_open(&lab->mark_pipe))
		tm_mark_pipe_send(&lab->mark_pipe, line,
				  tm_protocol_format_sample(line, sample));
}

static int take_checkpoint(struct tm_lab *lab, struct tm_checkpoint *out)
{
	out->iteration = lab->done;
	return tm_lab_keep(lab, tm_sampling_checkpoint(&lab->sampling,
						       lab->producer.app, out,
						       &lab->err));
}

static void begin(struct tm_lab *lab)
{
	struct tm_sample sample;

	lab->has_begun = 1;
	tm_sampling_begin(&lab->sampling);
	take_sample(lab, TM_PROBE_CHECKPOINT, &sample);
	print_usage(&sample);
}

static void finish_iteration(struct tm_lab *lab)
{
	struct tm_app *app = lab->producer.app;
	struct tm_sample sample;

	lab->done++;
	if (!tm_lab_keep(lab, tm_leak_grow(&lab->leak, lab->options.inject_leak,
					   &lab->err)))
		return;
	if (app && !tm_lab_keep(lab, tm_app_check(app, &lab->err)))
		return;
	/* The first iteration warms up: what it leaves is not counted. */
	if (lab->done == 1 && app && lab->options.iterations > 1) {
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
	uint32_t ms = (uint32_t)lab->options.pause_ms;
	struct timespec pause = {
		.tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000L,
	};

	if (ms == 0)
		return;
	if (lab->producer.app)
		tm_lab_keep(lab,
			    tm_producer_idle(&lab->producer, ms, &lab->err));
	else
		nanosleep(&pause, NULL);
}

int tm_lab_next(struct tm_lab *lab)
{
	if (tm_lab_has_failed(lab) || lab->only_describes)
		return 0;
	if (!lab->has_begun) {
		begin(lab);
	} else {
		finish_iteration(lab);
		if (!tm_lab_has_failed(lab) &&
		    lab->done < lab->options.iterations)
			pause_between(lab);
	}
	if (interrupted && !tm_lab_has_failed(lab))
		tm_lab_keep(
			lab,
			tm_fail(&lab->err, TM_ETIMEOUT,
				"interrupted after %llu of %llu iterations",
				(unsigned long long)lab->done,
				(unsigned long long)lab->options.iterations));
	return !tm_lab_has_failed(lab) && lab->done < lab->options.iterations;
}

uint64_t tm_lab_iteration(const struct tm_lab *lab)
{
	return lab ? lab->done : 0;
}

/* --- closing -------------------------------------------------------------- */

static void send_report(struct tm_lab *lab)
{
	struct tm_scenario_end end = {
		.scenario = lab->scenario,
		.options = &lab->options,
		.producer = &lab->producer,
		.iterations = lab->done,
		.elapsed_ns = lab->elapsed_ns,
		.after = &lab->after,
	};
	char *text;

	if (!tm_mark_pipe_is_open(&lab->mark_pipe))
		return;
	if (lab->has_before && lab->done > lab->before.iteration)
		end.before = &lab->before;
	text = tm_scenario_report(&end);
	if (!text)
		return;
	tm_mark_pipe_send_line(&lab->mark_pipe, "report", text);
	free(text);
}

/* Take the last sample and the last census, and report. */
static void finish_loop(struct tm_lab *lab)
{
	struct tm_sample sample;

	if (lab->producer.app && !tm_lab_has_failed(lab))
		tm_lab_keep(lab, tm_producer_flush(&lab->producer, &lab->err));
	take_sample(lab, TM_PROBE_CHECKPOINT, &sample);
	lab->elapsed_ns = sample.elapsed_ns;
	if (lab->producer.app)
		take_checkpoint(lab, &lab->after);
	send_report(lab);
}

/* To tidemark, which prints it, else on standard error. */
static void report_failure(struct tm_lab *lab)
{
	if (!tm_mark_pipe_is_open(&lab->mark_pipe))
		fprintf(stderr, "%s: %s\n", lab->scenario->name, lab->err.text);
	tm_mark_pipe_send_line(&lab->mark_pipe, "error", lab->err.text);
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
	if (tm_lab_has_failed(lab))
		report_failure(lab);
	code = tm_rc_exit(lab->rc);
	tm_producer_close(&lab->producer);
	tm_leak_release(&lab->leak);
	tm_sampling_close(&lab->sampling);
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
