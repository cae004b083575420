/*
 * A program that allocates what it knows of, and checks that the library
 * counted just that: `subject BEHAVIOUR`.  It ends with 0 when all was as it
 * should be, else it says what was not.  It is linked with glibc's malloc, with
 * jemalloc and with mimalloc.
 */
#include "subject.h"

#include <dlfcn.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../reader.h"

#define BLOCKS 64

struct tm_area *area; /* this process's own */

static int64_t size_of(void *block)
{
	return (int64_t)malloc_usable_size(block);
}

void must(int holds, const char *what, int64_t is, int64_t wanted)
{
	if (holds)
		return;
	fprintf(stderr, "%s: %lld instead of %lld\n", what, (long long)is,
		(long long)wanted);
	_exit(1);
}

void must_equal(const char *what, int64_t is, int64_t wanted)
{
	must(is == wanted, what, is, wanted);
}

/* --- each entry point ----------------------------------------------------- */

static void *by_malloc(size_t size)
{
	return malloc(size);
}

static void *by_calloc(size_t size)
{
	return calloc(3, size);
}

static void *by_realloc(size_t size)
{
	return realloc(NULL, size);
}

static void *by_reallocarray(size_t size)
{
	return reallocarray(NULL, 2, size);
}

static void *by_posix_memalign(size_t size)
{
	void *block = NULL;

	return posix_memalign(&block, 256, size) == 0 ? block : NULL;
}

static void *by_aligned_alloc(size_t size)
{
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void *by_memalign(size_t size)
{
	return memalign(4096, size);
}

static void *by_valloc(size_t size)
{
	return valloc(size);
}

static void *by_pvalloc(size_t size)
{
	return pvalloc(size);
}

static void *by_strdup(size_t size)
{
	char *text = malloc(size + 1), *copy;

	memset(text, 'x', size);
	text[size] = '\0';
	copy = strdup(text);
	free(text);
	return copy;
}

/* strdup() writes to all that it takes, and calloc() of some allocators: not the
 * largest. */
#define WRITTEN_MOST 3000000

static const struct {
	const char *name;
	void *(*take)(size_t size);
	size_t most;
} ways[] = {
	{"malloc", by_malloc, SIZE_MAX},
	{"calloc", by_calloc, WRITTEN_MOST},
	{"realloc", by_realloc, SIZE_MAX},
	{"reallocarray", by_reallocarray, SIZE_MAX},
	{"posix_memalign", by_posix_memalign, SIZE_MAX},
	{"aligned_alloc", by_aligned_alloc, SIZE_MAX},
	{"memalign", by_memalign, SIZE_MAX},
	{"valloc", by_valloc, SIZE_MAX},
	{"pvalloc", by_pvalloc, SIZE_MAX},
	{"strdup", by_strdup, WRITTEN_MOST},
};

static void try_way(const char *name, void *(*take)(size_t size), size_t size)
{
	int64_t bytes = reader_net_bytes(area);
	int64_t blocks = reader_net_blocks(area);
	void *block = take(size);

	if (!block)
		must(0, name, 0, (int64_t)size);
	must_equal(name, reader_net_bytes(area) - bytes, size_of(block));
	must_equal(name, reader_net_blocks(area) - blocks, 1);
	free(block);
	must_equal(name, reader_net_bytes(area), bytes);
	must_equal(name, reader_net_blocks(area), blocks);
}

static void entry_points(void)
{
	static const size_t sizes[] = {1,    24,     25,      100,     4096,
				       5000, 200000, 3000000, 90000000};
	size_t i, j;

	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		for (j = 0; j < sizeof(sizes) / sizeof(*sizes) &&
			    sizes[j] <= ways[i].most;
		     j++)
			try_way(ways[i].name, ways[i].take, sizes[j]);
	free(NULL);
}

/* --- realloc -------------------------------------------------------------- */

static void reallocation(void)
{
	int64_t before = reader_net_bytes(area);
	int64_t blocks = reader_net_blocks(area);
	size_t sizes[] = {10, 20, 500, 400, 100000, 5000000, 30000000, 300, 1};
	volatile size_t too_much = (size_t)-1 / 2;
	/* Volatile, because the compiler does not believe in failures. */
	void *volatile block = NULL;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		block = realloc(block, sizes[i]);
		must_equal("realloc", reader_net_bytes(area) - before,
			   size_of(block));
		must_equal("blocks", reader_net_blocks(area) - blocks, 1);
	}
	must(!realloc(block, too_much), "realloc", 1, 0);
	must_equal("a failed realloc", reader_net_bytes(area) - before,
		   size_of(block));
	must(!reallocarray(block, too_much, 4), "reallocarray", 1, 0);
	must_equal("an overflow", reader_net_bytes(area) - before,
		   size_of(block));
	block = realloc(block, 0);
	must_equal("to nothing", reader_net_bytes(area) - before,
		   block ? size_of(block) : 0);
	free(block);
	must_equal("the end", reader_net_bytes(area), before);
	must(!malloc(too_much), "malloc", 1, 0);
	must(!calloc(too_much, 4), "calloc", 1, 0);
	must_equal("failures", reader_net_bytes(area), before);
}

