#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "heap/jvm_attach.h"
#include "util/clock.h"

#define SECOND 1000000000u

/* --- a process that does as a JVM ----------------------------------------- */

struct fake {
	int ignores_quit; /* its handler does nothing */
	int catches_quit;
	const char *answer; /* NULL: it says nothing */
	int ends;	    /* without an answer */
};

static pid_t fake_pid;
static struct tm_jvm_process process;
static char request[128]; /* as it came, zeros as commas */
static volatile sig_atomic_t quits;

static void take_quit(int number)
{
	(void)number;
	quits++;
}

static void path_of(char *out, size_t size, const char *name, pid_t pid)
{
	snprintf(out, size, "/tmp/.%s_pid%ld", name, (long)pid);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(fd, 4) != 0)
		_exit(9);
	return fd;
}

/* It sends the request back as the line behind the answer's first. */
static void serve(const struct fake *fake, int listener)
{
	char bytes[256];
	ssize_t length, i;
	int fd = accept(listener, NULL, NULL);

	length = read(fd, bytes, sizeof(bytes) - 1);
	for (i = 0; i < length; i++)
		bytes[i] = bytes[i] ? bytes[i] : ',';
	bytes[length > 0 ? length : 0] = '\n';
	if (fake->answer) {
		if (write(fd, fake->answer, strlen(fake->answer)) < 0 ||
		    write(fd, bytes, (size_t)length + 1) < 0)
			_exit(9);
	} else if (!fake->ends) {
		(void)pause();
	}
	close(fd);
}

static void run_fake(const struct fake *fake, int ready)
{
	char sign[64], path[64];
	sigset_t quit, before;

	sigemptyset(&quit);
	sigaddset(&quit, SIGQUIT);
	sigprocmask(SIG_BLOCK, &quit, &before);
	signal(SIGQUIT, fake->catches_quit ? take_quit : SIG_DFL);
	path_of(sign, sizeof(sign), "attach", getpid());
	path_of(path, sizeof(path), "java", getpid());
	if (write(ready, "r", 1) != 1)
		_exit(9);
	while (quits == 0)
		sigsuspend(&before);
	if (fake->ignores_quit || access(sign, F_OK) != 0)
		for (;;)
			pause();
	serve(fake, listen_at(path));
	_exit(0);
}

static void start_fake(const struct fake *fake)
{
	int ready[2];
	char byte;

	cr_assert_eq(pipe(ready), 0);
	fake_pid = fork();
	if (fake_pid == 0)
		run_fake(fake, ready[1]);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	cr_assert(tm_jvm_process_read(&process, fake_pid));
}

static void stop_fake(void)
{
	char path[64];

	if (fake_pid <= 0)
		return;
	kill(fake_pid, SIGKILL);
	waitpid(fake_pid, NULL, 0);
	path_of(path, sizeof(path), "java", fake_pid);
	unlink(path);
}

TestSuite(jvm_attach, .fini = stop_fake);

/* --- questions ------------------------------------------------------------ */

static struct tm_err err;

static int keep_line(void *context, char *line)
{
	(void)context;
	snprintf(request, sizeof(request), "%s", line);
	return 1;
}

static enum tm_rc ask_for(uint64_t time_ns, int may_signal)
{
	struct tm_jvm_question question = {.command = "GC.run",
					   .deadline_ns =
						   tm_clock_ns() + time_ns,
					   .take = keep_line};

	return tm_jvm_ask(&process, may_signal, &question, &err);
}

static int has_sign(void)
{
	char sign[64];

	path_of(sign, sizeof(sign), "attach", fake_pid);
	return access(sign, F_OK) == 0;
}

static int is_alive(void)
{
	return waitpid(fake_pid, NULL, WNOHANG) == 0;
}

Test(jvm_attach, asks_for_a_socket_and_then_for_the_command)
{
	start_fake(&(struct fake){.catches_quit = 1, .answer = "0\n"});
	cr_assert_eq(ask_for(10ull * SECOND, 1), TM_OK, "%s", err.text);
	cr_assert_str_eq(request, "1,jcmd,GC.run,,,");
	cr_assert_not(has_sign());
}

Test(jvm_attach, says_what_the_jvm_refuses)
{
	start_fake(&(struct fake){.catches_quit = 1,
				  .answer = "1\nUnknown command\n"});
	cr_assert_eq(ask_for(10ull * SECOND, 1), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "Unknown command"), "%s", err.text);
}

/* SIGQUIT would end it: as a JVM that has just begun. */
Test(jvm_attach, spares_a_process_that_does_not_catch_the_signal)
{
	start_fake(&(struct fake){.answer = "0\n"});
	cr_assert_eq(ask_for(SECOND / 10, 1), TM_EUNAVAILABLE);
	cr_assert(is_alive());
	cr_assert_not(has_sign());
}

Test(jvm_attach, sends_nothing_where_it_may_not)
{
	start_fake(&(struct fake){.catches_quit = 1, .answer = "0\n"});
	cr_assert_eq(ask_for(SECOND / 10, 0), TM_EUNAVAILABLE);
	cr_assert_eq(ask_for(10ull * SECOND, 1), TM_OK, "%s", err.text);
}

Test(jvm_attach, waits_no_longer_than_it_may)
{
	start_fake(&(struct fake){.catches_quit = 1});
	cr_assert_eq(ask_for(SECOND / 5, 1), TM_ETIMEOUT);
	cr_assert_not_null(strstr(err.text, "did not complete GC.run"), "%s",
			   err.text);
}

Test(jvm_attach, waits_no_longer_for_a_socket)
{
	start_fake(&(struct fake){.catches_quit = 1, .ignores_quit = 1});
	cr_assert_eq(ask_for(SECOND / 5, 1), TM_ETIMEOUT);
	cr_assert_not(has_sign());
}

Test(jvm_attach, notices_that_the_jvm_ends)
{
	start_fake(&(struct fake){.catches_quit = 1, .ends = 1});
	cr_assert_eq(ask_for(10ull * SECOND, 1), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "ended"), "%s", err.text);
}

/* Everybody can make a socket of that name in /tmp. */
Test(jvm_attach, does_not_ask_another_process)
{
	char path[64];
	int fd;

	start_fake(&(struct fake){.answer = "0\n"});
	path_of(path, sizeof(path), "java", fake_pid);
	fd = listen_at(path);
	cr_assert_eq(ask_for(SECOND / 10, 0), TM_EUNAVAILABLE);
	cr_assert_not_null(strstr(err.text, "has no socket"), "%s", err.text);
	close(fd);
}
