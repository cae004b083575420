/*
 * marks.c - threads that mark, and a reader of their pipe, for ThreadSanitizer.
 *
 * Purpose:   the header that programs include is written to by several threads
 *            at once, from the first mark on; what arrives is whole lines, and
 *            as many as were written.
 * Errors:    1 and a line on stderr.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "marks/lines.h"
#include "marks/pipe_name.h"
#include "marks/protocol.h"
#include "tidemark_mark.h"

#define THREADS 8
#define MARKS	5000 /* of each thread */

static pthread_barrier_t start;

static void *mark(void *argument)
{
	int i;

	pthread_barrier_wait(&start);
	for (i = 0; i < MARKS; i++)
		tm_mark_next();
	return argument;
}

static enum tm_rc count_mark(void *context, const char *line,
			     const char *problem, struct tm_err *err)
{
	size_t *marks = context;
	struct tm_line parsed;
	enum tm_rc rc;

	if (problem)
		return tm_fail(err, TM_EUSAGE, "%s", problem);
	rc = tm_protocol_parse(&parsed, line, err);
	*marks += rc == TM_OK && parsed.type == TM_LINE_MARK && parsed.is_next;
	return rc;
}

static void *read_marks(void *argument)
{
	const int *fd = argument;
	static size_t marks;
	struct tm_lines lines;
	struct tm_err err;
	char bytes[1000];
	ssize_t got;

	tm_lines_init(&lines, count_mark, &marks);
	while ((got = read(*fd, bytes, sizeof(bytes))) > 0)
		if (tm_lines_feed(&lines, bytes, (size_t)got, &err) != TM_OK) {
			fprintf(stderr, "a line: %s\n", err.text);
			exit(1);
		}
	tm_lines_release(&lines);
	return &marks;
}

int main(void)
{
	pthread_t writer[THREADS], reader;
	char number[16], name[TM_PIPE_NAME_MAX];
	void *marks;
	int ends[2], i;

	if (pipe(ends) != 0 || !tm_pipe_name(name, ends[1]))
		return 3;
	snprintf(number, sizeof(number), "%d", ends[1]);
	setenv("TIDEMARK_FD", number, 1);
	setenv("TIDEMARK_PIPE", name, 1);
	pthread_barrier_init(&start, NULL, THREADS);
	pthread_create(&reader, NULL, read_marks, &ends[0]);
	for (i = 0; i < THREADS; i++)
		pthread_create(&writer[i], NULL, mark, NULL);
	for (i = 0; i < THREADS; i++)
		pthread_join(writer[i], NULL);
	close(ends[1]);
	pthread_join(reader, &marks);
	if (*(size_t *)marks == (size_t)THREADS * MARKS)
		return 0;
	fprintf(stderr, "%zu marks instead of %d\n", *(size_t *)marks,
		THREADS * MARKS);
	return 1;
}