/* --- threads -------------------------------------------------------------- */

#define THREAD_BLOCKS 1000

struct worker {
	pthread_t thread;
	void *kept[BLOCKS];
	int64_t bytes;
};

/* Churns, and keeps the last blocks for another thread to free. */
static void *work(void *argument)
{
	struct worker *worker = argument;
	int i;

	for (i = 0; i < THREAD_BLOCKS; i++) {
		free(worker->kept[i % BLOCKS]);
		worker->kept[i % BLOCKS] = malloc((size_t)(i % 700) + 1);
	}
	for (i = 0; i < BLOCKS; i++)
		worker->bytes += size_of(worker->kept[i]);
	return NULL;
}

static void run_workers(struct worker *workers, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		memset(&workers[i], 0, sizeof(*workers));
		must_equal("pthread_create",
			   pthread_create(&workers[i].thread, NULL, work,
					  &workers[i]),
			   0);
	}
	for (i = 0; i < count; i++)
		pthread_join(workers[i].thread, NULL);
}

/* What the C library keeps for threads that ended may differ: all is done once
 * before it is done for good. */
static void threads_of(int count)
{
	static struct worker workers[300];
	int64_t before = 0, bytes = 0;
	int i, j, round;

	for (round = 0; round < 2; round++) {
		before = reader_net_blocks(area);
		run_workers(workers, count);
		must_equal("kept blocks",
			   reader_net_blocks(area) - before >= count * BLOCKS,
			   1);
		before = reader_net_bytes(area);
		for (bytes = i = 0; i < count; i++)
			for (j = 0; j < BLOCKS; j++) {
				bytes += size_of(workers[i].kept[j]);
				free(workers[i].kept[j]);
			}
		must_equal("freed by another thread",
			   before - reader_net_bytes(area), bytes);
	}
}

static void threads(void)
{
	threads_of(8);
}

static pthread_barrier_t barrier;

static void *meet(void *argument)
{
	void *block;

	pthread_barrier_wait(&barrier);
	block = malloc(1000);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	free(block);
	return argument;
}

/* More threads at one time than there are slots. */
static void many_threads(void)
{
	static pthread_t many[300];
	int64_t before;
	int i;

	pthread_barrier_init(&barrier, NULL, 301);
	for (i = 0; i < 300; i++)
		must_equal("pthread_create",
			   pthread_create(&many[i], NULL, meet, NULL), 0);
	before = reader_net_blocks(area);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	must_equal("300 threads", reader_net_blocks(area) - before, 300);
	must_equal("slots", area->slots_used, TM_AREA_SLOTS);
	pthread_barrier_wait(&barrier);
	for (i = 0; i < 300; i++)
		pthread_join(many[i], NULL);
	must(reader_net_blocks(area) <= before, "blocks at the end",
	     reader_net_blocks(area), before);
	threads_of(300);
}

