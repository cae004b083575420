#include "cli/exec_options.h"

#include <signal.h>
#include <string.h>

#include "heap/heap.h"
#include "results/sites.h"
#include "results/store.h"
#include "util/quantity.h"

/* --- values of their own kind --------------------------------------------- */

static enum tm_rc read_signal(void *field, const struct tm_option *option,
			      const char *value, struct tm_err *err)
{
	const char *name = value ? value : "USR1";
	int *number = field;
	uint64_t offset;

	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	if (strcmp(name, "USR1") == 0)
		*number = SIGUSR1;
	else if (strcmp(name, "USR2") == 0)
		*number = SIGUSR2;
	else if (strcmp(name, "RTMIN") == 0)
		*number = SIGRTMIN;
	else if (strncmp(name, "RTMIN+", 6) == 0 &&
		 tm_quantity_count(name + 6, &offset) &&
		 offset <= (uint64_t)(SIGRTMAX - SIGRTMIN))
		*number = SIGRTMIN + (int)offset;
	else
		return tm_fail(
			err, TM_EUSAGE,
			"--%s needs USR1, USR2, RTMIN or RTMIN+N, not '%.40s'",
			option->name, value);
	return TM_OK;
}

/* POSIX has no \d: it would match the letter. */
static enum tm_rc read_regex(void *field, const struct tm_option *option,
			     const char *value, struct tm_err *err)
{
	const char **regex = field;
	const char *c;

	for (c = value; *c; c += c[0] == '\\' && c[1] ? 2 : 1) {
		if (c[0] == '\\' && (c[1] == 'd' || c[1] == 'D'))
			return tm_fail(err, TM_EUSAGE,
				       "--%s takes a POSIX extended regular "
				       "expression, which has no '\\%c': write "
				       "[%s0-9]",
				       option->name, c[1],
				       c[1] == 'D' ? "^" : "");
	}
	*regex = value;
	return TM_OK;
}

static enum tm_rc read_pid(void *field, const struct tm_option *option,
			   const char *value, struct tm_err *err)
{
	pid_t *pid = field;
	uint64_t number;

	if (!tm_quantity_count(value, &number) || number == 0 ||
	    number > INT32_MAX)
		return tm_fail(err, TM_EUSAGE,
			       "--%s needs the number of a process, not "
			       "'%.40s'",
			       option->name, value);
	*pid = (pid_t)number;
	return TM_OK;
}

static enum tm_rc read_sampling(void *field, const struct tm_option *option,
				const char *value, struct tm_err *err)
{
	struct tm_cli_exec *exec = field;

	exec->keeps_sampling = 1;
	if (tm_quantity_bytes(value, &exec->sampling_bytes))
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "--%s needs a size such as 4KiB, not '%.40s'",
		       option->name, value);
}

static enum tm_rc refuse_extend(void *field, const struct tm_option *option,
				const char *value, struct tm_err *err)
{
	(void)field;
	(void)option;
	(void)value;
	return tm_fail(err, TM_EUSAGE,
		       "--extend cannot make your program run longer: give it "
		       "more work, and run it again");
}

/* --- the options ---------------------------------------------------------- */

#define INTO(what, member) TM_OPTION_INTO(what, struct tm_cli_exec, member)

static const struct tm_option mark_options[] = {
	{.name = "mark-fd",
	 INTO(FLAG, marks_on_fd_only),
	 .help = "a line `mark [N]` on $TIDEMARK_FD, and nothing else"},
	{.name = "mark-regex",
	 INTO(CALL, marks.regex),
	 .read = read_regex,
	 .argument = "RE",
	 .help = "a line of the output that matches this POSIX extended "
		 "regular expression"},
	{.name = "mark-signal",
	 INTO(CALL, marks.signal),
	 .read = read_signal,
	 .argument = "[NAME]",
	 .help = "a signal (USR1) to $TIDEMARK_PID"},
	{.name = "every",
	 INTO(DURATION, marks.every_ms),
	 .least = 1,
	 .argument = "SECONDS",
	 .help = "sample by time alone, without marks; rates are per second"},
	{.name = "mark-ack",
	 INTO(FLAG, marks.acknowledge),
	 .help = "acknowledge each mark on $TIDEMARK_ACK_FD when it is "
		 "sampled"},
	TM_OPTIONS_END};

static const struct tm_option program_options[] = {
	{.name = "pid",
	 INTO(CALL, pid),
	 .read = read_pid,
	 .argument = "PID",
	 .help = "measure a process that is already running"},
	{.name = "preload",
	 INTO(FLAG, preloads),
	 .help = "count allocations exactly, and find where growing memory was "
		 "allocated"},
	{.name = "inside",
	 INTO(FLAG, goes_inside),
	 .help = "ask a garbage-collected program's runtime for its live "
		 "memory after full collections; implies --preload"},
	{.name = "inside-share",
	 INTO(COUNT, inside_share),
	 .least = 1,
	 .argument = "PERCENT",
	 .help = "with --inside: the percentage of the run's time that "
		 "collections may take; a short run may need more (5)"},
	{.name = "sample-bytes",
	 .type = TM_OPTION_CALL,
	 .read = read_sampling,
	 .argument = "SIZE",
	 .help = "with --preload: record where memory is allocated once every "
		 "SIZE allocated bytes (32KiB, more where that is too slow); "
		 "0: never"},
	{.name = "stdin",
	 INTO(FLAG, passes_stdin),
	 .help = "let the program read from the terminal"},
	{.name = "name",
	 .letter = 'n',
	 INTO(TEXT, name),
	 .argument = "NAME",
	 .help = "the run's name"},
	{.name = "command-name", INTO(TEXT, name), .argument = "NAME"},
	{.name = "warmup",
	 .letter = 'w',
	 INTO(COUNT, warmup),
	 .argument = "N",
	 .help = "run it N times first, without measuring (0)"},
	{.name = "runs",
	 .letter = 'r',
	 INTO(COUNT, runs),
	 .least = 1,
	 .argument = "N",
	 .help = "measure it N times (1)"},
	{.name = "timeout",
	 INTO(DURATION, timeout_ms),
	 .argument = "SECONDS",
	 .help = "stop the program when it takes longer (none)"},
	{.name = "memory-limit",
	 INTO(SIZE, memory_limit_bytes),
	 .argument = "SIZE",
	 .help = "stop the program when its memory exceeds SIZE (none)"},
	TM_OPTIONS_END};

