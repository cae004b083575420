/*
 * workers.c - a program of two processes beside the first, one of which leaks.
 *
 * Usage: workers ITERATIONS BYTES
 *
 * In each iteration one of its workers keeps BYTES, and the other none; the
 * mark comes when both have, and waits to be answered where it can be.
 * It prints the number of the process that leaks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct worker {
	pid_t pid;
	int orders;
	int answers;
};

/* By another program than this one's copy: that is measured at once. */
static int work(size_t bytes)
{
	static char *volatile kept;
	char order;

	while (read(STDIN_FILENO, &order, 1) == 1) {
		if (bytes) {
			kept = malloc(bytes);
			if (!kept)
				return 6;
			memset(kept, 1, bytes);
		}
		if (write(STDOUT_FILENO, &order, 1) != 1)
			return 5;
	}
	return 0;
}

static void start(struct worker *worker, const char *self, const char *bytes)
{
	int orders[2], answers[2];

	if (pipe(orders) != 0 || pipe(answers) != 0)
		exit(9);
	worker->pid = fork();
	if (worker->pid == 0) {
		dup2(orders[0], STDIN_FILENO);
		dup2(answers[1], STDOUT_FILENO);
		close(orders[1]);
		close(answers[0]);
		execl(self, self, bytes, (char *)NULL);
		_exit(8);
	}
	if (worker->pid < 0)
		exit(7);
	close(orders[0]);
	close(answers[1]);
	worker->orders = orders[1];
	worker->answers = answers[0];
}

static void tell(const struct worker *worker)
{
	char byte = 0;

	if (write(worker->orders, &byte, 1) != 1 ||
	    read(worker->answers, &byte, 1) != 1)
		exit(4);
}

static void mark(long iteration)
{
	const char *marks = getenv("TIDEMARK_FD");
	const char *answers = getenv("TIDEMARK_ACK_FD");
	char byte;

	if (marks)
		dprintf((int)strtol(marks, NULL, 10), "mark %ld\n", iteration);
	if (answers && read((int)strtol(answers, NULL, 10), &byte, 1) != 1)
		exit(3);
}

int main(int argc, char **argv)
{
	struct worker leaks, idles;
	long iterations, i;

	if (argc == 2)
		return work(strtoul(argv[1], NULL, 10));
	if (argc != 3)
		return 2;
	iterations = strtol(argv[1], NULL, 10);
	start(&leaks, argv[0], argv[2]);
	start(&idles, argv[0], "0");
	printf("%ld\n", (long)leaks.pid);
	for (i = 1; i <= iterations; i++) {
		tell(&leaks);
		tell(&idles);
		mark(i);
	}
	close(leaks.orders);
	close(idles.orders);
	while (wait(NULL) > 0)
		;
	return 0;
}
