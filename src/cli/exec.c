#include "cli/exec.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "results/store.h"
#include "util/quantity.h"

/* A site is seen once in so many bytes that are allocated. */
#define SAMPLING_BYTES (32u * 1024)

enum {
	FLAG_MARK_FD,
	FLAG_MARK_REGEX,
	FLAG_MARK_SIGNAL,
	FLAG_EVERY,
	FLAG_MARK_ACK,
	FLAG_PID,
	FLAG_STDIN,
	FLAG_PRELOAD,
	FLAG_SAMPLE_BYTES,
	FLAG_MEMORY_LIMIT,
	FLAG_TIMEOUT,
	FLAG_WARMUP,
	FLAG_RUNS,
	FLAG_NAME,
	FLAG_RESULTS_DIR,
	FLAG_EXPORT_JSON,
	FLAG_EXPORT_MARKDOWN,
	FLAG_EXPORT_CSV,
	FLAG_FORMAT,
	FLAG_QUIET,
	FLAG_COUNT
};

const struct tm_cli_flag tm_cli_exec_flags[] = {
	{FLAG_MARK_FD, "mark-fd", NULL,
	 "an iteration is a line `mark [N]` on $TIDEMARK_FD, and nothing else"},
	{FLAG_MARK_REGEX, "mark-regex", "RE",
	 "an iteration is a line of the output that matches"},
	{FLAG_MARK_SIGNAL, "mark-signal", "[=NAME]",
	 "an iteration is a signal to $TIDEMARK_PID (USR1)"},
	{FLAG_EVERY, "every", "SECONDS",
	 "sample by time alone; rates are per second"},
	{FLAG_MARK_ACK, "mark-ack", NULL,
	 "answer each mark on $TIDEMARK_ACK_FD when it is sampled"},
	{FLAG_PID, "pid", "PID", "measure a process that runs already"},
	{FLAG_STDIN, "stdin", NULL, "let the program read from the terminal"},
	{FLAG_PRELOAD, "preload", NULL,
	 "count allocations, and find the sites of the growth"},
	{FLAG_SAMPLE_BYTES, "sample-bytes", "SIZE",
	 "--preload: sample a site once in so many bytes, whatever it costs "
	 "(32KiB, or fewer); 0: none"},
	{FLAG_MEMORY_LIMIT, "memory-limit", "SIZE",
	 "stop the program when it grows past it (none)"},
	{FLAG_TIMEOUT, "timeout", "SECONDS",
	 "stop the program when it takes longer (none)"},
	{FLAG_WARMUP, "warmup", "N", "run it so many times before (0)"},
	{FLAG_RUNS, "runs", "N", "measure it so many times (1)"},
	{FLAG_NAME, "name", "NAME", "what the run is called"},
	{FLAG_NAME, "command-name", "NAME", NULL},
	{FLAG_RESULTS_DIR, "results-dir", "DIR",
	 "where runs are stored (" TM_RESULTS_DIRECTORY ")"},
	{FLAG_EXPORT_JSON, "export-json", "FILE", "write all figures"},
	{FLAG_EXPORT_MARKDOWN, "export-markdown", "FILE", "write the table"},
	{FLAG_EXPORT_CSV, "export-csv", "FILE", "write the table"},
	{FLAG_FORMAT, "format", "term|none",
	 "draw the curve at the end (term on a terminal)"},
	TM_CLI_GATING_FLAGS,
	{FLAG_QUIET, "quiet", NULL, "only errors, and what a gate says"},
	TM_CLI_FLAGS_END};

/* As hyperfine has them. */
const struct tm_cli_letter tm_cli_exec_letters[] = {
	{'w', "warmup"}, {'r', "runs"}, {'n', "name"}, {0, NULL}};

/* --- one flag ------------------------------------------------------------- */

static const char *flag_of(enum tm_mark_source source)
{
	static const char *const flags[] = {
		[TM_MARKS_FD] = "mark-fd",
		[TM_MARKS_REGEX] = "mark-regex",
		[TM_MARKS_SIGNAL] = "mark-signal",
		[TM_MARKS_TIME] = "every",
	};

	return flags[source];
}

/* What an iteration is, is said once. */
static enum tm_rc set_source(struct tm_cli_exec *exec,
			     enum tm_mark_source source, struct tm_err *err)
{
	enum tm_mark_source before = exec->marks.source;

	if (before != TM_MARKS_AUTO && before != source)
		return tm_fail(err, TM_EUSAGE,
			       "--%s and --%s exclude each other: an iteration "
			       "is one or the other",
			       flag_of(before), flag_of(source));
	exec->marks.source = source;
	return TM_OK;
}

static enum tm_rc set_signal(struct tm_cli_exec *exec, const char *name,
			     struct tm_err *err)
{
	const char *bare = name ? name : "USR1";
	uint64_t number;

