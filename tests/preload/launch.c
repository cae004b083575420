#include "launch.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../support/folders.h"
#include "preload/area.h"

static char home[] = "/tmp/tidemark-preload-XXXXXX";
static char areas[PATH_MAX];
static char library[PATH_MAX];
static char output[65536];

/* build/VARIANT/tests/preload/test: the library is two folders up. */
void launch_open(void)
{
	char self[PATH_MAX - 64], programs[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	cr_assert_gt(length, 0);
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(library, sizeof(library), "%s/../../libtidemark-preload.so",
		 self);
	snprintf(programs, sizeof(programs), "%s/programs", self);
	cr_assert_eq(access(library, R_OK), 0, "%s", library);
	setenv("PROGRAMS", programs, 1);
	cr_assert_not_null(mkdtemp(home));
	snprintf(areas, sizeof(areas), "%s/areas", home);
	cr_assert_eq(mkdir(areas, 0700), 0);
	launch_sampling("0");
}

void launch_close(void)
{
	folder_remove(home);
}

void launch_clear(void)
{
	folder_remove(areas);
	cr_assert_eq(mkdir(areas, 0700), 0);
}

const char *launch_folder(void)
{
	return areas;
}

void launch_sampling(const char *bytes)
{
	char environment[3 * PATH_MAX];

	snprintf(environment, sizeof(environment),
		 "env %s=%s %s=%s LD_PRELOAD=%s", TM_AREA_FOLDER_VARIABLE,
		 areas, TM_AREA_SAMPLING_VARIABLE, bytes, library);
	setenv("PRELOADED", environment, 1);
}

/* The shell itself is not preloaded: env starts the program. */
static int run(const char *environment, const char *command)
{
	char line[16384], path[PATH_MAX];
	size_t length = 0;
	FILE *file;
	int status;

	snprintf(path, sizeof(path), "%s/output", home);
	snprintf(line, sizeof(line), "{ %s %s; } >'%s' 2>&1 </dev/null",
		 environment, command, path);
	status = system(line);
	file = fopen(path, "r");
	if (file) {
		length = fread(output, 1, sizeof(output) - 1, file);
		fclose(file);
	}
	output[length] = '\0';
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

int launch(const char *command)
{
	return run("$PRELOADED", command);
}

int launch_plain(const char *command)
{
	return run("env", command);
}

const char *launch_output(void)
{
	return output;
}