static const struct tm_option hidden_options[] = {
	{.name = "extend", .type = TM_OPTION_CALL, .read = refuse_extend},
	TM_OPTIONS_END};

/* By enum tm_cli_picture. */
static const char *const pictures[] = {"auto", "term", "none", NULL};

static const struct tm_option output_options[] = {
	{.name = "format",
	 INTO(CHOICE, picture),
	 .argument = "WHERE",
	 .choices = pictures,
	 .help = "draw the curve at the end"},
	TM_OPTIONS_END};

const struct tm_option_group tm_cli_exec_groups[] = {
	{"The program", program_options, 0},
	{"What an iteration is (by default: marks on $TIDEMARK_FD, else time)",
	 mark_options, 0},
	{"Verdict", tm_cli_judging_options,
	 offsetof(struct tm_cli_exec, gating.given)},
	{NULL, tm_cli_gate_options, offsetof(struct tm_cli_exec, gating)},
	{NULL, hidden_options, 0},
	{"Output", tm_cli_results_dir_option,
	 offsetof(struct tm_cli_exec, store)},
	{NULL, tm_cli_export_options, offsetof(struct tm_cli_exec, exports)},
	{NULL, output_options, 0},
	{NULL, tm_cli_quiet_option, offsetof(struct tm_cli_exec, quiet)},
	{NULL, NULL, 0}};

/* --- what does not go together -------------------------------------------- */

const struct tm_option_rule tm_cli_exec_rules[] = {
	{TM_RULE_ONE_OF, "mark-fd mark-regex mark-signal every", NULL,
	 "each defines what an iteration is"},
	{TM_RULE_WITHOUT,
	 "mark-fd mark-regex mark-ack preload stdin warmup runs confirm", "pid",
	 "--pid measures a process that is already running"},
	{TM_RULE_WITHOUT, "mark-regex mark-signal every", "mark-ack",
	 "--mark-ack acknowledges marks on $TIDEMARK_FD"},
	{TM_RULE_NEEDS, "inside-share", "inside", NULL},
	{.names = NULL}};

static enum tm_rc check(const struct tm_cli_exec *exec, struct tm_err *err)
{
	if (exec->pid && exec->command)
		return tm_fail(err, TM_EUSAGE,
			       "--pid measures a process that is already "
			       "running: leave out '%.60s'",
			       exec->command[0]);
	if (exec->pid && exec->memory_limit_bytes)
		return tm_fail(err, TM_EUSAGE,
			       "--memory-limit and --pid cannot be used "
			       "together: a limit stops the program, --pid "
			       "leaves it alone");
	if (!exec->pid && !exec->command)
		return tm_fail(err, TM_EUSAGE,
			       "exec needs a program: tidemark exec "
			       "[OPTION...] -- COMMAND [ARG...]");
	if (exec->keeps_sampling && !exec->preloads)
		return tm_fail(err, TM_EUSAGE,
			       "--sample-bytes needs --preload or --inside");
	if (exec->inside_share > 100)
		return tm_fail(err, TM_EUSAGE,
			       "--inside-share is a percentage: at most 100");
	if (exec->name && !*exec->name)
		return tm_fail(err, TM_EUSAGE, "--name needs a name");
	return TM_OK;
}

/* --- all of them ---------------------------------------------------------- */

static void set_defaults(struct tm_cli_exec *out)
{
	memset(out, 0, sizeof(*out));
	out->store.directory = TM_RESULTS_DIRECTORY;
	out->sampling_bytes = TM_SITES_DISTANCE;
	out->runs = 1;
	out->inside_share = TM_HEAP_SHARE;
	tm_cli_gating_init(&out->gating);
}

static enum tm_mark_source source_of(const struct tm_cli_exec *exec)
{
	if (exec->marks_on_fd_only)
		return TM_MARKS_FD;
	if (exec->marks.regex)
		return TM_MARKS_REGEX;
	if (exec->marks.signal)
		return TM_MARKS_SIGNAL;
	return exec->marks.every_ms ? TM_MARKS_TIME : TM_MARKS_AUTO;
}

int tm_cli_exec_read(struct tm_cli_exec *out, int argc, char **argv, int *code)
{
	struct tm_arguments arguments = {.argc = argc, .argv = argv};
	struct tm_err err = {0};

	set_defaults(out);
	out->argc = argc;
	out->argv = argv;
	if (!tm_cli_read(&tm_cli_exec, out, &arguments, code))
		return 0;
	out->command = arguments.count ? arguments.operands : NULL;
	out->marks.source = source_of(out);
	out->preloads |= out->goes_inside && !out->pid;
	out->gating.has_no_budget = !tm_cli_gating_is_wanted(&out->gating);
	out->gating.is_brief = out->runs > 1;
	if (check(out, &err) == TM_OK)
		return 1;
	*code = tm_cli_fail(&err);
	return 0;
}
