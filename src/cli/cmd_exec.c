#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/advice.h"
#include "cli/cli.h"
#include "cli/context.h"
#include "cli/draw.h"
#include "cli/exec_options.h"
#include "cli/target.h"
#include "results/environment.h"
#include "util/amount.h"

/*
 * The program's output is left alone: tidemark writes to stderr, so that the
 * program's stdout can still be piped.
 */

struct execution {
	const struct tm_cli_exec *exec;
	struct tm_cli_session session;
	char program[PATH_MAX];
	struct tm_job job;		 /* its name */
	struct tm_preload_setup preload; /* of the run that is measured */
	struct tm_gate gate;		 /* what was judged, at the end */
	int status; /* of the program, as a shell reports it; 0 on success */
};

/* --- one run -------------------------------------------------------------- */

/* A program in the background is stopped when it reads from the terminal: it
 * gets the foreground. */
static enum tm_child_input choose_input(const struct tm_cli_exec *exec)
{
	if (!isatty(STDIN_FILENO))
		return TM_CHILD_INPUT_PASSED;
	return exec->passes_stdin ? TM_CHILD_INPUT_TERMINAL
				  : TM_CHILD_INPUT_NONE;
}

static void describe(const struct execution *self,
		     struct tm_cli_measurement *measurement)
{
	const struct tm_cli_exec *exec = self->exec;
	struct tm_measure_opts *how = &measurement->how;

	memset(measurement, 0, sizeof(*measurement));
	measurement->name = self->job.name;
	tm_cli_context(&measurement->request, exec, self->job.name,
		       self->program);
	how->memory_limit_bytes = exec->memory_limit_bytes;
	how->timeout_ms = exec->timeout_ms;
	how->marks = exec->marks;
	how->attach = exec->pid;
	how->inside = exec->goes_inside;
	how->inside_share = (unsigned int)exec->inside_share;
	how->preload = exec->preloads ? &self->preload : NULL;
	how->child.program = self->program;
	how->child.argv = exec->command;
	how->child.stdout_fd = STDOUT_FILENO;
	how->child.want_marks = 1;
	how->child.input = choose_input(exec);
}

static int was_stopped(const struct tm_run *run)
{
	return run->outcome == TM_OUTCOME_LIMIT ||
	       run->outcome == TM_OUTCOME_TIMEOUT ||
	       run->outcome == TM_OUTCOME_INTERRUPTED;
}

/* As a shell reports it; 0 when tidemark stopped it. */
static int status_of(const struct tm_run *run)
{
	if (was_stopped(run))
		return 0;
	if (run->signal)
		return 128 + run->signal;
	return run->exit_code > 0 ? run->exit_code : 0;
}

static void describe_ending(const struct execution *self,
			    const struct tm_run *run, char *out, size_t size)
{
	if (self->exec->pid)
		snprintf(out, size, "process %ld was watched for",
			 (long)self->exec->pid);
	else if (run->signal)
		snprintf(out, size, "program ended by signal %d (%s) after",
			 run->signal, strsignal(run->signal));
	else
		snprintf(out, size, "program exited with %d after",
			 run->exit_code);
}

static void report_ending(const struct execution *self,
			  const struct tm_run *run)
{
	size_t measured = tm_run_measured_count(run);
	char ending[96], why[TM_ENDING_TEXT_MAX] = "";
	char samples[TM_AMOUNT_MAX], all[TM_AMOUNT_MAX],
		marks[TM_AMOUNT_MAX + 8] = "";

	/* A plain ending is left out: the exit status, which follows, says the
	 * same. */
	if (!tm_ending_is_plain(&run->ending))
		tm_ending_text(why, &run->ending);
	describe_ending(self, run, ending, sizeof(ending));
	tm_amount_format(all, (double)run->sample_count, "marks");
	if (measured < run->sample_count && run->unit == TM_UNIT_ITERATION)
		snprintf(marks, sizeof(marks), " of %s", all);
	tm_amount_format(samples, (double)measured, "samples");
	tm_cli_warn("%s: %s%s%s %.1f s; %s%s%s", run->name, why,
		    *why ? "; " : "", ending, (double)run->wall_ns / 1e9,
		    samples, marks,
		    run->outcome == TM_OUTCOME_COMPLETE ? "" : ", kept");
}

