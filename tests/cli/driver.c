#include "driver.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../support/folders.h"
static char folder[] = "/tmp/tidemark-cli-XXXXXX";
static char program[4096]; /* the tidemark of this build */
static char out_text[65536];
static char err_text[65536];

/* --- the test's folder ---------------------------------------------------- */

/* build/VARIANT/tests/cli/test: two folders up is the build, four the source.
 */
void driver_open(void)
{
	char self[3072], scenarios[4096];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	cr_assert_gt(length, 0);
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(program, sizeof(program), "%s/../../tidemark", self);
	snprintf(scenarios, sizeof(scenarios),
		 "%s/../../../../tests/support/scenarios", self);
	cr_assert_eq(access(program, X_OK), 0, "%s", program);
	cr_assert_eq(access(scenarios, R_OK), 0, "%s", scenarios);
	setenv("TIDEMARK_SCENARIOS", scenarios, 1);
	snprintf(scenarios, sizeof(scenarios), "%s/programs", self);
	setenv("PROGRAMS", scenarios, 1);
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
}

void driver_close(void)
{
	cr_assert_eq(chdir("/"), 0);
	folder_remove(folder);
}

/* --- one call ------------------------------------------------------------- */

static void read_file(const char *name, char *text, size_t size)
{
	FILE *file = fopen(name, "r");
	size_t length = 0;

	if (file) {
		length = fread(text, 1, size - 1, file);
		fclose(file);
	}
	text[length] = '\0';
}

int tidemark(const char *arguments)
{
	char command[8192];
	int status;

	/* Names of ours first, so that `arguments` may redirect again. */
	snprintf(command, sizeof(command), "'%s' >out 2>err </dev/null %s",
		 program, arguments);
	status = system(command);
	read_file("out", out_text, sizeof(out_text));
	read_file("err", err_text, sizeof(err_text));
	cr_assert(WIFEXITED(status), "%s ended with status %d", arguments,
		  status);
	return WEXITSTATUS(status);
}

const char *driver_out(void)
{
	return out_text;
}

const char *driver_err(void)
{
	return err_text;
}

size_t driver_err_lines(void)
{
	const char *c;
	size_t lines = 0;

	for (c = err_text; *c; c++)
		lines += *c == '\n';
	return lines;
}

/* --- files ---------------------------------------------------------------- */

void driver_write(const char *name, const char *content)
{
	FILE *file = fopen(name, "w");

	cr_assert_not_null(file);
	fputs(content, file);
	fclose(file);
}

json_t *driver_first_run(const char *name)
{
	json_t *json = json_load_file(name, 0, NULL);
	json_t *run;

	cr_assert_not_null(json, "%s", name);
	run = json_incref(json_array_get(json_object_get(json, "runs"), 0));
	json_decref(json);
	cr_assert(json_is_object(run), "%s", name);
	return run;
}

size_t driver_count_runs(const char *name)
{
	DIR *dir = opendir(name);
	struct dirent *entry;
	size_t count = 0;

	while (dir && (entry = readdir(dir)))
		count += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return count;
}

/* --- interrupting --------------------------------------------------------- */

/* The measured program makes this file once it has marked. */
static void wait_for(const char *marker)
{
	struct timespec pause = {.tv_nsec = 2000000};
	int i;

	for (i = 0; i < 5000 && access(marker, F_OK) != 0; i++)
		nanosleep(&pause, NULL);
	cr_assert_eq(access(marker, F_OK), 0, "the program never made '%s'",
		     marker);
}

static void become_tidemark(void)
{
	setenv("TIDEMARK_TEST_MARKER", "marker", 1);
	execl(program, "tidemark", "run", "hangs", "grows", "--export-json",
	      "out.json", (char *)NULL);
	_exit(127);
}

/* What arrives is added to what has; 0 once the other side is closed. */
static int read_more(int fd)
{
	size_t length = strlen(out_text);
	ssize_t got;

	if (length == sizeof(out_text) - 1)
		return 0;
	do
		got = read(fd, out_text + length,
			   sizeof(out_text) - 1 - length);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return 0;
	out_text[length + (size_t)got] = '\0';
	return 1;
}