static void *one_block(void *argument)
{
	free(malloc(100));
	return argument;
}

/* A thousand threads, one after the other: they all had the same slot. */
static void slots_again(void)
{
	pthread_t thread;
	int i;

	for (i = 0; i < 1000; i++) {
		pthread_create(&thread, NULL, one_block, NULL);
		pthread_join(thread, NULL);
	}
	must_equal("slots", area->slots_used, 3);
}

/* --- processes ------------------------------------------------------------ */

static int wait_for(pid_t child)
{
	int status = 0;

	must_equal("waitpid", waitpid(child, &status, 0), child);
	return status;
}

/* The child goes on from what the parent had; neither sees the other's. */
static void child_counts(int64_t parents_bytes)
{
	struct tm_area *own;
	void *block;

	/* A child that was forked unnoticed is noticed when it allocates. */
	free(malloc(1));
	own = reader_open_own();
	must(own != NULL && own != area, "the child's area", 0, 1);
	must_equal("the child's start", reader_net_bytes(own), parents_bytes);
	block = malloc(12345);
	must_equal("the child's block", reader_net_bytes(own) - parents_bytes,
		   size_of(block));
	must_equal("what it inherited", (int64_t)own->inherited_bytes,
		   parents_bytes);
	must_equal("its parent", own->parent, getppid());
}

static void fork_by(pid_t (*how)(void), const char *name)
{
	void *block = malloc(777);
	int64_t bytes = reader_net_bytes(area);
	pid_t child = how();

	if (child == 0) {
		child_counts(bytes);
		free(block);
		_exit(0);
	}
	must_equal(name, wait_for(child), 0);
	must_equal("the parent's bytes", reader_net_bytes(area), bytes);
	free(block);
}

static pid_t raw_fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void forks(void)
{
	fork_by(fork, "fork");
	fork_by(_Fork, "_Fork");
	fork_by(raw_fork, "clone");
}

/* --- children that can make no file --------------------------------------- */

/* The parent's figures stay its own, and the child lives. */
static void child_without_file(void (*prepare)(void), const char *name)
{
	int64_t bytes = reader_net_bytes(area);
	pid_t child = fork();
	int i;

	if (child == 0) {
		prepare();
		child = fork();
		for (i = 0; i < 1000; i++)
			free(malloc(100000));
		_exit(child > 0 && wait_for(child) != 0);
	}
	must_equal(name, wait_for(child), 0);
	must_equal(name, reader_net_bytes(area), bytes);
}

static void take_descriptors(void)
{
	struct rlimit none = {0, 0};

	setrlimit(RLIMIT_NOFILE, &none);
}

static void without_descriptors(void)
{
	child_without_file(take_descriptors, "no descriptors");
}

static void shut_in(void)
{
	must_equal("chroot", chroot("/proc/self"), 0);
}

static void in_chroot(void)
{
	child_without_file(shut_in, "chroot");
}