static void finish_run(struct execution *self, const struct tm_run *run)
{
	if (!self->exec->quiet || run->outcome != TM_OUTCOME_COMPLETE)
		report_ending(self, run);
	if (!self->status)
		self->status = status_of(run);
	if (was_stopped(run))
		tm_cli_session_worsen(&self->session, TM_EXIT_UNMEASURED);
}

/* Each run has its own folder for the counters. */
static enum tm_rc open_preload(struct execution *self, struct tm_err *err)
{
	const struct tm_cli_exec *exec = self->exec;
	const struct tm_preload_opts opts = {
		.sampling_bytes = exec->sampling_bytes,
		.keeps_rate = exec->keeps_sampling,
		.inside = exec->goes_inside,
		.command = exec->command,
	};

	if (!self->exec->preloads)
		return TM_OK;
	return tm_preload_setup_open(&self->preload, self->program, &opts, err);
}

static enum tm_rc measure_once(struct execution *self, struct tm_err *err)
{
	struct tm_cli_runs *runs = &self->session.runs;
	struct tm_cli_measurement measurement;
	enum tm_rc rc;

	rc = open_preload(self, err);
	if (rc != TM_OK)
		return rc;
	describe(self, &measurement);
	rc = tm_cli_session_measure(&self->session, &measurement, err);
	tm_preload_setup_close(&self->preload);
	if (rc == TM_OK)
		finish_run(self, runs->runs[runs->count - 1]);
	return rc;
}

static enum tm_rc warm_up_once(struct execution *self, struct tm_err *err)
{
	struct tm_cli_measurement measurement;
	struct tm_run *run;
	enum tm_rc rc;

	rc = open_preload(self, err);
	if (rc != TM_OK)
		return rc;
	describe(self, &measurement);
	rc = tm_cli_session_try(&self->session, &measurement, &run, err);
	tm_preload_setup_close(&self->preload);
	if (rc != TM_OK)
		return rc;
	if (run->outcome != TM_OUTCOME_COMPLETE)
		finish_run(self, run);
	tm_run_free(run);
	return TM_OK;
}

static int can_go_on(const struct execution *self)
{
	return !self->status && !self->session.interrupted &&
	       !self->session.code;
}

static enum tm_rc run_all(struct execution *self, struct tm_err *err)
{
	uint64_t runs = self->exec->runs;
	enum tm_rc rc = TM_OK;
	uint64_t i;

	for (i = 0; i < self->exec->warmup && rc == TM_OK && can_go_on(self);
	     i++)
		rc = warm_up_once(self, err);
	for (i = 0; i < runs && rc == TM_OK && can_go_on(self); i++)
		rc = measure_once(self, err);
	return rc;
}

/* --- the end -------------------------------------------------------------- */

static enum tm_rc run_again(const struct tm_cli_judged_runs *what,
			    const struct tm_job *job, struct tm_err *err)
{
	(void)job;
	return measure_once(what->context, err);
}

static void judge(struct execution *self)
{
	const struct tm_cli_exec *exec = self->exec;
	struct tm_suite suite = {.jobs = &self->job, .count = 1};
	struct tm_cli_judged_runs what = {.runs = &self->session.runs,
					  .suite = &suite,
					  .session = &self->session,
					  .again = run_again,
					  .context = self};
	struct tm_gate *gate = &self->gate;
	struct tm_err err = {0};

	fputc('\n', stderr);
	if (tm_cli_gating_is_wanted(&exec->gating)) {
		tm_cli_gate_session(gate, &what, &exec->gating, stderr);
		return;
	}
	if (tm_cli_judge(gate, &exec->gating, &what, &err) != TM_OK ||
	    tm_cli_gate_show(gate, &exec->gating, stderr, &err) != TM_OK)
		tm_cli_session_worsen(&self->session, tm_cli_fail(&err));
}

