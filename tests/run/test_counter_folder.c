/*
 * The folder for the counters, and what a killed tidemark left of it.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/counter_folder.h"

/* Everything happens in a folder of its own, but for a JVM's socket. */
static char parent[] = "/tmp/tidemark-swept-XXXXXX";
static char left[128];
static long dead;

static long pid_of_the_dead(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	return (long)pid;
}

static void start(void)
{
	cr_assert_not_null(mkdtemp(parent));
	setenv("TMPDIR", parent, 1);
	dead = pid_of_the_dead();
	snprintf(left, sizeof(left), "%s/tidemark-%ld-aB3dEf", parent, dead);
}

static void stop(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", parent);
	cr_assert_eq(system(command), 0);
}

TestSuite(counter_folder, .init = start, .fini = stop);

static int is_there(const char *path)
{
	struct stat info;

	return lstat(path, &info) == 0;
}

static void write_file(const char *folder, const char *name)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	cr_assert_geq(fd, 0);
	close(fd);
}

static void make_left(const char *path)
{
	cr_assert_eq(mkdir(path, 0700), 0);
	write_file(path, "1-1");
}

Test(counter_folder, is_removed_with_its_files)
{
	struct tm_counter_folder folder = {0};

	cr_assert_eq(tm_counter_folder_make(&folder, NULL), TM_OK);
	write_file(folder.path, "1-1");
	memcpy(left, folder.path, strlen(folder.path) + 1);
	tm_counter_folder_remove(&folder);
	cr_assert_not(is_there(left));
	tm_counter_folder_remove(&folder);
}

Test(counter_folder, is_removed_when_its_tidemark_has_ended)
{
	make_left(left);
	tm_counter_folder_sweep();
	cr_assert_not(is_there(left));
}

Test(counter_folder, stays_while_its_tidemark_lives)
{
	struct tm_counter_folder folder = {0};

	snprintf(left, sizeof(left), "%s/tidemark-%ld-aB3dEf", parent,
		 (long)getppid());
	make_left(left);
	cr_assert_eq(tm_counter_folder_make(&folder, NULL), TM_OK);
	tm_counter_folder_sweep();
	cr_assert(is_there(folder.path));
	cr_assert(is_there(left));
	tm_counter_folder_remove(&folder);
}

/* The process number of its tidemark is another's here, or free. */
Test(counter_folder, stays_while_it_is_locked_from_another_container)
{
	int fd;

	make_left(left);
	fd = open(left, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_eq(flock(fd, LOCK_EX), 0);
	tm_counter_folder_sweep();
	cr_assert(is_there(left));
	close(fd);
	tm_counter_folder_sweep();
	cr_assert_not(is_there(left));
}

/* Nothing else goes: no other name, no link, nothing behind a link. */
Test(counter_folder, sweeps_nothing_of_another_form)
{
	static const struct {
		const char *before, *behind;
	} names[] = {
		{"tidemark-", ""},	    {"tidemark-", "-aB3dE"},
		{"tidemark-", "-aB3dEfg"},  {"tidemark-", "-aB3dEf.d"},
		{"tidemark-", "-aB3-Ef"},   {"tidemark-fuzz-", "-aB3dEf"},
		{"xtidemark-", "-aB3dEf"},  {"tidemark--", "-aB3dEf"},
		{"tidemark-0", "x-aB3dEf"},
	};
	char name[64], path[256], inside[300];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(name, sizeof(name), "%s%ld%s", names[i].before, dead,
			 names[i].behind);
		snprintf(path, sizeof(path), "%s/%s", parent, name);
		make_left(path);
		tm_counter_folder_sweep();
		snprintf(inside, sizeof(inside), "%s/1-1", path);
		cr_expect(is_there(inside), "%s", name);
	}
	cr_assert_eq(symlink(path, left), 0);
	tm_counter_folder_sweep();
	cr_expect(is_there(left));
	cr_expect(is_there(inside));
}

Test(counter_folder, of_another_user_stays)
{
	if (geteuid() != 0)
		cr_skip_test("needs root");
	make_left(left);
	cr_assert_eq(chown(left, 65534, 65534), 0);
	tm_counter_folder_sweep();
	cr_assert(is_there(left));
}

/* --- the socket of a JVM -------------------------------------------------- */

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(fd, 1), 0);
	return fd;
}

Test(counter_folder, takes_the_socket_of_its_ended_jvm_with_it)
{
	char path[48], name[32];
	int fd;

	snprintf(path, sizeof(path), "/tmp/.java_pid%ld", dead);
	snprintf(name, sizeof(name), "jvm-%ld", dead);
	fd = listen_at(path);
	make_left(left);
	write_file(left, name);
	tm_counter_folder_sweep();
	cr_expect(is_there(path), "someone listens");
	close(fd);
	make_left(left);
	tm_counter_folder_sweep();
	cr_expect(is_there(path), "that run did not ask it");
	make_left(left);
	write_file(left, name);
	tm_counter_folder_sweep();
	cr_expect_not(is_there(path));
}

/* The kernel ends it after tidemark, and it takes a moment. */
Test(counter_folder, is_kept_until_its_jvm_has_ended)
{
	char name[32], path[200];

	snprintf(name, sizeof(name), "jvm-%ld", (long)getppid());
	make_left(left);
	write_file(left, name);
	tm_counter_folder_sweep();
	snprintf(path, sizeof(path), "%s/1-1", left);
	cr_expect_not(is_there(path));
	snprintf(path, sizeof(path), "%s/%s", left, name);
	cr_expect(is_there(path));
}

Test(counter_folder, takes_no_file_for_a_socket)
{
	char path[48], name[32];

	snprintf(path, sizeof(path), "/tmp/.java_pid%ld", dead);
	snprintf(name, sizeof(name), "jvm-%ld", dead);
	write_file("", path + 1);
	make_left(left);
	write_file(left, name);
	tm_counter_folder_sweep();
	cr_expect(is_there(path));
	unlink(path);
}
