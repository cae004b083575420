#include "run/outcome.h"

#include <signal.h>
#include <string.h>

#include "util/amount.h"

/* How far a process's peak must be above what samples saw to be worth a note:
 * threads add their page counts to the kernel's total in batches. */
#define PEAK_SHARE 1.1
#define PEAK_SLACK TM_MIB

/* --- how ------------------------------------------------------------------ */

static void set_signaled(struct tm_session *session, int signal)
{
	static const enum tm_ending killed[] = {
		[TM_OOM_NONE] = TM_ENDING_KILLED,
		[TM_OOM_GROUP] = TM_ENDING_KILLED_GROUP,
		[TM_OOM_MACHINE] = TM_ENDING_KILLED_MACHINE,
	};
	enum tm_oom_evidence oom = tm_oom_check(&session->program.oom);
	struct tm_run_ending ending = {.cause = TM_ENDING_SIGNAL,
				       .signal = tm_known_int(signal)};

	if (signal == SIGKILL)
		ending.cause = killed[oom];
	else if (signal == SIGINT &&
		 session->opts->child.input == TM_CHILD_INPUT_TERMINAL)
		ending.cause = TM_ENDING_INTERRUPT;
	tm_run_set_ending(session->run, &ending, NULL);
}

/* The process that was killed may be one of its workers. */
static void note_oom(struct tm_session *session)
{
	if (tm_oom_check(&session->program.oom) == TM_OOM_GROUP)
		tm_run_note(session->run,
			    "the kernel's out-of-memory killer killed a "
			    "process in its control group");
}

/* --- what it used --------------------------------------------------------- */

/* A child may start, grow and end between two samples. */
static void note_unseen_peak(struct tm_session *session, uint64_t largest)
{
	uint64_t seen = session->watch.highest_bytes;
	char peak[TM_AMOUNT_MAX], sampled[TM_AMOUNT_MAX];

	/* A run without samples has another fault, which it names. */
	if (!session->watch.has_probe || session->run->sample_count == 0 ||
	    (double)largest <= PEAK_SHARE * (double)seen + PEAK_SLACK)
		return;
	tm_amount_format(peak, (double)largest, "bytes");
	tm_amount_format(sampled, (double)seen, "bytes");
	tm_run_note(session->run,
		    "peak of one process %s, but samples saw at most "
		    "%s of all of them: short-lived memory between two "
		    "samples",
		    peak, sampled);
}

static void set_usage(struct tm_session *session)
{
	uint64_t largest =
		tm_usage_largest_bytes(&session->program.usage,
				       session->program.orphans.largest_bytes);

	tm_usage_fill(&session->program.usage, largest, &session->run->usage);
	if (!session->ending.stopped) /* else it grew until the limit */
		note_unseen_peak(session, largest);
}

/* `error` is what it reported, or NULL. */
static void set_failed(struct tm_run *run, int status, const char *error)
{
	struct tm_run_ending ending = {.cause = error ? TM_ENDING_ERROR
						      : TM_ENDING_EXIT_CODE,
				       .exit_code = tm_known_int(status)};

	tm_run_set_ending(run, &ending, error);
}

void tm_outcome_set(struct tm_session *session, enum tm_child_state state,
		    int status)
{
	const char *error = session->watch.collector.error;
	struct tm_run *run = session->run;

	set_usage(session);
	if (session->opts->attach) {
		if (!session->ending.detached)
			tm_run_note(run, "the program ended; its exit status "
					 "is only available to its parent");
		return;
	}
	if (state == TM_CHILD_EXITED)
		run->exit_code = status;
	else if (state == TM_CHILD_SIGNALED)
		run->signal = status;
	if (session->ending.stopped)
		return;
	if (state == TM_CHILD_SIGNALED) {
		set_signaled(session, status);
		return;
	}
	note_oom(session);
	if (status != 0)
		set_failed(run, status, error);
	else if (error)
		tm_run_note(run, "it reported an error and continued: %s",
			    error);
}

void tm_outcome_check_orphans(struct tm_session *session)
{
	char names[120], left[TM_AMOUNT_MAX];
	size_t count;

	if (session->opts->attach)
		return;
	if (session->ending.stopped) {
		tm_orphans_kill(&session->program.orphans);
		return;
	}
	count = tm_orphans_left(&session->program.orphans, names,
				sizeof(names));
	tm_amount_format(left, (double)count, "processes");
	if (count)
		tm_run_note(session->run,
			    "it left %s running (%s), no longer measured; "
			    "tidemark exec --pid PID measures one",
			    left, names);
}