/* A program that ended at once has no curve. */
static int has_a_curve(const struct tm_cli_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->count; i++) {
		if (runs->runs[i]->sample_count >= 2)
			return 1;
	}
	return 0;
}

static void draw(const struct execution *self)
{
	enum tm_cli_picture picture = self->exec->picture;
	struct tm_err err = {0};

	if (picture == TM_CLI_PICTURE_AUTO && !self->exec->quiet &&
	    isatty(STDERR_FILENO) && has_a_curve(&self->session.runs))
		picture = TM_CLI_PICTURE_TERM;
	if (picture != TM_CLI_PICTURE_TERM)
		return;
	fputc('\n', stderr);
	if (tm_cli_draw(&self->session.runs, TM_PLOT_TERM, NULL, stderr,
			&err) != TM_OK)
		tm_cli_warn("cannot draw the curve: %s", err.text);
}

/* What allocated what grew in the run. */
static void show_sites(const struct tm_analysis *analysis)
{
	const struct tm_content content = {.subject = TM_SUBJECT_SITES,
					   .analysis = analysis};
	const struct tm_style style = tm_cli_style(stderr);
	struct tm_err err = {0};

	if (tm_cli_print(stderr, &content, &style, &err) != TM_OK)
		tm_cli_warn("%s", err.text);
}

/* The run that needs an explanation most, by the verdict that was shown: the
 * first that fails, else the last one.  NULL when that fails. */
static struct tm_analysis *analyse(const struct execution *self)
{
	const struct tm_cli_runs *runs = &self->session.runs;
	const struct tm_verdict *worst = tm_cli_worst(&self->gate);
	const struct tm_run *run =
		worst ? worst->run : runs->runs[runs->count - 1];
	struct tm_analysis *analysis = malloc(sizeof(*analysis));
	struct tm_err err = {0};

	if (analysis &&
	    tm_analysis_make(analysis, run, tm_gate_find(&self->gate, run),
			     &err) == TM_OK)
		return analysis;
	tm_cli_warn("%s: not explained: %s", run->name,
		    analysis ? err.text : "no memory");
	free(analysis);
	return NULL;
}

static void present(struct execution *self)
{
	const struct tm_cli_runs *runs = &self->session.runs;
	struct tm_analysis *analysis = NULL;
	struct tm_err err = {0};

	if (runs->count == 0)
		return;
	if (!self->exec->quiet && tm_cli_runs_have_samples(runs)) {
		fputc('\n', stderr);
		if (tm_cli_runs_print(runs, 0, stderr, &err) != TM_OK)
			tm_cli_session_worsen(&self->session,
					      tm_cli_fail(&err));
	}
	draw(self);
	if (!self->exec->quiet || tm_cli_gating_is_wanted(&self->exec->gating))
		judge(self);
	if (!self->exec->quiet)
		analysis = analyse(self);
	if (analysis)
		show_sites(analysis);
	if (tm_cli_runs_export(runs, &self->gate, &self->exec->exports, &err) !=
	    TM_OK)
		tm_cli_session_worsen(&self->session, tm_cli_fail(&err));
	if (analysis)
		tm_cli_advise(stderr, analysis);
	free(analysis);
}

/* What is measured, and what it is called. */
static enum tm_rc prepare(struct execution *self, struct tm_err *err)
{
	const struct tm_cli_exec *exec = self->exec;
	char name[256];
	enum tm_rc rc;

	if (exec->name)
		snprintf(name, sizeof(name), "%s", exec->name);
	else if (exec->pid)
		snprintf(name, sizeof(name), "pid-%ld", (long)exec->pid);
	else
		tm_cli_target_name(exec->command, name, sizeof(name));
	rc = tm_job_set_name(&self->job, name, err);
	if (rc == TM_OK && exec->pid)
		rc = tm_cli_target_check(exec->pid, err);
	if (rc == TM_OK && exec->command)
		rc = tm_cli_target_find(exec->command[0], self->program,
					sizeof(self->program), err);
	return rc;
}

