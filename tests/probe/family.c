#include "family.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct subject family_subject;
struct tm_tree *family_tree;

void family_stop(void)
{
	tm_tree_close(family_tree);
	if (family_subject.pid)
		subject_stop(&family_subject);
}

void family_start(void (*obey)(char order))
{
	subject_start(&family_subject, obey);
	subject_tell(&family_subject, 0); /* it runs, and has a group */
	cr_assert_eq(tm_tree_open(&family_tree, family_subject.pid, NULL),
		     TM_OK);
}

struct tm_sample family_sample(int checkpoint)
{
	struct tm_sample sample;

	memset(&sample, 0, sizeof(sample));
	tm_tree_sample(family_tree, checkpoint, &sample);
	return sample;
}

struct tm_sample family_sample_until(uint64_t processes)
{
	struct tm_sample sample;

	do
		sample = family_sample(1);
	while (sample.value[TM_METRIC_processes] != processes ||
	       !tm_sample_has(&sample, TM_METRIC_pss_bytes));
	return sample;
}

pid_t family_keep_child(void (*work)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		work();
		subject_answer();
		for (;;)
			pause();
	}
	/* -1 is a number that kill() takes for everybody. */
	if (pid < 0)
		_exit(3);
	return pid;
}

void family_touch_16_mib(void)
{
	touch(16 * MIB);
}

void family_have_children(char order)
{
	if (order)
		family_keep_child(family_touch_16_mib);
}

void family_free_children(char order)
{
	static pid_t child;

	if (order == 1) {
		child = family_keep_child(family_touch_16_mib);
	} else if (order == 2) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
}
