/*
 * Run programs of the corpus and print what was measured.
 *
 *	corpus --list
 *	corpus --program churn --seed 7 [--leak 16] [--iterations N]
 *	       [--samples N] [--jitter] [--extend TIMES]
 *	corpus --all --seeds 100 [--seed N] [--held-out|--tuning] [--leak N] ...
 *
 * A run is a line `run program family held-out seed allocator iterations
 * samples jitter leak exact resident kind`, a line a sample, and a line `end
 * lost`, the bytes that the allocator counts for what the program lost.
 */
#include "corpus.h"

#include <errno.h>
#include <malloc.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe/probe.h"

extern char **environ;
extern int mallctlbymib(const size_t *mib, size_t length, void *old_value,
			size_t *old_size, void *new_value, size_t new_size)
	__attribute__((weak));

static const struct corpus_programs *const tables[] = {
	&corpus_flat,	 &corpus_caches,     &corpus_pages,
	&corpus_threads, &corpus_collectors, &corpus_leaks,
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

struct request {
	const char *program;
	const char *exact; /* only programs with this truth, or NULL */
	int list;
	int all;
	int jitter;
	int held_out; /* 1: only these, 0: only others, -1: both */
	uint64_t seed;
	uint64_t seeds;
	uint64_t leak;
	uint64_t iterations;
	uint64_t samples;
	uint64_t extend; /* go on for so many times the iterations */
};

/* --- for programs --------------------------------------------------------- */

/* Marsaglia's xorshift with a multiplication, as Vigna gives it. */
static uint64_t next(struct corpus *corpus)
{
	uint64_t x = corpus->random;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	corpus->random = x;
	return x * 0x2545f4914f6cdd1du;
}

uint64_t corpus_below(struct corpus *corpus, uint64_t limit)
{
	return (next(corpus) >> 11) % limit;
}

uint64_t corpus_between(struct corpus *corpus, uint64_t from, uint64_t to)
{
	return from + corpus_below(corpus, to - from + 1);
}

double corpus_uniform(struct corpus *corpus)
{
	return (double)(next(corpus) >> 11) / 9007199254740992.0;
}

void *corpus_malloc(size_t size)
{
	void *block = malloc(size);

	if (!block)
		abort();
	memset(block, 1, size);
	return block;
}

void corpus_lose(struct corpus *corpus, size_t size)
{
	void *block = corpus_malloc(size);

	/* glibc's own count has the size field before each block too. */
	corpus->lost +=
		malloc_usable_size(block) + (mallctlbymib ? 0 : sizeof(size_t));
}

void *corpus_state(struct corpus *corpus, size_t size)
{
	corpus->state = calloc(1, size);
	if (!corpus->state)
		abort();
	return corpus->state;
}

/* --- samples -------------------------------------------------------------- */

static void put_column(int has, uint64_t value)
{
	if (has)
		printf(" %llu", (unsigned long long)value);
	else
		fputs(" -", stdout);
}

static void put_sample(const struct corpus *corpus, struct tm_probe *probe)
{
	static const enum tm_metric columns[] = {
		TM_METRIC_rss_bytes, TM_METRIC_maxrss_bytes,
		TM_METRIC_active_bytes, TM_METRIC_resident_bytes};
	struct tm_sample sample = {.present = 0};
	struct stat fds;
	size_t i;

	tm_probe_sample(probe, TM_PROBE_MARK, &sample);
	if (!mallctlbymib) {
		struct mallinfo2 info = mallinfo2();

		tm_sample_set(&sample, TM_METRIC_allocated_bytes,
			      info.uordblks + info.hblkhd);
		tm_sample_set(&sample, TM_METRIC_retained_bytes,
			      info.arena - info.uordblks);
	}
	printf("%llu", (unsigned long long)corpus->done);
	put_column(tm_sample_has(&sample, TM_METRIC_allocated_bytes),
		   sample.value[TM_METRIC_allocated_bytes]);
	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		put_column(tm_sample_has(&sample, columns[i]),
			   sample.value[columns[i]]);
	put_column(corpus->has_runtime, corpus->live_objects);
	put_column(corpus->has_runtime, corpus->garbage);
	put_column(corpus->has_runtime, corpus->entries);
	/* Since Linux 6.2 the size of that folder is their number. */
	put_column(stat("/proc/self/fd", &fds) == 0 && fds.st_size > 0,
		   (uint64_t)fds.st_size);
	put_column(tm_sample_has(&sample, TM_METRIC_retained_bytes),
		   sample.value[TM_METRIC_retained_bytes]);
	putchar('\n');
}

/* A leak of fewer than 16 bytes is 16 of them now and then. */
static void leak(struct corpus *corpus)
{
	if (corpus->leak >= 16)
		corpus_lose(corpus, corpus->leak);
	else if (corpus->leak > 0 && corpus->done % (16 / corpus->leak) == 0)
		corpus_lose(corpus, 16);
}

/* The iteration after which sample `number` (1 is the first) is taken. */
static uint64_t due_at(struct corpus *dice, const struct request *request,
		       uint64_t number)
{
	double every = (double)request->iterations / (double)request->samples;
	double at = every * (double)number;

	if (request->jitter && number < request->samples * request->extend)
		at += every * (.5 * corpus_uniform(dice) - .25);
	return (uint64_t)at;
}

static void run(const struct corpus_program *program,
		const struct request *request)
{
	static char buffer[1 << 20];
	struct corpus corpus = {.random = 0x9e3779b97f4a7c15u *
					  (request->seed + 1),
				.iterations = request->iterations,
				.leak = request->leak};
	struct corpus dice = {.random = request->seed * 2654435761u + 99};
	uint64_t number = 1, due = due_at(&dice, request, 1);
	struct tm_probe probe;

	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	if (tm_probe_open(&probe, 0, NULL) != TM_OK)
		abort();
	printf("run %s %s %d %llu %s %llu %llu %d %llu %d %d %d\n",
	       program->name, program->family,
	       corpus_is_held_out(program->family),
	       (unsigned long long)request->seed,
	       mallctlbymib ? "jemalloc" : "glibc",
	       (unsigned long long)(request->iterations * request->extend),
	       (unsigned long long)(request->samples * request->extend),
	       request->jitter, (unsigned long long)request->leak,
	       request->leak ? CORPUS_GROWS : program->exact,
	       request->leak ? CORPUS_GROWS : program->resident,
	       request->leak ? TM_KIND_HEAP : program->kind);
	next(&corpus);
	program->open(&corpus);
	while (corpus.done < corpus.iterations * request->extend) {
		program->step(&corpus);
		leak(&corpus);
		corpus.done++;
		if (corpus.done < due)
			continue;
		put_sample(&corpus, &probe);
		due = due_at(&dice, request, ++number);
	}
	printf("end %llu\n", (unsigned long long)corpus.lost);
	fflush(stdout);
	/* The threads of a program have no end of their own. */
	_exit(0);
}

/* --- many runs ------------------------------------------------------------ */

static int is_wanted(const struct corpus_program *program,
		     const struct request *request)
{
	if (request->leak && !program->composes)
		return 0;
	if (request->program && strcmp(request->program, program->name) != 0)
		return 0;
	if (request->held_out >= 0 &&
	    request->held_out != corpus_is_held_out(program->family))
		return 0;
	return !request->exact ||
	       (int)strtol(request->exact, NULL, 10) == (int)program->exact;
}

/* Each run is a process that has done nothing else before. */
static void start(const struct corpus_program *program,
		  const struct request *request, uint64_t seed)
{
	static const char *const flags[] = {"--seed", "--leak", "--iterations",
					    "--samples", "--extend"};
	uint64_t values[5] = {seed, request->leak, request->iterations,
			      request->samples, request->extend};
	char text[14][32];
	char *argv[15] = {NULL};
	pid_t child;
	int status, i;

	snprintf(text[0], sizeof(text[0]), "corpus");
	snprintf(text[1], sizeof(text[1]), "--program");
	snprintf(text[2], sizeof(text[2]), "%s", program->name);
	for (i = 0; i < 5; i++) {
		snprintf(text[3 + 2 * i], sizeof(text[0]), "%s", flags[i]);
		snprintf(text[4 + 2 * i], sizeof(text[0]), "%llu",
			 (unsigned long long)values[i]);
	}
	snprintf(text[13], sizeof(text[13]), "--jitter");
	for (i = 0; i < (request->jitter ? 14 : 13); i++)
		argv[i] = text[i];
	/* What waits in a thread's cache counts as used in mallinfo2(), so
	 * without this glibc's count is not exact. */
	setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0", 1);
	fflush(stdout);
	if (posix_spawn(&child, "/proc/self/exe", NULL, NULL, argv, environ)) {
		fputs("corpus: cannot start itself\n", stderr);
		exit(3);
	}
	if (waitpid(child, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "corpus: %s, seed %llu: ended with %d\n",
			program->name, (unsigned long long)seed, status);
		exit(3);
	}
}

static void run_all(const struct request *request)
{
	uint64_t seed;
	size_t i, j;

	for (seed = request->seed; seed < request->seed + request->seeds;
	     seed++) {
		for (i = 0; i < TABLES; i++) {
			for (j = 0; j < tables[i]->count; j++) {
				if (is_wanted(&tables[i]->program[j], request))
					start(&tables[i]->program[j], request,
					      seed);
			}
		}
	}
}

static const struct corpus_program *find(const char *name)
{
	size_t i, j;

	for (i = 0; i < TABLES; i++) {
		for (j = 0; j < tables[i]->count; j++) {
			if (strcmp(tables[i]->program[j].name, name) == 0)
				return &tables[i]->program[j];
		}
	}
	return NULL;
}

static void list(void)
{
	size_t i, j;

	for (i = 0; i < TABLES; i++) {
		for (j = 0; j < tables[i]->count; j++)
			printf("%-20s %-16s %s\n", tables[i]->program[j].name,
			       tables[i]->program[j].family,
			       corpus_is_held_out(tables[i]->program[j].family)
				       ? "held out"
				       : "tuning");
	}
}

/* --- the command line ----------------------------------------------------- */

static uint64_t number_of(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = text ? strtoull(text, &end, 10) : 0;
	if (!text || errno || *end || end == text || text[0] == '-') {
		fprintf(stderr, "corpus: '%s' is no number\n",
			text ? text : "");
		exit(2);
	}
	return value;
}

static void read_flag(struct request *request, char **argv, int *i)
{
	const char *flag = argv[*i];

	if (strcmp(flag, "--list") == 0)
		request->list = 1;
	else if (strcmp(flag, "--all") == 0)
		request->all = 1;
	else if (strcmp(flag, "--jitter") == 0)
		request->jitter = 1;
	else if (strcmp(flag, "--held-out") == 0)
		request->held_out = 1;
	else if (strcmp(flag, "--tuning") == 0)
		request->held_out = 0;
	else if (strcmp(flag, "--exact") == 0)
		request->exact = argv[++*i];
	else if (strcmp(flag, "--program") == 0)
		request->program = argv[++*i];
	else if (strcmp(flag, "--seed") == 0)
		request->seed = number_of(argv[++*i]);
	else if (strcmp(flag, "--seeds") == 0)
		request->seeds = number_of(argv[++*i]);
	else if (strcmp(flag, "--leak") == 0)
		request->leak = number_of(argv[++*i]);
	else if (strcmp(flag, "--iterations") == 0)
		request->iterations = number_of(argv[++*i]);
	else if (strcmp(flag, "--extend") == 0)
		request->extend = number_of(argv[++*i]);
	else if (strcmp(flag, "--samples") == 0)
		request->samples = number_of(argv[++*i]);
	else {
		fprintf(stderr, "corpus: what is '%s'?\n", flag);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct request request = {.held_out = -1,
				  .seeds = 1,
				  .iterations = 100000,
				  .samples = 100,
				  .extend = 1};
	const struct corpus_program *program;
	int i;

	for (i = 1; i < argc; i++)
		read_flag(&request, argv, &i);
	if (request.list) {
		list();
		return 0;
	}
	if (request.all) {
		run_all(&request);
		return 0;
	}
	program = request.program ? find(request.program) : NULL;
	if (!program || request.samples == 0 || request.iterations == 0) {
		fputs("corpus: --list, --all or --program NAME\n", stderr);
		return 2;
	}
	run(program, &request);
}
