#include "suite/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/suggest.h"

static int is_folder(const char *path)
{
	struct stat found;

	return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

/* --- finding the folder --------------------------------------------------- */

/* The folder that holds the running program, without symbolic links. */
static int own_folder(char *out, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", out, size - 1);
	char *slash;

	if (length <= 0)
		return 0;
	out[length] = '\0';
	slash = strrchr(out, '/');
	if (!slash)
		return 0;
	*slash = '\0';
	return 1;
}

/* The folder of tidemark's own scenarios; 0 when it is not there. */
static int find_own_scenarios(char *out, size_t size)
{
	static const char *const below[] = {"scenarios",
					    "../libexec/tidemark/scenarios"};
	char own[PATH_MAX - 64];
	size_t i;

	if (!own_folder(own, sizeof(own)))
		return 0;
	for (i = 0; i < sizeof(below) / sizeof(*below); i++) {
		snprintf(out, size, "%s/%s", own, below[i]);
		if (is_folder(out))
			return 1;
	}
	return 0;
}

static enum tm_rc find_folder(struct tm_catalog *catalog, struct tm_err *err)
{
	const char *named = getenv("TIDEMARK_SCENARIOS");
	char own[PATH_MAX - 64];

	if (named && *named) {
		snprintf(catalog->folder, sizeof(catalog->folder), "%s", named);
		if (is_folder(named))
			return TM_OK;
		return tm_fail(err, TM_EUSAGE,
			       "TIDEMARK_SCENARIOS is '%.200s', which is not "
			       "a folder",
			       named);
	}
	if (find_own_scenarios(catalog->folder, sizeof(catalog->folder)))
		return TM_OK;
	if (!own_folder(own, sizeof(own)))
		return tm_fail(err, TM_EUSAGE,
			       "cannot find where tidemark is installed: set "
			       "TIDEMARK_SCENARIOS to the scenarios' folder");
	return tm_fail(err, TM_EUSAGE,
		       "no scenarios next to '%.200s': build them (make), or "
		       "set TIDEMARK_SCENARIOS to their folder",
		       own);
}

/* --- reading it ----------------------------------------------------------- */

/* A program, not an object file or a list of dependencies beside it. */
static int is_program(const char *folder, const char *file)
{
	char path[PATH_MAX + 256];
	struct stat found;

	if (strchr(file, '.'))
		return 0;
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return stat(path, &found) == 0 && S_ISREG(found.st_mode) &&
	       access(path, X_OK) == 0;
}

enum tm_rc tm_catalog_open(struct tm_catalog *out, struct tm_err *err)
{
	struct dirent **entries;
	enum tm_rc rc;
	int found, i;

	memset(out, 0, sizeof(*out));
	rc = find_folder(out, err);
	if (rc != TM_OK)
		return rc;
	found = scandir(out->folder, &entries, NULL, alphasort);
	if (found < 0)
		return tm_fail(err, TM_EUSAGE, "cannot read '%.200s': %s",
			       out->folder, strerror(errno));
	out->files = calloc((size_t)found + 1, sizeof(*out->files));
	if (!out->files)
		rc = tm_fail(err, TM_ENOMEM, "no memory for the scenarios");
	for (i = 0; i < found; i++) {
		if (out->files && is_program(out->folder, entries[i]->d_name)) {
			out->files[out->count] = strdup(entries[i]->d_name);
			out->count += out->files[out->count] != NULL;
		}
		free(entries[i]);
	}
	free(entries);
	return rc;
}

void tm_catalog_close(struct tm_catalog *catalog)
{
	size_t i;

	for (i = 0; i < catalog->count; i++)
		free(catalog->files[i]);
	free(catalog->files);
	catalog->files = NULL;
	catalog->count = 0;
	*catalog->folder = '\0';
}

void tm_catalog_name(const char *file, char *out, size_t size)
{
	snprintf(out, size, "%s", file);
	for (; *out; out++) {
		if (*out == '_')
			*out = '-';
	}
}

/* Whether `folder` has the file, whose path is then in `out`. */
static int has_options(const char *folder, char *out, size_t size)
{
	snprintf(out, size, "%s/%s", folder, TM_PROGRAM_OPTIONS_FILE);
	return *folder && access(out, F_OK) == 0;
}

enum tm_rc tm_catalog_options(const struct tm_catalog *catalog,
			      struct tm_program_options *out,
			      struct tm_err *err)
{
	char path[PATH_MAX + sizeof(TM_PROGRAM_OPTIONS_FILE) + 1];
	char own[PATH_MAX];

	memset(out, 0, sizeof(*out));
	if (has_options(catalog->folder, path, sizeof(path)) ||
	    (find_own_scenarios(own, sizeof(own)) &&
	     has_options(own, path, sizeof(path))))
		return tm_program_options_load(out, path, err);
	return TM_OK;
}

/* --- finding one ---------------------------------------------------------- */

enum tm_rc tm_catalog_find(const struct tm_catalog *catalog,
			   const char *scenario, char *out, size_t size,
			   struct tm_err *err)
{
	char name[256], wanted[256], suggestion[96];
	struct tm_suggest suggest;
	size_t i;

	if (strchr(scenario, '/')) {
		if (access(scenario, X_OK) != 0 || is_folder(scenario))
			return tm_fail(err, TM_EUSAGE,
				       "cannot run '%.200s': %s", scenario,
				       is_folder(scenario) ? "it is a folder"
							   : strerror(errno));
		snprintf(out, size, "%s", scenario);
		return TM_OK;
	}
	tm_catalog_name(scenario, wanted, sizeof(wanted));
	tm_suggest_init(&suggest, wanted);
	for (i = 0; i < catalog->count; i++) {
		tm_catalog_name(catalog->files[i], name, sizeof(name));
		if (strcmp(name, wanted) == 0) {
			snprintf(out, size, "%s/%s", catalog->folder,
				 catalog->files[i]);
			return TM_OK;
		}
		tm_suggest_offer(&suggest, name);
	}
	tm_suggest_text(&suggest, suggestion, sizeof(suggestion));
	return tm_fail(err, TM_EUSAGE,
		       "unknown scenario '%.60s'%s; `tidemark list` shows all",
		       scenario, suggestion);
}
