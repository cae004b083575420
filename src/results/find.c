#include "results/find.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/store.h"
#include "util/suggest.h"

/* "20261123T180000Z-" before a run's name. */
#define STAMP_LENGTH 17

/* A folder that tm_run_save() made; an unfinished one starts with a dot. */
static int looks_like_run(const struct dirent *entry)
{
	const char *name = entry->d_name;

	return strlen(name) > STAMP_LENGTH && isdigit((unsigned char)name[0]) &&
	       name[8] == 'T' && name[STAMP_LENGTH - 2] == 'Z' &&
	       name[STAMP_LENGTH - 1] == '-';
}

struct found {
	struct dirent *entry;
	struct timespec filled; /* when its last file was written */
};

/* By the second in the name, then by the clock of the files, as short runs
 * share a second. */
static int compare_age(const void *a, const void *b)
{
	const struct found *left = a;
	const struct found *right = b;
	int order = strncmp(left->entry->d_name, right->entry->d_name,
			    STAMP_LENGTH);

	if (order == 0)
		order = (left->filled.tv_sec > right->filled.tv_sec) -
			(left->filled.tv_sec < right->filled.tv_sec);
	if (order == 0)
		order = (left->filled.tv_nsec > right->filled.tv_nsec) -
			(left->filled.tv_nsec < right->filled.tv_nsec);
	return order ? order
		     : strverscmp(left->entry->d_name, right->entry->d_name);
}

static void sort_by_age(const char *folder, struct dirent **entries,
			size_t count)
{
	struct found *found = calloc(count + 1, sizeof(*found));
	char path[PATH_MAX];
	struct stat info;
	size_t i;

	if (!found)
		return; /* by the second is nearly right */
	for (i = 0; i < count; i++) {
		found[i].entry = entries[i];
		snprintf(path, sizeof(path), "%s/%s", folder,
			 entries[i]->d_name);
		if (stat(path, &info) == 0)
			found[i].filled = info.st_mtim;
	}
	qsort(found, count, sizeof(*found), compare_age);
	for (i = 0; i < count; i++)
		entries[i] = found[i].entry;
	free(found);
}

static int list_runs(const char *folder, struct dirent ***out)
{
	int count = scandir(folder, out, looks_like_run, versionsort);

	if (count > 0)
		sort_by_age(folder, *out, (size_t)count);
	return count;
}

/* A folder that does not exist has no runs yet. */
enum tm_rc tm_run_check_folder(const char *results_directory,
			       struct tm_err *err)
{
	DIR *folder = opendir(results_directory);
	int saved_errno = errno;

	if (folder)
		closedir(folder);
	else if (saved_errno != ENOENT)
		return tm_fail(err, TM_EUSAGE, "cannot read '%.200s': %s",
			       results_directory, strerror(saved_errno));
	return TM_OK;
}

static void free_list(struct dirent **entries, int count)
{
	int i;

	for (i = 0; i < count; i++)
		free(entries[i]);
	if (count >= 0)
		free(entries);
}

/* The name in the folder's name, also when a number follows it because there
 * were two in one second. */
static int is_named(const char *folder, const char *name)
{
	const char *rest = folder + STAMP_LENGTH;
	size_t length = strlen(name);

	if (strncmp(rest, name, length) != 0)
		return 0;
	rest += length;
	return *rest == '\0' ||
	       (*rest == '-' && rest[1] &&
		rest[1 + strspn(rest + 1, "0123456789")] == '\0');
}

static int has_run(const char *path)
{
	char file[PATH_MAX];

	snprintf(file, sizeof(file), "%s/run.json", path);
	return access(file, F_OK) == 0;
}

/* A file or folder in the working directory, without a run in it, may be the
 * program that a run is named after, or its sources; and a run's name may have a
 * slash. */
static int looks_like_path(const char *name)
{
	if (strchr(name, '/'))
		return access(name, F_OK) == 0;
	return strcmp(name, "run.json") == 0 || has_run(name);
}

static int is_folder(const char *name)
{
	struct stat info;

	return stat(name, &info) == 0 && S_ISDIR(info.st_mode);
}

enum tm_rc tm_run_find(const char *results_directory, const char *name,
		       char *out, size_t size, struct tm_err *err)
{
	struct tm_suggest suggest;
	struct dirent **entries;
	char suggestion[96], stored_name[128];
	int count, i;

	snprintf(out, size, "%s", name);
	if (looks_like_path(name))
		return TM_OK; /* loading says what is wrong with it */
	snprintf(out, size, "%s/%s", results_directory, name);
	if (has_run(out))
		return TM_OK;
	tm_suggest_init(&suggest, name);
	tm_run_stored_name(stored_name, sizeof(stored_name), name);
	count = list_runs(results_directory, &entries);
	for (i = count - 1; i >= 0; i--) {
		if (is_named(entries[i]->d_name, stored_name))
			break;
		tm_suggest_offer(&suggest, entries[i]->d_name + STAMP_LENGTH);
	}
	if (i >= 0)
		snprintf(out, size, "%s/%s", results_directory,
			 entries[i]->d_name);
	tm_suggest_text(&suggest, suggestion, sizeof(suggestion));
	free_list(entries, count);
	if (i >= 0)
		return TM_OK;
	if (is_folder(name) || strchr(name, '/')) {
		snprintf(out, size, "%s", name);
		return TM_OK; /* likewise */
	}
	if (tm_run_check_folder(results_directory, err) != TM_OK)
		return TM_EUSAGE;
	return tm_fail(err, TM_EUSAGE, "no run '%.80s' in '%.160s'%s", name,
		       results_directory, suggestion);
}

enum tm_rc tm_run_find_newest(const char *results_directory, size_t age,
			      char *out, size_t size, struct tm_err *err)
{
	struct dirent **entries;
	int count = list_runs(results_directory, &entries);
	enum tm_rc rc = TM_OK;

	if (count > 0 && age < (size_t)count)
		snprintf(out, size, "%s/%s", results_directory,
			 entries[(size_t)count - 1 - age]->d_name);
	else if (count > 0)
		rc = tm_fail(err, TM_EUSAGE,
			     "there %s only %d run%s in '%.200s', not %zu",
			     count == 1 ? "is" : "are", count,
			     count == 1 ? "" : "s", results_directory, age + 1);
	else
		rc = tm_run_check_folder(results_directory, err);
	if (count <= 0 && rc == TM_OK)
		rc = tm_fail(err, TM_EUSAGE,
			     "no runs yet in '%.200s': `tidemark exec -- "
			     "PROGRAM` makes one",
			     results_directory);
	free_list(entries, count);
	return rc;
}

size_t tm_run_each(const char *results_directory,
		   void (*each)(void *context, const char *folder,
				const char *name),
		   void *context)
{
	struct dirent **entries;
	int count = list_runs(results_directory, &entries);
	int i;

	for (i = count - 1; i >= 0; i--)
		each(context, entries[i]->d_name,
		     entries[i]->d_name + STAMP_LENGTH);
	free_list(entries, count);
	return count > 0 ? (size_t)count : 0;
}
