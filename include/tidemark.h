/*
 * tidemark.h - what a scenario program includes.
 *
 * Purpose:   write a loop whose memory tidemark measures.  The loop can be any
 *            C code; it can also be a Celery producer of the lab.
 * Ownership: tm_lab_open() gives the program its lab; tm_lab_close() frees it
 *            with all that came from it.
 * Units:     iterations; times in milliseconds.
 * Errors:    a lab that has failed (a wrong flag, a server that is gone) ends
 *            the loop: tm_lab_next() returns 0, and tm_lab_close() prints why on
 *            standard error and returns the exit code.  Every function may be
 *            called on a failed lab, and on NULL, and then does nothing.
 * Threads:   one lab, in one thread.
 *
 * A program of its own:
 *
 *	static const struct tm_scenario mine = {
 *		.name = "mine",
 *		.summary = "forgets to free",
 *	};
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct tm_lab *lab = tm_lab_open(argc, argv, &mine);
 *
 *		while (tm_lab_next(lab))
 *			forget(64);
 *		return tm_lab_close(lab);
 *	}
 *
 * It prints `Memory usage: N (kb)` every 1,000 of 10,000 iterations, takes the
 * flags that --help lists, and `tidemark run ./mine` measures it.
 */
#ifndef TIDEMARK_H
#define TIDEMARK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a scenario is called, and which Celery it runs. */
struct tm_scenario {
	const char *name;     /* as `tidemark list` shows it */
	const char *summary;  /* one line; NULL: what its strategy says */
	const char *strategy; /* "strong-ref", ...; NULL: no Celery at all */
};

struct tm_lab;
struct tm_signature;
struct tm_object;

/* Read the flags, connect, and be ready for the first iteration. */
struct tm_lab *tm_lab_open(int argc, char **argv,
			   const struct tm_scenario *scenario);

/* Call it before each iteration: it ends the one before and takes the sample
 * that is due.  Returns 1 while more iterations remain. */
int tm_lab_next(struct tm_lab *lab);

/* How many iterations are done. */
uint64_t tm_lab_iteration(const struct tm_lab *lab);

/* Take the last sample and report.  Returns the exit code for main(). */
int tm_lab_close(struct tm_lab *lab);

/* --- the Celery producer -------------------------------------------------- */

/* task.si(): an immutable signature.  The lab owns it. */
struct tm_signature *tm_lab_si(struct tm_lab *lab, const char *task);

/* chord(header)(body) with --header tasks in the header; with --shape group or
 * delay, the group or the task alone.  The caller owns the result. */
struct tm_object *tm_lab_chord(struct tm_lab *lab, struct tm_signature *header,
			       struct tm_signature *body);

/* With --read-results: wait for the result and read it.  Without: nothing. */
void tm_lab_read(struct tm_lab *lab, struct tm_object *result);

/* Empty the pending and channel tables of the result and of those it depends
 * on (strategy `discard`). */
void tm_lab_discard(struct tm_lab *lab, struct tm_object *result);

/* Drop the reference to the result, as the article's loop does. */
void tm_lab_drop(struct tm_lab *lab, struct tm_object *result);

#ifdef __cplusplus
}
#endif

#endif
