#include "cli/target.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtimes/runtimes.h"
#include "util/text.h"

/* A shell's search path when PATH is not set. */
#define PATH_DEFAULT "/usr/local/bin:/usr/bin:/bin"

/* --- finding -------------------------------------------------------------- */

/* 0, or why it cannot be run. */
static int fault_of(const char *path)
{
	struct stat found;

	if (stat(path, &found) != 0)
		return errno;
	if (S_ISDIR(found.st_mode))
		return EISDIR;
	return access(path, X_OK) == 0 ? 0 : errno;
}

static enum tm_rc fail_path(const char *path, int fault, struct tm_err *err)
{
	const char *why = fault == EISDIR ? "it is a folder" : strerror(fault);

	return tm_fail(err, TM_EUSAGE, "cannot run '%.200s': %s", path, why);
}

/* The next folder of PATH; an empty one is the working directory. */
static const char *next_folder(const char *path, const char *word, char *out,
			       size_t size)
{
	size_t length = strcspn(path, ":");

	if (length == 0)
		snprintf(out, size, "./%s", word);
	else
		snprintf(out, size, "%.*s/%s", (int)length, path, word);
	return path[length] ? path + length + 1 : NULL;
}

enum tm_rc tm_cli_target_find(const char *word, char *out, size_t size,
			      struct tm_err *err)
{
	const char *path = getenv("PATH");
	char denied[PATH_MAX] = "";
	int fault;

	if (strchr(word, '/')) {
		snprintf(out, size, "%s", word);
		fault = fault_of(word);
		return fault ? fail_path(word, fault, err) : TM_OK;
	}
	if (!path)
		path = PATH_DEFAULT;
	while (path && *word) {
		path = next_folder(path, word, out, size);
		fault = fault_of(out);
		if (fault == 0)
			return TM_OK;
		if (fault == EACCES && !*denied)
			snprintf(denied, sizeof(denied), "%s", out);
	}
	if (*denied)
		return fail_path(denied, EACCES, err);
	return tm_fail(err, TM_EUSAGE, "cannot run '%.200s': not found in PATH",
		       word);
}

enum tm_rc tm_cli_target_check(pid_t pid, struct tm_err *err)
{
	/* EPERM: it exists, but belongs to another user. */
	if (kill(pid, 0) == 0 || errno == EPERM)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE, "there is no process %ld", (long)pid);
}

/* --- naming --------------------------------------------------------------- */

static int is_shell(const char *name)
{
	static const char *const known[] = {"sh", "bash", "dash", "zsh"};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(name, known[i]) == 0)
			return 1;
	}
	return 0;
}

static int is_file(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

void tm_cli_target_name(char *const *command, char *out, size_t size)
{
	const char *name = tm_base_name(command[0]);
	char *const *word = command + 1;

	if (is_shell(name) || tm_language_takes_script(name)) {
		while (*word && **word == '-')
			word++;
		if (*word && is_file(*word))
			name = tm_base_name(*word);
	}
	snprintf(out, size, "%s", name);
}
