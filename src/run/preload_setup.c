#include "run/preload_setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "heap/agents.h"
#include "preload/area.h"
#include "subprocess/preloadable.h"

#define LIBRARY_NAME	 "libtidemark-preload.so"
#define LIBRARY_VARIABLE "TIDEMARK_PRELOAD_LIBRARY"
#define LEVELS_UP	 4 /* build/VARIANT/tests/cli/test is the deepest */

/* --- the library ---------------------------------------------------------- */

static int is_there(char out[PATH_MAX], const char *folder, const char *below)
{
	return snprintf(out, PATH_MAX, "%s/%s%s", folder, below, LIBRARY_NAME) <
		       PATH_MAX &&
	       access(out, R_OK) == 0;
}

/* Beside tidemark, as in a build, or where `make install` puts it. */
static int search_above_program(char out[PATH_MAX])
{
	char folder[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", folder, sizeof(folder) - 1);
	int level;

	if (length < 0)
		return 0;
	folder[length] = '\0';
	for (level = 0; level < LEVELS_UP; level++) {
		char *slash = strrchr(folder, '/');

		if (!slash)
			return 0;
		*slash = '\0';
		if (is_there(out, folder, "") ||
		    is_there(out, folder, "lib/tidemark/"))
			return 1;
	}
	return 0;
}

static enum tm_rc find_library(char out[PATH_MAX], struct tm_err *err)
{
	const char *asked = getenv(LIBRARY_VARIABLE);

	if (asked && *asked) {
		if (snprintf(out, PATH_MAX, "%s", asked) < PATH_MAX &&
		    access(out, R_OK) == 0)
			return TM_OK;
		return tm_fail(err, TM_EUNAVAILABLE,
			       "cannot read '%.200s' (%s)", asked,
			       LIBRARY_VARIABLE);
	}
	if (search_above_program(out))
		return TM_OK;
	return tm_fail(err, TM_EUNAVAILABLE,
		       "%s was not found next to tidemark or in lib/tidemark: "
		       "install it, or set %s to its path",
		       LIBRARY_NAME, LIBRARY_VARIABLE);
}

/* --- the folder ----------------------------------------------------------- */

/* The agents lie beside the library, in a folder of their own. */
static void find_agents(struct tm_preload_setup *setup)
{
	const char *slash = strrchr(setup->library, '/');

	snprintf(setup->agents, sizeof(setup->agents), "%.*s/agents",
		 slash ? (int)(slash - setup->library) : 0, setup->library);
}

/* LD_PRELOAD is split at blanks and colons.  A library whose path has one is
 * loaded through a symbolic link. */
static void avoid_separators(struct tm_preload_setup *setup)
{
	char link[PATH_MAX];

	if (!strpbrk(setup->library, " :\t"))
		return;
	if (snprintf(link, sizeof(link), "%s/%s", setup->folder.path,
		     LIBRARY_NAME) < (int)sizeof(link) &&
	    symlink(setup->library, link) == 0)
		memcpy(setup->library, link, sizeof(link));
}

/* --- the environment ------------------------------------------------------ */

/* NAME=VALUE, and `between` and `rest` behind it, which may be NULL. */
static int add_variable(struct tm_preload_setup *setup, const char *name,
			const char *value, const char *between,
			const char *rest)
{
	size_t used = 0;

	while (setup->variables[used])
		used++;
	if (asprintf(&setup->variables[used], "%s=%s%s%s", name, value,
		     rest && *rest ? between : "", rest ? rest : "") >= 0)
		return 1;
	setup->variables[used] = NULL;
	return 0;
}

/* With a seed the library keeps its sampling rate. */
static int add_seed(struct tm_preload_setup *setup)
{
	struct timespec now;
	char number[24];

	if (!setup->opts.keeps_rate || getenv(TM_AREA_SEED_VARIABLE))
		return 1;
	clock_gettime(CLOCK_REALTIME, &now);
	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)now.tv_sec * 1000000000u +
			 (unsigned long long)now.tv_nsec);
	return add_variable(setup, TM_AREA_SEED_VARIABLE, number, "", NULL);
}

/* Make runtimes take their objects from malloc, unless the user has set the
 * variable.  Which of them the program will start is not known yet. */
static int adjust_languages(struct tm_preload_setup *setup)
{
	size_t i;

	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *language = tm_language_at(i);
		const char *variable = language->counting.variable;

		if (!variable || getenv(variable))
			continue;
		if (!add_variable(setup, variable, language->counting.value, "",
				  NULL))
			return 0;
		tm_language_set_add(&setup->adjusted, language);
	}
	return 1;
}

/* --- the agents ----------------------------------------------------------- */

