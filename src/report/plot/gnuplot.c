#include "report/plot/gnuplot.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/text.h"

extern char **environ;

/* gnuplot's arguments: program, --default-settings, settings, scripts, NULL */
#define ARGUMENTS_MAX (TM_GNUPLOT_SCRIPTS_MAX + 4)

/* The first line that says something; gnuplot begins with an empty one, quotes
 * the command, points at it with '^', and then says what is wrong. */
static void first_line(FILE *errors, char line[256])
{
	char next[256];

	line[0] = '\0';
	rewind(errors);
	while (fgets(next, sizeof(next), errors)) {
		next[strcspn(next, "\r\n")] = '\0';
		if (next[strspn(next, " \t")] == '\0')
			continue;
		if (line[0] == '\0')
			memcpy(line, next, sizeof(next));
		if (strstr(next, "line ")) {
			memcpy(line, next, sizeof(next));
			break;
		}
	}
	tm_text_clean(line);
}

static enum tm_rc wait_for(pid_t child, FILE *errors, struct tm_err *err)
{
	char line[256];
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return tm_fail_errno(err, errno, "waiting for gnuplot");
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return TM_OK;
	if (WIFSIGNALED(status))
		return tm_fail(err, TM_ESYSTEM, "gnuplot ended by signal %d",
			       WTERMSIG(status));
	first_line(errors, line);
	return tm_fail(err, TM_ESYSTEM, "gnuplot failed: %s",
		       line[0] ? line : "it printed no error");
}

static int spawn(pid_t *child, char *const *arguments, int picture, int errors)
{
	posix_spawn_file_actions_t actions;
	int failed;

	failed = posix_spawn_file_actions_init(&actions);
	if (failed)
		return failed;
	failed = posix_spawn_file_actions_adddup2(&actions, picture,
						  STDOUT_FILENO);
	if (!failed)
		failed = posix_spawn_file_actions_adddup2(&actions, errors,
							  STDERR_FILENO);
	if (!failed)
		failed = posix_spawnp(child, "gnuplot", &actions, NULL,
				      arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static enum tm_rc run(const char *settings_path, const char *const *scripts,
		      int picture, FILE *errors, struct tm_err *err)
{
	/* posix_spawn() takes pointers to char that it promises not to write
	 * through; these copies spare casts that would hide a real mistake. */
	char program[] = "gnuplot";
	char option[] = "--default-settings";
	char copies[TM_GNUPLOT_SCRIPTS_MAX + 1][4096];
	char *arguments[ARGUMENTS_MAX] = {program, option, copies[0]};
	pid_t child;
	int failed;
	size_t i;

	snprintf(copies[0], sizeof(copies[0]), "%s", settings_path);
	for (i = 0; scripts[i]; i++) {
		assert(i < TM_GNUPLOT_SCRIPTS_MAX);
		snprintf(copies[i + 1], sizeof(copies[i + 1]), "%s",
			 scripts[i]);
		arguments[i + 3] = copies[i + 1];
	}
	failed = spawn(&child, arguments, picture, fileno(errors));
	if (failed == ENOENT)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "gnuplot is not installed, and pictures need it "
			       "(Debian and Ubuntu: apt install gnuplot-nox)");
	if (failed)
		return tm_fail_errno(err, failed, "cannot start gnuplot");
	return wait_for(child, errors, err);
}

enum tm_rc tm_gnuplot_run(const char *settings, size_t length,
			  const char *const *scripts, int picture,
			  struct tm_err *err)
{
	/* Both files have no name, so nothing is left behind whatever happens;
	 * gnuplot opens the settings by the number of the descriptor. */
	FILE *commands = tmpfile();
	FILE *errors = tmpfile();
	char path[32];
	enum tm_rc rc;

	if (!commands || !errors) {
		rc = tm_fail_errno(err, errno, "temporary file for gnuplot");
	} else if (fwrite(settings, 1, length, commands) != length ||
		   fflush(commands) != 0) {
		rc = tm_fail_errno(err, errno, "temporary file for gnuplot");
	} else {
		rewind(commands);
		snprintf(path, sizeof(path), "/dev/fd/%d", fileno(commands));
		rc = run(path, scripts, picture, errors, err);
	}
	if (commands)
		fclose(commands);
	if (errors)
		fclose(errors);
	return rc;
}
