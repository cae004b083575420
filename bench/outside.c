/*
 * What it costs to sample a program from outside: a mark, a checkpoint (with PSS)
 * and the memory guard's sample, beside one read of the program's statm.
 *
 * Usage: outside MIB PROCESSES, standard input: samples in each round
 *
 * The program is a process that holds MIB and has PROCESSES - 1 children with
 * 1 MiB each of their own.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "peer.h"
#include "probe/probe.h"

#define MIB 1048576u

struct costs {
	struct tm_times mark;
	struct tm_times guard;
	struct tm_times checkpoint;
	struct tm_times statm;
};

/* --- the program ---------------------------------------------------------- */

static void hold(size_t bytes)
{
	char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		_exit(TM_EXIT_UNMEASURED);
	memset(pages, 1, bytes);
}

static void stay(int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (write(ready, "", 1) != 1)
		_exit(TM_EXIT_UNMEASURED);
	for (;;)
		pause();
}

static void be_program(size_t bytes, long processes, int ready)
{
	long i;

	for (i = 1; i < processes; i++) {
		pid_t child = fork();

		if (child < 0)
			_exit(TM_EXIT_UNMEASURED);
		if (child == 0) {
			hold(MIB);
			stay(ready);
		}
	}
	hold(bytes);
	stay(ready);
}

/* The process number, when all of it is there; 0 when it cannot be. */
static pid_t start_program(size_t bytes, long processes)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready) != 0)
		return 0;
	pid = fork();
	if (pid == 0)
		be_program(bytes, processes, ready[1]);
	close(ready[1]);
	for (; pid > 0 && processes > 0; processes--) {
		if (read(ready[0], &byte, 1) != 1)
			return 0;
	}
	close(ready[0]);
	return pid > 0 ? pid : 0;
}

/* --- sampling ------------------------------------------------------------- */

static struct tm_times sample(struct tm_probe *probe, uint64_t count,
			      enum tm_probe_depth depth)
{
	struct tm_times before = tm_times_now();
	struct tm_sample into;

	for (; count > 0; count--) {
		memset(&into, 0, sizeof(into));
		tm_probe_sample(probe, depth, &into);
	}
	return tm_times_since(before);
}

static struct tm_times guard(struct tm_probe *probe, uint64_t count)
{
	struct tm_times before = tm_times_now();

	for (; count > 0; count--)
		tm_probe_rss(probe);
	return tm_times_since(before);
}

static struct tm_times read_statm(int fd, uint64_t count)
{
	struct tm_times before = tm_times_now();
	char text[128];

	for (; count > 0; count--) {
		if (pread(fd, text, sizeof(text), 0) <= 0)
			_exit(TM_EXIT_UNMEASURED);
	}
	return tm_times_since(before);
}

static void answer(const struct costs *costs)
{
	fputs("times", stdout);
	tm_peer_part("mark", costs->mark);
	tm_peer_part("guard", costs->guard);
	tm_peer_part("checkpoint", costs->checkpoint);
	tm_peer_part("statm", costs->statm);
	putchar('\n');
	fflush(stdout);
}

/* A probe that leaves something out would be cheap: wait until the copies
 * count, and see that all is measured. */
static int is_whole(struct tm_probe *probe, long processes)
{
	struct tm_sample into;

	do {
		memset(&into, 0, sizeof(into));
		tm_probe_sample(probe, TM_PROBE_CHECKPOINT, &into);
	} while (into.value[TM_METRIC_processes] < (uint64_t)processes);
	return tm_sample_has(&into, TM_METRIC_pss_bytes) &&
	       tm_sample_has(&into, TM_METRIC_descriptors) &&
	       tm_sample_has(&into, TM_METRIC_mappings) &&
	       tm_sample_has(&into, TM_METRIC_swap_bytes);
}

static void take_rounds(struct tm_probe *probe, int statm)
{
	struct costs costs;
	uint64_t count;

	while (tm_peer_next(&count)) {
		costs.mark = sample(probe, count, TM_PROBE_MARK);
		costs.guard = guard(probe, count);
		costs.checkpoint = sample(probe, count, TM_PROBE_CHECKPOINT);
		costs.statm = read_statm(statm, count);
		answer(&costs);
	}
}

static int measure(pid_t pid, long processes)
{
	struct tm_probe probe;
	struct tm_err err;
	char path[48];
	int statm, whole;

	snprintf(path, sizeof(path), "/proc/%ld/statm", (long)pid);
	statm = open(path, O_RDONLY | O_CLOEXEC);
	if (statm < 0 || tm_probe_open(&probe, pid, &err) != TM_OK) {
		fprintf(stderr, "outside: cannot sample the program\n");
		return TM_EXIT_UNMEASURED;
	}
	whole = is_whole(&probe, processes);
	if (whole)
		take_rounds(&probe, statm);
	else
		fprintf(stderr, "outside: not all of it can be measured\n");
	tm_probe_close(&probe);
	close(statm);
	return whole ? TM_EXIT_PASS : TM_EXIT_UNMEASURED;
}

int main(int argc, char **argv)
{
	long mib = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	long processes = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	pid_t pid;
	int status;

	if (mib < 1 || mib > 65536 || processes < 1 || processes > 500) {
		fprintf(stderr, "usage: outside MIB PROCESSES\n");
		return TM_EXIT_USAGE;
	}
	pid = start_program((size_t)mib * MIB, processes);
	if (!pid) {
		fprintf(stderr, "outside: cannot start the program\n");
		return TM_EXIT_UNMEASURED;
	}
	status = measure(pid, processes);
	kill(pid, SIGKILL);
	return status;
}