/* The variables that name them are split at blanks, as LD_PRELOAD is: where the
 * path has one, a link in the folder stands for it. */
static int find_agent(struct tm_preload_setup *setup, const char *file,
		      char out[PATH_MAX])
{
	char link[PATH_MAX];

	if (snprintf(out, PATH_MAX, "%s/%s", setup->agents, file) >= PATH_MAX ||
	    access(out, R_OK) != 0)
		return 0;
	if (!strpbrk(out, " \t\"'\\"))
		return 1;
	if (snprintf(link, sizeof(link), "%s/%s", setup->folder.path, file) >=
		    (int)sizeof(link) ||
	    symlink(out, link) != 0)
		return 0;
	memcpy(out, link, sizeof(link));
	return 1;
}

/* Whether the command, or what the variable holds, has an option with which the
 * runtime would not start. */
static int is_ruled_out(const struct tm_preload_setup *setup,
			const struct tm_language *language, const char *before)
{
	char *const *word;
	size_t i;

	for (i = 0; i < TM_LANGUAGE_REFUSING_MAX; i++) {
		const char *option = language->agent.refusing[i];

		if (!option)
			break;
		if (before && strstr(before, option))
			return 1;
		for (word = setup->opts.command; word && *word; word++) {
			if (strncmp(*word, option, strlen(option)) == 0)
				return 1;
		}
	}
	return 0;
}

static int add_agent(struct tm_preload_setup *setup,
		     const struct tm_language *language)
{
	const char *before = getenv(language->agent.variable);
	char path[PATH_MAX], value[PATH_MAX + 32];

	if (is_ruled_out(setup, language, before)) {
		tm_language_set_add(&setup->refusing, language);
		return 1;
	}
	/* Without it the program runs as it is. */
	if (!find_agent(setup, language->agent.file, path))
		return 1;
	snprintf(value, sizeof(value), "%s%s", language->agent.option, path);
	tm_language_set_add(&setup->entered, language);
	return add_variable(setup, language->agent.variable, value,
			    before && *before ? " " : "", before);
}

static int add_agents(struct tm_preload_setup *setup)
{
	char path[PATH_MAX];
	size_t i;

	if (!setup->opts.inside)
		return 1;
	snprintf(path, sizeof(path), "%.4000s/" TM_AGENTS_SOCKET,
		 setup->folder.path);
	if (!add_variable(setup, TM_AGENTS_VARIABLE, path, "", NULL))
		return 0;
	for (i = 0; i < TM_LANGUAGE_COUNT; i++) {
		const struct tm_language *language = tm_language_at(i);

		if (language->agent.in_library)
			tm_language_set_add(&setup->entered, language);
		if (language->agent.file && !add_agent(setup, language))
			return 0;
	}
	return 1;
}

static enum tm_rc set_variables(struct tm_preload_setup *setup,
				struct tm_err *err)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu",
		 (unsigned long long)setup->opts.sampling_bytes);
	if (add_variable(setup, "LD_PRELOAD", setup->library, ":",
			 getenv("LD_PRELOAD")) &&
	    add_variable(setup, TM_AREA_FOLDER_VARIABLE, setup->folder.path, "",
			 NULL) &&
	    add_variable(setup, TM_AREA_SAMPLING_VARIABLE, number, "", NULL) &&
	    add_seed(setup) && adjust_languages(setup) && add_agents(setup))
		return TM_OK;
	return tm_fail(err, TM_ENOMEM, "no memory for the environment");
}

enum tm_rc tm_preload_setup_open(struct tm_preload_setup *setup,
				 const char *program,
				 const struct tm_preload_opts *opts,
				 struct tm_err *err)
{
	enum tm_rc rc;

	memset(setup, 0, sizeof(*setup));
	setup->opts = *opts;
	rc = find_library(setup->library, err);
	if (rc != TM_OK)
		return rc;
	rc = tm_counter_folder_make(&setup->folder, err);
	if (rc != TM_OK)
		return rc;
	find_agents(setup);
	avoid_separators(setup);
	/* Its children may load the library even if the program does not. */
	if (tm_loadable(program, setup->library, setup->reason,
			sizeof(setup->reason)) != TM_LOADABLE_REFUSES)
		rc = set_variables(setup, err);
	if (rc != TM_OK)
		tm_preload_setup_close(setup);
	return rc;
}

void tm_preload_setup_close(struct tm_preload_setup *setup)
{
	size_t i;

	tm_counter_folder_remove(&setup->folder);
	for (i = 0; i < TM_PRELOAD_VARIABLES; i++) {
		free(setup->variables[i]);
		setup->variables[i] = NULL;
	}
}