/* Opening, and taking room for, a file kills. */
static void forbid_files(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fallocate, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(*code), code};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	must_equal("seccomp",
		   prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void in_seccomp(void)
{
	child_without_file(forbid_files, "seccomp");
}

/* --- many of all ---------------------------------------------------------- */

/* What lives at all sites, as it is estimated. */
static int64_t sampled_bytes(const struct tm_area *of)
{
	int64_t sum = 0;
	uint32_t i;

	for (i = 0; i < of->sites_used; i++)
		sum += (int64_t)(of->site[i].allocated_bytes -
				 of->site[i].freed_bytes);
	return sum;
}

static void forked_samples(void)
{
	static void *blocks[BLOCKS * 10];
	int64_t before = sampled_bytes(area), with;
	pid_t child;
	size_t i;

	for (i = 0; i < BLOCKS * 10; i++)
		blocks[i] = malloc(5000);
	with = sampled_bytes(area);
	must(with > before + 2000000, "samples", with, before);
	child = fork();
	if (child == 0) {
		area = reader_open_own();
		must_equal("the child's samples", sampled_bytes(area), with);
		for (i = 0; i < BLOCKS * 10; i++)
			free(blocks[i]);
		must_equal("freed", sampled_bytes(area), before);
		_exit(0);
	}
	must_equal("the child", wait_for(child), 0);
	must_equal("the parent's samples", sampled_bytes(area), with);
}

/* A child that allocates at once, while other threads do too. */
static void *fork_often(void *argument)
{
	int i;
	pid_t child;

	for (i = 0; i < 10; i++) {
		child = fork();
		if (child == 0) {
			free(malloc(100000));
			_exit(reader_open_own() ? 0 : 1);
		}
		must_equal("fork among threads", wait_for(child), 0);
	}
	return argument;
}

static atomic_int stop;

static void *churn(void *argument)
{
	void *block[BLOCKS] = {0};
	unsigned int i;

	for (i = 0; !stop; i++) {
		free(block[i % BLOCKS]);
		block[i % BLOCKS] = malloc(i * 37 % 5000);
	}
	for (i = 0; i < BLOCKS; i++)
		free(block[i]);
	return argument;
}

static void fork_storm(void)
{
	pthread_t churning[4], forking[2];
	int i;

	for (i = 0; i < 4; i++)
		pthread_create(&churning[i], NULL, churn, NULL);
	for (i = 0; i < 2; i++)
		pthread_create(&forking[i], NULL, fork_often, NULL);
	for (i = 0; i < 2; i++)
		pthread_join(forking[i], NULL);
	stop = 1;
	for (i = 0; i < 4; i++)
		pthread_join(churning[i], NULL);
}

/* --- what must stay as it is ---------------------------------------------- */

/* glibc maps blocks from 128 KiB on, until one that it has mapped is freed. The
 * library must have freed none before the program has begun. */
static void thresholds(void)
{
	size_t mapped = mallinfo2().hblks;
	void *block = malloc(200000);

	must_equal("mapped blocks", (int64_t)(mallinfo2().hblks - mapped), 1);
	free(block);
}

/* --- libraries that come and go ------------------------------------------- */

/* Samples are taken while libraries come, go and come to the same place. */
static void libraries(void)
{
	static const char *const names[] = {"libm.so.6", "libresolv.so.2",
					    "libnsl.so.1", "libutil.so.1"};
	pthread_t churning[3];
	void *library;
	int i, loaded = 0;

	for (i = 0; i < 3; i++)
		pthread_create(&churning[i], NULL, churn, NULL);
	for (i = 0; i < 200; i++) {
		library = dlopen(names[i % 4], RTLD_NOW);
		free(malloc(3000));
		if (library)
			loaded += dlclose(library) == 0;
	}
	stop = 1;
	for (i = 0; i < 3; i++)
		pthread_join(churning[i], NULL);
	must(loaded >= 100, "libraries", loaded, 100);
}

/* A vforked child shares everything, and ends without its parent's ending. */
static void vforks(void)
{
	int64_t before = reader_net_bytes(area);
	pid_t child = vfork();

	if (child == 0)
		_exit(0);
	must_equal("vfork", wait_for(child), 0);
	must_equal("the parent has not ended", (int64_t)area->ended_ns, 0);
	must_equal("bytes", reader_net_bytes(area), before);
	must_equal("system", system("exit 7"), 7 << 8);
	must_equal("bytes after system", reader_net_bytes(area), before);
}

/* The next image of this process has the next number. */
static void execs(void)
{
	if (area->generation < 3)
		execl("/proc/self/exe", "subject", "execs", NULL);
	must_equal("images", area->generation, 3);
}

/* --- signals -------------------------------------------------------------- */

static volatile sig_atomic_t storms;

/* Not allowed, and done by programs all the same: the library must neither
 * hang nor lose a block.  Only sizes that the allocator takes from the
 * thread's own cache, because its locks are not ours to save. */
static void in_storm(int number)
{
	(void)number;
	storms = storms + 1;
	area->figures.asked++;
}

static void signals(void)
{
	struct itimerval often = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
	int64_t before;
	void *block;

	signal(SIGALRM, in_storm);
	before = reader_net_bytes(area);
	setitimer(ITIMER_REAL, &often, NULL);
	while (storms < 3000) {
		block = malloc(5000);
		block = realloc(block, 70000);
		free(block);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	must_equal("bytes", reader_net_bytes(area), before);
}

/* --- the allocator's own figures ------------------------------------------ */

static uint64_t ask(enum tm_figure which)
{
	uint32_t asked = ++area->figures.asked;

	free(malloc(1));
	must_equal("answered", area->figures.answered, asked);
	must_equal("sequence", area->figures.sequence % 2, 0);
	return area->figures.value[which];
}

/* What the allocator says that it handed out is what was taken.  Its overhead,
 * and what else it cached, are in its figure. */
static void figure_of_allocated(uint64_t before, uint64_t after, uint64_t bytes)
{
	must(after - before > bytes * 98 / 100 &&
		     after - before < bytes * 110 / 100,
	     "allocated", (int64_t)(after - before), (int64_t)bytes);
}

/* One that does not count that holds at least as much. */
static void figure_of_resident(uint64_t resident)
{
	must(resident >= (uint64_t)reader_net_bytes(area), "resident",
	     (int64_t)resident, reader_net_bytes(area));
}

static void figures(void)
{
	static void *blocks[BLOCKS];
	uint32_t known = area->figures.known;
	uint64_t before;
	int64_t bytes;
	int i;

	must(area->figures.allocator != TM_ALLOCATOR_UNKNOWN, "allocator", 0,
	     1);
	must_equal("known", known,
		   tm_allocator_row(area->figures.allocator)->figures);
	before = ask(TM_FIGURE_ALLOCATED);
	bytes = reader_net_bytes(area);
	for (i = 0; i < BLOCKS; i++)
		blocks[i] = malloc(i % 2 ? 3000 : 400000);
	bytes = reader_net_bytes(area) - bytes;
	if (known & TM_FIGURE_BIT(TM_FIGURE_ALLOCATED))
		figure_of_allocated(before, ask(TM_FIGURE_ALLOCATED),
				    (uint64_t)bytes);
	else
		figure_of_resident(ask(TM_FIGURE_RESIDENT));
	for (i = 0; i < BLOCKS; i++)
		free(blocks[i]);
}

/* --- all of them ---------------------------------------------------------- */

static void nothing(void)
{
}

static const struct {
	const char *name;
	void (*run)(void);
} behaviours[] = {
	{"nothing", nothing},
	{"entry-points", entry_points},
	{"reallocation", reallocation},
	{"threads", threads},
	{"many-threads", many_threads},
	{"slots-again", slots_again},
	{"forks", forks},
	{"fork-storm", fork_storm},
	{"libraries", libraries},
	{"thresholds", thresholds},
	{"without-descriptors", without_descriptors},
	{"in-chroot", in_chroot},
	{"in-seccomp", in_seccomp},
	{"forked-samples", forked_samples},
	{"vforks", vforks},
	{"execs", execs},
	{"signals", signals},
	{"figures", figures},
};

int main(int argc, char **argv)
{
	size_t i;

	area = reader_open_own();
	for (i = 0; i < sizeof(behaviours) / sizeof(*behaviours); i++) {
		if (argc < 2 || strcmp(argv[1], behaviours[i].name) != 0)
			continue;
		if (!area && strcmp(argv[1], "nothing") != 0)
			must(0, "no area", 0, 1);
		behaviours[i].run();
		return 0;
	}
	fprintf(stderr, "usage: subject BEHAVIOUR\n");
	return 2;
}