/* The program prints to the same terminal; one that reads from it may be an
 * editor. */
static void choose_progress(struct execution *self)
{
	const struct tm_cli_exec *exec = self->exec;
	struct tm_cli_progress_opts *progress = &self->session.progress;
	int has_terminal = exec->passes_stdin && isatty(STDIN_FILENO);

	if (exec->quiet)
		return;
	progress->shows_verdict = 1;
	progress->repairs_terminal = !exec->pid;
	progress->logs_progress = !(has_terminal && isatty(STDERR_FILENO));
	if (exec->pid)
		progress->form = TM_CLI_SCREEN_LINE;
	else if (!has_terminal)
		progress->form = TM_CLI_SCREEN_ROW;
}

/* A reader that closed the pipe, as `2>&1 | head` does, has read enough: that changes
 * neither the verdict nor how the program ended.  A report that was lost
 * otherwise, as to a full disk, is an error. */
static int has_no_reader(int fd)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};

	return poll(&room, 1, 0) == 1 && (room.revents & (POLLERR | POLLHUP));
}

static int work(const struct tm_cli_exec *exec)
{
	struct execution self = {
		.exec = exec,
		.session = {.results_directory = exec->store.directory,
			    .runs = {.is_external = 1},
			    .quiet = exec->quiet},
	};
	struct tm_judging judging;
	struct tm_err err = {0};
	enum tm_rc rc;

	/* The exit code must show how the program ended, even when stderr is
	 * closed. */
	signal(SIGPIPE, SIG_IGN);
	tm_counter_folder_sweep();
	tm_cli_gating_judging(&exec->gating, &judging);
	self.session.judging = &judging;
	self.session.baseline = exec->gating.baseline;
	tm_job_init(&self.job);
	rc = prepare(&self, &err);
	if (rc == TM_OK)
		rc = tm_cli_gating_check(&exec->gating, &err);
	if (rc == TM_OK)
		rc = tm_cli_exports_check(&exec->exports, &err);
	choose_progress(&self);
	if (rc == TM_OK)
		rc = tm_cli_session_open(&self.session, &err);
	if (rc == TM_OK) {
		rc = run_all(&self, &err);
		present(&self);
		tm_cli_session_close(&self.session);
	}
	if (rc != TM_OK)
		tm_cli_session_worsen(&self.session, tm_cli_fail(&err));
	if (ferror(stderr) && !has_no_reader(STDERR_FILENO))
		tm_cli_session_worsen(&self.session, TM_EXIT_UNMEASURED);
	tm_gate_release(&self.gate);
	tm_job_release(&self.job);
	return self.status ? self.status : self.session.code;
}

static int run(int argc, char **argv)
{
	struct tm_cli_exec exec;
	int code;

	return tm_cli_exec_read(&exec, argc, argv, &code) ? work(&exec) : code;
}

static const struct tm_example examples[] = {
	{"exec -- ./server --port 8000", "until it ends, or Ctrl-C"},
	{"exec --preload -- python3 app.py", "and find the lines that allocate "
					     "what grows"},
	{"exec --mark-regex '^done ([0-9]+)' --max-growth 16 -- ./batch",
	 "count its own lines as iterations, and fail if it grows by more than "
	 "16 bytes per iteration"},
	{"exec --pid 4711 --timeout 60", "watch a running process for a "
					 "minute"},
	{NULL, NULL}};

const struct tm_command tm_cli_exec = {
	.name = "exec",
	.run = run,
	.usage = "[OPTION...] [--] COMMAND [ARG...]\n"
		 "[OPTION...] --pid PID",
	.summary = "Measure a program of yours, unchanged, from its start to "
		   "its end",
	.operands = TM_OPERANDS_COMMAND,
	.groups = tm_cli_exec_groups,
	.rules = tm_cli_exec_rules,
	.examples = examples,
};