/* Read until `word` is there; nothing may take longer than ten seconds. */
static void read_until(int fd, const char *word)
{
	struct pollfd wanted = {.fd = fd, .events = POLLIN};

	while (!strstr(out_text, word)) {
		cr_assert_eq(poll(&wanted, 1, 10000), 1, "no '%s' in: %s", word,
			     out_text);
		cr_assert(read_more(fd), "no '%s' in: %s", word, out_text);
	}
}

static pid_t start_on_pipe(int *fd)
{
	int ends[2];
	pid_t pid;

	cr_assert_eq(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		become_tidemark();
	}
	close(ends[1]);
	*fd = ends[0];
	return pid;
}

static pid_t start_on_terminal(int *fd)
{
	pid_t pid = forkpty(fd, NULL, NULL, NULL);

	if (pid == 0)
		become_tidemark();
	return pid;
}

int driver_interrupt(int signal, int terminal)
{
	int fd, status;
	pid_t pid = terminal ? start_on_terminal(&fd) : start_on_pipe(&fd);

	cr_assert_gt(pid, 0);
	out_text[0] = '\0';
	wait_for("marker");
	if (terminal) {
		/* A person types it when they see how far it is. */
		read_until(fd, "iteration");
		cr_assert_eq(write(fd, "\003", 1), 1);
	} else {
		kill(pid, signal);
	}
	while (read_more(fd))
		;
	close(fd);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "status %d", status);
	return WEXITSTATUS(status);
}

/* --- a terminal ----------------------------------------------------------- */

static pid_t start_in_terminal(const char *arguments, int *fd)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	char command[8192];
	pid_t pid;

	snprintf(command, sizeof(command), "exec '%s' %s", program, arguments);
	pid = forkpty(fd, NULL, NULL, &size);
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return pid;
}

int driver_terminal(const char *arguments, const char *seen)
{
	int fd, status;
	pid_t pid = start_in_terminal(arguments, &fd);

	cr_assert_gt(pid, 0);
	out_text[0] = '\0';
	if (seen) {
		wait_for("marker");
		read_until(fd, seen);
		cr_assert_eq(write(fd, "\003", 1), 1);
	}
	if (seen && strstr(arguments, "marker-2")) {
		wait_for("marker-2");
		cr_assert_eq(write(fd, "\003", 1), 1);
	}
	while (read_more(fd))
		;
	close(fd);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_assert(WIFEXITED(status), "%s: status %d", arguments, status);
	return WEXITSTATUS(status);
}

/* --- a shell on a terminal ------------------------------------------------ */

static struct {
	int fd;
	pid_t pid;
	size_t seen; /* of what came */
} shell;

pid_t driver_shell(const char *script)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};

	out_text[0] = '\0';
	shell.seen = 0;
	shell.pid = forkpty(&shell.fd, NULL, NULL, &size);
	if (shell.pid == 0) {
		setenv("TIDEMARK", program, 1);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	cr_assert_gt(shell.pid, 0);
	return shell.pid;
}

void driver_see(const char *text)
{
	struct pollfd wanted = {.fd = shell.fd, .events = POLLIN};
	const char *found;

	while (!(found = strstr(out_text + shell.seen, text))) {
		cr_assert_eq(poll(&wanted, 1, 10000), 1, "no '%s' in: %s", text,
			     out_text);
		cr_assert(read_more(shell.fd), "no '%s' in: %s", text,
			  out_text);
	}
	shell.seen = (size_t)(found - out_text) + strlen(text);
}

void driver_type(const char *keys)
{
	size_t length = strlen(keys);

	cr_assert_eq(write(shell.fd, keys, length), (ssize_t)length);
}

void driver_resize(unsigned short rows, unsigned short columns)
{
	struct winsize size = {.ws_row = rows, .ws_col = columns};

	cr_assert_eq(ioctl(shell.fd, TIOCSWINSZ, &size), 0);
}

pid_t driver_front(void)
{
	return tcgetpgrp(shell.fd);
}

void driver_shell_end(void)
{
	int status;

	while (read_more(shell.fd))
		;
	close(shell.fd);
	cr_assert_eq(waitpid(shell.pid, &status, 0), shell.pid);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d: %s",
		  status, out_text);
}