	if (strncmp(bare, "SIG", 3) == 0)
		bare += 3;
	if (strcmp(bare, "USR1") == 0)
		exec->marks.signal = SIGUSR1;
	else if (strcmp(bare, "USR2") == 0)
		exec->marks.signal = SIGUSR2;
	else if (strcmp(bare, "RTMIN") == 0)
		exec->marks.signal = SIGRTMIN;
	else if (strncmp(bare, "RTMIN+", 6) == 0 &&
		 tm_quantity_count(bare + 6, &number) &&
		 number <= (uint64_t)(SIGRTMAX - SIGRTMIN))
		exec->marks.signal = SIGRTMIN + (int)number;
	else
		return tm_fail(err, TM_EUSAGE,
			       "mark-signal is USR1, USR2, RTMIN or RTMIN+N, "
			       "not '%.40s'",
			       name);
	return set_source(exec, TM_MARKS_SIGNAL, err);
}

static enum tm_rc set_every(struct tm_cli_exec *exec, const char *text,
			    struct tm_err *err)
{
	if (!tm_quantity_ms(text, &exec->marks.every_ms) ||
	    exec->marks.every_ms == 0)
		return tm_fail(err, TM_EUSAGE,
			       "every is a time of a millisecond or more, as "
			       "0.1 or 2m, not '%.40s'",
			       text);
	return set_source(exec, TM_MARKS_TIME, err);
}

static enum tm_rc set_regex(struct tm_cli_exec *exec, const char *text,
			    struct tm_err *err)
{
	exec->marks.regex = text;
	return set_source(exec, TM_MARKS_REGEX, err);
}

static enum tm_rc set_pid(struct tm_cli_exec *exec, const char *text,
			  struct tm_err *err)
{
	uint64_t number;

	if (!tm_quantity_count(text, &number) || number == 0 ||
	    number > INT32_MAX)
		return tm_fail(err, TM_EUSAGE,
			       "pid is the number of a process, not '%.40s'",
			       text);
	exec->pid = (pid_t)number;
	return TM_OK;
}

static enum tm_rc set_picture(struct tm_cli_exec *exec, const char *word,
			      struct tm_err *err)
{
	if (strcmp(word, "term") == 0)
		exec->picture = TM_CLI_PICTURE_TERM;
	else if (strcmp(word, "none") == 0)
		exec->picture = TM_CLI_PICTURE_NONE;
	else
		return tm_fail(err, TM_EUSAGE,
			       "format is term or none, not '%.20s'", word);
	return TM_OK;
}

static enum tm_rc set_count(uint64_t *out, const char *name, const char *text,
			    struct tm_err *err)
{
	if (tm_quantity_count(text, out))
		return TM_OK;
	return tm_fail(err, TM_EUSAGE, "%s is a whole number, not '%.40s'",
		       name, text);
}

static enum tm_rc set_sampling(struct tm_cli_exec *exec, const char *text,
			       struct tm_err *err)
{
	exec->keeps_sampling = 1;
	if (tm_quantity_bytes(text, &exec->sampling_bytes))
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "sample-bytes is a size, as 512KiB, not '%.40s'", text);
}

/* What an iteration is, and which program. */
static enum tm_rc take_source(struct tm_cli_exec *exec, int id,
			      const char *value, struct tm_err *err)
{
	switch (id) {
	case FLAG_MARK_FD:
		return set_source(exec, TM_MARKS_FD, err);
	case FLAG_MARK_REGEX:
		return set_regex(exec, value, err);
	case FLAG_MARK_SIGNAL:
		return set_signal(exec, value, err);
	case FLAG_EVERY:
		return set_every(exec, value, err);
	case FLAG_MARK_ACK:
		exec->marks.acknowledge = 1;
		return TM_OK;
	case FLAG_PID:
		return set_pid(exec, value, err);
	case FLAG_STDIN:
		exec->passes_stdin = 1;
		return TM_OK;
	case FLAG_PRELOAD:
		exec->preloads = 1;
		return TM_OK;
	default: /* FLAG_SAMPLE_BYTES */
		return set_sampling(exec, value, err);
	}
}

/* How often, how long, and what is done with it. */
static enum tm_rc take_rest(struct tm_cli_exec *exec, int id, const char *value,
			    struct tm_err *err)
{
	switch (id) {
	case FLAG_MEMORY_LIMIT:
		return tm_job_set(&exec->given, TM_JOB_memory_limit, value,
				  err);
	case FLAG_TIMEOUT:
		return tm_job_set(&exec->given, TM_JOB_timeout, value, err);
	case FLAG_WARMUP:
		return set_count(&exec->warmup, "warmup", value, err);
	case FLAG_RUNS:
		return tm_job_set(&exec->given, TM_JOB_runs, value, err);
	case FLAG_NAME:
		exec->name = value;
		break;
	case FLAG_RESULTS_DIR:
		exec->results_directory = value;
		break;
	case FLAG_EXPORT_JSON:
		exec->exports.json = value;
		break;
	case FLAG_EXPORT_MARKDOWN:
		exec->exports.markdown = value;
		break;
	case FLAG_EXPORT_CSV:
		exec->exports.csv = value;
		break;
	case FLAG_FORMAT:
		return set_picture(exec, value, err);
	default: /* FLAG_QUIET */
		exec->quiet = 1;
	}
	return TM_OK;
}

