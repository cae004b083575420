/*
 * test_jvm.c - what real JVMs tell of their heaps, one for each collector.
 *
 * Without a JDK the tests are skipped, and say so.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "heap/jvm.h"

#define KEPT	 20000
#define LIMIT_MS 20000u

/* Each object holds an array of 1,000 bytes: 1,016 with its head. */
#define LEAST_BYTES (KEPT * 1016u)

/* What a JVM holds itself, and what a collector may leave lying. */
#define OWN_BYTES 10000000u

/* programs/Keep.java keeps KEPT objects, says "ready", and ends with 3 when it has
 * read a byte. */
struct program {
	pid_t pid;
	int to, from;
};

static struct program program;
static struct tm_jvm jvm;

/* The Makefile compiles the program where there is a javac, beside this one. */
static int find_classes(char folder[PATH_MAX])
{
	char self[PATH_MAX / 2], path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	cr_assert_gt(length, 0);
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(folder, PATH_MAX, "%s/programs", self);
	snprintf(path, sizeof(path), "%s/programs/Keep.class", self);
	return access(path, R_OK) == 0;
}

/* Its standard input and output are pipes to here; `flag` is the JVM's. */
static void become_java(const char *flag, const char *classes, int in, int out)
{
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	closefrom(STDERR_FILENO + 1);
	execlp("java", "java", "-Xlog:disable", "-Xmx1g",
	       "-XX:+UnlockExperimentalVMOptions", flag, "-cp", classes, "Keep",
	       (char *)NULL);
	_exit(127);
}

static void start(const char *flag)
{
	char classes[PATH_MAX], said[6];
	int in[2], out[2];

	if (!find_classes(classes))
		cr_skip_test("no JDK when this was built (scripts/install-deps "
			     "tests)");
	cr_assert_eq(pipe(in), 0);
	cr_assert_eq(pipe(out), 0);
	program.pid = fork();
	if (program.pid == 0)
		become_java(flag, classes, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	program.to = in[1];
	program.from = out[0];
	cr_assert_eq(read(program.from, said, sizeof(said)), sizeof(said));
	cr_assert_eq(memcmp(said, "ready\n", sizeof(said)), 0);
}

/* Let the program end: its status is its own, and nothing of the attaching is
 * left. */
static void let_end(void)
{
	char path[48];
	int status;

	cr_assert_eq(write(program.to, "\n", 1), 1);
	cr_assert_eq(waitpid(program.pid, &status, 0), program.pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	snprintf(path, sizeof(path), "/tmp/.java_pid%d", program.pid);
	cr_expect_neq(access(path, F_OK), 0, "%s is left", path);
	snprintf(path, sizeof(path), "/tmp/.attach_pid%d", program.pid);
	cr_expect_neq(access(path, F_OK), 0, "%s is left", path);
	program.pid = 0;
}

static void stop(void)
{
	tm_jvm_close(&jvm);
	if (program.pid > 0) {
		kill(program.pid, SIGKILL);
		waitpid(program.pid, NULL, 0);
	}
}

TestSuite(jvm, .fini = stop, .timeout = 120);

static uint64_t live_bytes(void)
{
	struct tm_heap_figures figures = {0};
	struct tm_err err = {0};

	cr_assert_eq(tm_jvm_collect(&jvm, LIMIT_MS, &figures, &err), TM_OK,
		     "%s", err.text);
	cr_assert(tm_heap_has(&figures, TM_HEAP_live_bytes));
	return figures.value[TM_HEAP_live_bytes];
}

static uint64_t count_kept(void)
{
	struct tm_heap_census census = {0};
	struct tm_err err = {0};
	uint64_t objects = 0;
	size_t i;

	cr_assert_eq(tm_jvm_census(&jvm, LIMIT_MS, &census, &err), TM_OK, "%s",
		     err.text);
	for (i = 0; i < census.count; i++) {
		if (strcmp(census.types[i].name, "Keep$Kept") == 0)
			objects += census.types[i].objects;
	}
	tm_heap_census_release(&census);
	return objects;
}

ParameterizedTestParameters(jvm, tells_what_its_program_keeps)
{
	static char collectors[][24] = {
		"-XX:+UseSerialGC", "-XX:+UseParallelGC",   "-XX:+UseG1GC",
		"-XX:+UseZGC",	    "-XX:+UseShenandoahGC",
	};

	return cr_make_param_array(char[24], collectors, 5);
}

ParameterizedTest(char collector[24], jvm, tells_what_its_program_keeps)
{
	struct tm_err err = {0};
	uint64_t first, last;
	int i;

	start(collector);
	cr_assert_eq(tm_jvm_open(&jvm, program.pid, &err), TM_OK, "%s",
		     err.text);
	live_bytes(); /* what the attaching itself loads, once */
	first = last = live_bytes();
	for (i = 0; i < 3; i++)
		last = live_bytes();
	cr_expect_geq(first, LEAST_BYTES, "%s", collector);
	cr_expect_leq(first, LEAST_BYTES + OWN_BYTES, "%s", collector);
	cr_expect_lt(llabs((long long)(last - first)), 100000,
		     "%s: %lld bytes came when nothing happened", collector,
		     (long long)(last - first));
	cr_expect_eq(count_kept(), KEPT, "%s", collector);
	let_end();
}

Test(jvm, that_may_not_be_attached_to_is_left_alone)
{
	struct tm_heap_figures figures = {0};
	struct tm_err err = {0};

	start("-XX:+DisableAttachMechanism");
	cr_assert_eq(tm_jvm_open(&jvm, program.pid, &err), TM_OK, "%s",
		     err.text);
	cr_expect_eq(tm_jvm_collect(&jvm, 2000, &figures, &err),
		     TM_EUNAVAILABLE);
	cr_expect_not(tm_heap_has(&figures, TM_HEAP_live_bytes));
	cr_expect(err.text[0]);
	let_end();
}

Test(jvm, without_a_collector_reports_no_live_bytes)
{
	struct tm_heap_figures figures = {0};
	struct tm_err err = {0};

	start("-XX:+UseEpsilonGC");
	cr_assert_eq(tm_jvm_open(&jvm, program.pid, &err), TM_OK, "%s",
		     err.text);
	cr_expect_neq(tm_jvm_collect(&jvm, 5000, &figures, &err), TM_OK);
	cr_expect_not(tm_heap_has(&figures, TM_HEAP_live_bytes));
	let_end();
}

Test(jvm, is_not_any_program)
{
	struct tm_err err = {0};

	cr_assert_eq(tm_jvm_open(&jvm, getpid(), &err), TM_EUNAVAILABLE);
	cr_expect(err.text[0]);
}
