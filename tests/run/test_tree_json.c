#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/tree_json.h"

static struct tm_run *run;
static struct tm_probe probe;
static pid_t pid;

/* A child that calls itself strange things, and says when it has. */
static void name_itself(int ready)
{
	prctl(PR_SET_NAME, "\x1b[31m\xff");
	if (write(ready, "", 1) == 1)
		pause();
	_exit(0);
}

static void start(void)
{
	int ready[2];
	char byte;

	cr_assert_eq(tm_run_new(&run, "tree", NULL), TM_OK);
	cr_assert_eq(pipe(ready), 0);
	/* So that the grandchild can be waited for when its parent is gone. */
	cr_assert_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	pid = fork();
	if (pid == 0) {
		if (fork() == 0)
			name_itself(ready[1]);
		pause();
		_exit(0);
	}
	cr_assert_gt(pid, 0);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
}

static void stop(void)
{
	tm_probe_close(&probe);
	tm_run_free(run);
}

TestSuite(tree_json, .init = start, .fini = stop, .timeout = 60);

/* The child counts when it is more than a copy of its parent. */
static void look_at_both(void)
{
	struct tm_sample sample;

	cr_assert_eq(tm_probe_open(&probe, pid, NULL), TM_OK);
	do {
		memset(&sample, 0, sizeof(sample));
		tm_probe_sample(&probe, TM_PROBE_MARK, &sample);
	} while (sample.value[TM_METRIC_processes] != 2);
}

/* A sample at each of the positions 1 to 30. */
static void look_on(void)
{
	struct tm_sample sample;
	uint64_t position;

	for (position = 1; position <= 30; position++) {
		memset(&sample, 0, sizeof(sample));
		sample.iteration = position;
		tm_probe_sample(&probe, TM_PROBE_MARK, &sample);
	}
}

static const json_t *find_process(int is_root)
{
	const json_t *json;
	size_t i;

	json_array_foreach(json_object_get(run->tree, "processes"), i, json)
	{
		if (json_is_true(json_object_get(json, "root")) == is_root)
			return json;
	}
	return NULL;
}

static json_int_t number_of(const json_t *json, const char *key)
{
	cr_assert(json_is_integer(json_object_get(json, key)), "%s", key);
	return json_integer_value(json_object_get(json, key));
}

static void end_both(void)
{
	pid_t child = (pid_t)number_of(find_process(0), "pid");

	cr_assert_gt(child, 0);
	kill(child, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	waitpid(child, NULL, 0);
}

Test(tree_json, holds_each_process)
{
	const json_t *root, *child;

	look_at_both();
	tm_tree_json_add(run, &probe);
	root = find_process(1);
	child = find_process(0);
	cr_assert(root && child);
	cr_assert_eq(number_of(run->tree, "processes_seen"), 2);
	cr_assert_eq(number_of(run->tree, "processes_max"), 2);
	cr_assert_eq(number_of(root, "pid"), pid);
	cr_assert_gt(number_of(root, "first_rss_bytes"), 0);
	cr_assert_gt(number_of(root, "hwm_bytes"), 0);
	cr_assert(json_is_false(json_object_get(root, "ended")));
	cr_assert_str_eq(json_string_value(json_object_get(child, "name")),
			 "?[31m?");
	cr_assert_null(json_object_get(run->tree, "largest_child"));
	end_both();
}

Test(tree_json, tells_how_each_process_grew)
{
	const json_t *root;

	look_at_both();
	tm_probe_forget_samples(&probe);
	look_on();
	tm_tree_json_add(run, &probe);
	root = find_process(1);
	cr_assert_lt(number_of(root, "grew_bytes"), 1 << 20);
	cr_assert_eq(number_of(root, "grew_from"), 12);
	cr_assert_eq(number_of(root, "grew_to"), 29);
	cr_assert_eq(number_of(find_process(0), "until"), 30);
	end_both();
}

/* No number stands for what is not known. */
Test(tree_json, has_no_growth_of_what_was_sampled_too_seldom)
{
	look_at_both();
	tm_tree_json_add(run, &probe);
	cr_assert_null(json_object_get(find_process(1), "grew_bytes"));
	cr_assert_null(json_object_get(find_process(1), "grew_from"));
	end_both();
}

Test(tree_json, knows_what_has_ended_by_the_end)
{
	look_at_both();
	tm_tree_json_add(run, &probe);
	end_both();
	json_decref(run->tree);
	tm_tree_json_add(run, &probe);
	cr_assert(json_is_true(json_object_get(find_process(1), "ended")));
	cr_assert(json_is_true(json_object_get(find_process(0), "ended")));
	cr_assert_gt(number_of(json_object_get(run->tree, "largest_child"),
			       "hwm_bytes"),
		     0);
}

Test(tree_json, says_nothing_of_this_process)
{
	cr_assert_eq(tm_probe_open(&probe, 0, NULL), TM_OK);
	tm_tree_json_add(run, &probe);
	cr_assert_null(run->tree);
	cr_assert_eq(json_array_size(run->notes), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
