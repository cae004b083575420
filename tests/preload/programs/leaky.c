/*
 * leaky.c - a program that leaks at known rates, to be found again.
 *
 * Usage: leaky ITERATIONS [thread|fork|exec|plugin LIBRARY]
 *
 * In each iteration leak_much() loses 30 blocks of 100 bytes and leak_little()
 * ten; fill_cache() keeps a block until it has 200, and then replaces them;
 * churn() takes and gives back.  Each iteration is marked.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BLOCK 100
#define CACHE 200

static void *volatile lost;

static __attribute__((noinline)) void leak_much(void)
{
	int i;

	for (i = 0; i < 30; i++)
		lost = malloc(BLOCK); /* much */
}

static __attribute__((noinline)) void leak_little(void)
{
	int i;

	for (i = 0; i < 10; i++)
		lost = malloc(BLOCK); /* little */
}

static __attribute__((noinline)) void fill_cache(int iteration)
{
	static void *cache[CACHE];
	void **place = &cache[iteration % CACHE];

	free(*place);
	*place = malloc(5000);
}

static __attribute__((noinline)) void churn(void)
{
	void *volatile blocks[50];
	int i;

	for (i = 0; i < 50; i++)
		blocks[i] = malloc(300);
	for (i = 0; i < 50; i++)
		free(blocks[i]);
}

/* Waits for the answer, when there is to be one. */
static void mark(int iteration)
{
	const char *number = getenv("TIDEMARK_FD");
	const char *answers = getenv("TIDEMARK_ACK_FD");
	char line[32];
	int length = snprintf(line, sizeof(line), "mark %d\n", iteration);

	if (number && write((int)strtol(number, NULL, 10), line,
			    (size_t)length) != length)
		exit(9);
	if (answers && read((int)strtol(answers, NULL, 10), line, 1) != 1)
		exit(8);
}

static void (*extra)(void) = leak_little;

static void work(int iterations, int marks)
{
	int i;

	for (i = 1; i <= iterations; i++) {
		leak_much();
		extra();
		fill_cache(i);
		churn();
		if (marks) {
			mark(i);
			usleep(100);
		}
	}
}

static void *work_in_thread(void *iterations)
{
	work(*(int *)iterations, 1);
	return NULL;
}

static int load_plugin(const char *path)
{
	void *library = dlopen(path, RTLD_NOW);
	void *function = library ? dlsym(library, "leak_in_plugin") : NULL;

	memcpy(&extra, &function, sizeof(extra));
	return function != NULL;
}

int main(int argc, char **argv)
{
	int iterations = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 1000;
	const char *way = argc > 2 ? argv[2] : "";
	pthread_t thread;

	if (strcmp(way, "thread") == 0) {
		if (pthread_create(&thread, NULL, work_in_thread, &iterations))
			return 3;
		pthread_join(thread, NULL);
		return 0;
	}
	if (strcmp(way, "fork") == 0) {
		if (fork() == 0) {
			work(iterations, 1);
			_exit(0);
		}
		wait(NULL);
		return 0;
	}
	/* What is lost before goes with the first image of the process. */
	if (strcmp(way, "exec") == 0) {
		work(200, 0);
		mark(0);
		execl("/proc/self/exe", argv[0], argv[1], (char *)NULL);
		return 5;
	}
	if (strcmp(way, "plugin") == 0 && !load_plugin(argv[3]))
		return 4;
	work(iterations, 1);
	return 0;
}
