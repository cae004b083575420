/*
 * keeps.c - a program of somebody's, that keeps some memory each time.
 *
 * Usage: keeps ITERATIONS BYTES [fd|print|signal|silent]
 *
 * An iteration keeps BYTES (0: none) and tells of itself: by a line on
 * TIDEMARK_FD (the default; and waits to be answered where it can be), by a
 * line that it prints, by a signal, or not at all.  It takes a millisecond.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long number_in(const char *variable)
{
	const char *text = getenv(variable);

	return text ? strtol(text, NULL, 10) : -1;
}

static void tell_fd(int iteration)
{
	long answers = number_in("TIDEMARK_ACK_FD");
	char line[32], answer;
	int length = snprintf(line, sizeof(line), "mark %d\n", iteration);

	if (write((int)number_in("TIDEMARK_FD"), line, (size_t)length) !=
	    length)
		exit(9);
	if (answers >= 0 && read((int)answers, &answer, 1) != 1)
		exit(8);
}

/* Without a number it would be everybody's signal. */
static void tell_signal(void)
{
	long pid = number_in("TIDEMARK_PID");

	if (pid <= 1 || kill((pid_t)pid, SIGUSR1) != 0)
		exit(7);
}

static void tell(const char *how, int iteration)
{
	if (strcmp(how, "fd") == 0) {
		tell_fd(iteration);
	} else if (strcmp(how, "print") == 0) {
		printf("iteration %d done\n", iteration);
	} else if (strcmp(how, "signal") == 0) {
		tell_signal();
	}
}

int main(int argc, char **argv)
{
	static char *volatile kept;
	struct timespec pause = {.tv_nsec = 1000000};
	int iterations = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
	size_t bytes = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	int i;

	for (i = 1; i <= iterations; i++) {
		if (bytes) {
			kept = malloc(bytes);
			if (!kept)
				return 6;
			memset(kept, i, bytes);
		}
		tell(argc > 3 ? argv[3] : "fd", i);
		nanosleep(&pause, NULL);
	}
	return 0;
}
