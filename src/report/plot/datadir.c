#include "report/plot/datadir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SHARE_VARIABLE "TIDEMARK_SHARE"
#define LEVELS_UP      5 /* build/VARIANT/tests/ROOM/ROOM/test is deeper still */

/* The same files, laid out as installed and as in the source tree. */
static const struct {
	const char *plot;
	const char *reference;
} layouts[] = {
	{"plot", "reference"},
	{"share/tidemark/plot", "share/tidemark/reference"},
	{"scripts/plot", "results/reference"},
};

#define LAYOUT_COUNT (sizeof(layouts) / sizeof(layouts[0]))

static int join(char out[PATH_MAX], const char *folder, const char *name)
{
	return snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX;
}

/* A folder's name becomes part of gnuplot's commands, where a line break would
 * begin a new one. */
static int has_script(const char *plot_folder)
{
	char path[PATH_MAX];

	return !strpbrk(plot_folder, "\r\n") &&
	       join(path, plot_folder, "growth.gp") && access(path, R_OK) == 0;
}

static int look_in(struct tm_datadir *out, const char *folder)
{
	size_t i;

	for (i = 0; i < LAYOUT_COUNT; i++) {
		if (join(out->plot, folder, layouts[i].plot) &&
		    join(out->reference, folder, layouts[i].reference) &&
		    has_script(out->plot))
			return 1;
	}
	return 0;
}

static int look_above_program(struct tm_datadir *out)
{
	char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	int level;

	if (length < 0)
		return 0;
	path[length] = '\0';
	for (level = 0; level < LEVELS_UP; level++) {
		char *slash = strrchr(path, '/');

		if (!slash || slash == path)
			return 0;
		*slash = '\0';
		if (look_in(out, path))
			return 1;
	}
	return 0;
}

enum tm_rc tm_datadir_find(struct tm_datadir *out, const char *asked,
			   struct tm_err *err)
{
	const char *variable = getenv(SHARE_VARIABLE);

	if (!asked && variable && *variable)
		asked = variable;
	if (asked) {
		if (look_in(out, asked))
			return TM_OK;
		return tm_fail(err, TM_EUNAVAILABLE,
			       "'%s' has no plot/growth.gp: set " SHARE_VARIABLE
			       " to tidemark's data folder, or "
			       "unset it",
			       asked);
	}
	if (look_above_program(out))
		return TM_OK;
	return tm_fail(err, TM_EUNAVAILABLE,
		       "the plot scripts are not next to the program: set "
		       "%s to the folder that has plot/growth.gp",
		       SHARE_VARIABLE);
}