static enum tm_rc take_flag(struct tm_cli_exec *exec,
			    const struct tm_cli_reader *reader,
			    struct tm_err *err)
{
	int id = reader->flag->id;

	if (id == TM_CLI_GATING_EXTEND)
		return tm_fail(err, TM_EUSAGE,
			       "--extend cannot make a program of yours run "
			       "longer: let it do more, and run it again");
	if (id >= TM_CLI_GATING_FIRST)
		return tm_cli_gating_take(&exec->gating, reader, err);
	if (id <= FLAG_SAMPLE_BYTES)
		return take_source(exec, id, reader->value, err);
	return take_rest(exec, id, reader->value, err);
}

/* --- what does not go together -------------------------------------------- */

static enum tm_rc refuse_pid(const struct tm_cli_exec *exec, struct tm_err *err)
{
	enum tm_mark_source source = exec->marks.source;
	const char *flag = NULL;

	if (exec->command)
		return tm_fail(err, TM_EUSAGE,
			       "--pid measures a process that runs already: "
			       "leave '%.60s' away",
			       exec->command[0]);
	if (source == TM_MARKS_FD || source == TM_MARKS_REGEX)
		flag = flag_of(source);
	else if (exec->marks.acknowledge)
		flag = "mark-ack";
	else if (exec->preloads)
		flag = "preload";
	else if (exec->passes_stdin)
		flag = "stdin";
	else if (exec->warmup)
		flag = "warmup";
	else if (exec->given.value[TM_JOB_runs])
		flag = "runs";
	else if (exec->gating.confirm)
		flag = "confirm";
	if (flag)
		return tm_fail(err, TM_EUSAGE,
			       "--%s needs a program that tidemark starts, and "
			       "--pid measures one that runs already",
			       flag);
	if (tm_job_memory_limit_bytes(&exec->given) &&
	    exec->given.value[TM_JOB_memory_limit])
		return tm_fail(err, TM_EUSAGE,
			       "--memory-limit stops a program, and --pid "
			       "leaves it unharmed");
	return TM_OK;
}

static enum tm_rc check(const struct tm_cli_exec *exec, struct tm_err *err)
{
	enum tm_mark_source source = exec->marks.source;

	if (exec->pid)
		return refuse_pid(exec, err);
	if (!exec->command)
		return tm_fail(err, TM_EUSAGE,
			       "exec needs a program: tidemark exec [FLAG...] "
			       "-- COMMAND [ARG...]");
	if (exec->marks.acknowledge && source != TM_MARKS_AUTO &&
	    source != TM_MARKS_FD)
		return tm_fail(err, TM_EUSAGE,
			       "--mark-ack answers marks on $TIDEMARK_FD, and "
			       "--%s has none",
			       flag_of(source));
	if (exec->keeps_sampling && !exec->preloads)
		return tm_fail(err, TM_EUSAGE,
			       "--sample-bytes needs --preload");
	if (exec->name && !*exec->name)
		return tm_fail(err, TM_EUSAGE, "--name needs a name");
	return TM_OK;
}

/* --- all of them ---------------------------------------------------------- */

static void set_defaults(struct tm_cli_exec *out)
{
	memset(out, 0, sizeof(*out));
	out->results_directory = TM_RESULTS_DIRECTORY;
	out->sampling_bytes = SAMPLING_BYTES;
	tm_job_init(&out->given);
	tm_cli_gating_init(&out->gating);
}

enum tm_cli_item tm_cli_exec_read(struct tm_cli_exec *out, int argc,
				  char **argv, struct tm_err *err)
{
	struct tm_cli_reader reader;
	enum tm_cli_item item;

	set_defaults(out);
	tm_cli_reader_init(&reader, &tm_cli_exec, argc, argv);
	while ((item = tm_cli_read(&reader, err)) == TM_CLI_FLAG) {
		if (take_flag(out, &reader, err) != TM_OK)
			return TM_CLI_BAD;
	}
	/* From its first word on, all is the program's. */
	if (item == TM_CLI_WORD)
		out->command = argv + reader.next - 1;
	else if (item != TM_CLI_END)
		return item;
	out->gating.advises = !out->gating.wanted;
	out->gating.brief = tm_job_runs(&out->given) > 1;
	return check(out, err) == TM_OK ? TM_CLI_END : TM_CLI_BAD;
}

void tm_cli_exec_release(struct tm_cli_exec *exec)
{
	tm_job_release(&exec->given);
}
