#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/json_text.h"
#include "results/run_json.h"
#include "results/store.h"
#include "results/write.h"
#include "util/clock.h"

/* At most this many runs of one name get a folder in one second. */
#define SUFFIX_MAX 1000

/* --- what is written ------------------------------------------------------ */

static enum tm_rc write_samples(FILE *file, const void *context)
{
	const struct tm_run *run = context;
	size_t i;
	unsigned int m;

	fputs("iteration,elapsed_ns", file);
	for (m = 0; m < TM_METRIC_COUNT; m++)
		fprintf(file, ",%s", tm_metric_name(m));
	fputc('\n', file);
	for (i = 0; i < run->sample_count; i++) {
		const struct tm_sample *sample = &run->samples[i];

		fprintf(file, "%llu,%llu",
			(unsigned long long)sample->iteration,
			(unsigned long long)sample->elapsed_ns);
		for (m = 0; m < TM_METRIC_COUNT; m++) {
			fputc(',', file);
			if (tm_sample_has(sample, m))
				fprintf(file, "%llu",
					(unsigned long long)sample->value[m]);
		}
		fputc('\n', file);
	}
	return TM_OK;
}

static enum tm_rc write_census(FILE *file, const void *context)
{
	return tm_run_census_write_csv(context, file);
}

/* Readers of the file expect these keys, also where nothing is known. */
static int set_null(json_t *json, const char *key)
{
	if (json_object_get(json, key))
		return 0;
	return json_object_set_new(json, key, json_null());
}

static json_t *file_json(const struct tm_run *run)
{
	json_t *json =
		json_pack("{s:i, s:{s:i, s:i}, s:I}", "schema", TM_RUN_SCHEMA,
			  "files", "samples.csv", TM_SAMPLES_VERSION,
			  "census.csv", TM_CENSUS_VERSION, "sample_count",
			  (json_int_t)run->sample_count);
	json_t *whole = tm_run_to_json(run);

	if (!json || !whole || json_object_update(json, whole) != 0 ||
	    set_null(json, "request") != 0 ||
	    set_null(json, "environment") != 0 ||
	    set_null(json, "report") != 0) {
		json_decref(json);
		json = NULL;
	}
	json_decref(whole);
	return json;
}

/* Takes the object.  A write that failed shows in the stream; only memory is
 * left to report. */
static enum tm_rc write_json(FILE *file, json_t *json, size_t indent)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text};

	if (!json)
		return TM_ENOMEM;
	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	tm_put_json_value(&writer, json,
			  JSON_INDENT(indent) | JSON_REAL_PRECISION(9));
	json_decref(json);
	tm_writer_put(&writer, "\n");
	if (writer.rc == TM_OK)
		fwrite(text.bytes, 1, text.length, file);
	tm_buf_release(&text);
	return writer.rc;
}

static enum tm_rc write_run(FILE *file, const void *context)
{
	return write_json(file, file_json(context), 2);
}

static enum tm_rc write_sites(FILE *file, const void *context)
{
	return write_json(file, tm_run_sites_to_json(context), 1);
}

static enum tm_rc write_types(FILE *file, const void *context)
{
	return write_json(file, tm_run_types_to_json(context), 1);
}

/* --- where it is written -------------------------------------------------- */

static void make_file_name(char *text)
{
	for (; *text; text++) {
		if (!isalnum((unsigned char)*text) && !strchr("-_.", *text))
			*text = '_';
	}
}

void tm_run_stored_name(char *out, size_t size, const char *name)
{
	snprintf(out, size, "%.100s", name);
	make_file_name(out);
}

static void folder_name(char *out, size_t size, const struct tm_run *run)
{
	char stamp[32];
	size_t used = 0;
	const char *c;

	/* 2026-11-23T18:00:00Z becomes 20261123T180000Z: no colons. */
	for (c = run->started; *c && used < sizeof(stamp) - 1; c++) {
		if (*c != '-' && *c != ':')
			stamp[used++] = *c;
	}
	stamp[used] = '\0';
	make_file_name(stamp); /* a damaged date as well */
	used = (size_t)snprintf(out, size, "%s-", stamp);
	tm_run_stored_name(out + used, size - used, run->name);
}

/*
 * Rename `from` to a folder that does not exist. mkdir() claims the name, as
 * rename() alone would replace an empty folder of another run.
 */
static enum tm_rc claim_folder(struct tm_run *run, const char *from,
			       const char *parent, struct tm_err *err)
{
	char name[160], path[PATH_MAX];
	int i;

	folder_name(name, sizeof(name), run);
	for (i = 1; i <= SUFFIX_MAX; i++) {
		if (i == 1)
			snprintf(path, sizeof(path), "%s/%s", parent, name);
		else
			snprintf(path, sizeof(path), "%s/%s-%d", parent, name,
				 i);
		if (mkdir(path, 0777) == 0)
			break;
		if (errno != EEXIST || i == SUFFIX_MAX)
			return tm_fail_errno(err, errno,
					     "cannot make the folder '%s'",
					     path);
	}
	if (rename(from, path) != 0) {
		tm_fail_errno(err, errno, "cannot rename '%s' to '%s'", from,
			      path);
		rmdir(path);
		return TM_ESYSTEM;
	}
	free(run->directory);
	run->directory = strdup(path);
	if (!run->directory)
		return tm_fail(err, TM_ENOMEM, "no memory for the name '%s'",
			       path);
	return TM_OK;
}

static enum tm_rc fill_folder(const struct tm_run *run, const char *folder,
			      struct tm_err *err)
{
	const struct tm_run_census *census = &run->report.census;
	enum tm_rc rc;

	rc = tm_write_file(folder, "samples.csv", write_samples, run, err);
	if (rc == TM_OK && census->is_known)
		rc = tm_write_file(folder, "census.csv", write_census, census,
				   err);
	if (rc == TM_OK && run->sites.is_known)
		rc = tm_write_file(folder, "sites.json", write_sites,
				   &run->sites, err);
	if (rc == TM_OK && run->heap_sites.is_known)
		rc = tm_write_file(folder, "heap_sites.json", write_sites,
				   &run->heap_sites, err);
	if (rc == TM_OK && run->types.is_known)
		rc = tm_write_file(folder, "types.json", write_types,
				   &run->types, err);
	if (rc == TM_OK)
		rc = tm_write_file(folder, "run.json", write_run, run, err);
	if (rc == TM_OK)
		rc = tm_sync_folder(folder, err);
	return rc;
}

/* Remove a folder that could not be filled. */
static void remove_folder(const char *folder)
{
	static const char *const files[] = {"samples.csv", "census.csv",
					    "sites.json",  "heap_sites.json",
					    "types.json",  "run.json"};
	char path[PATH_MAX + 32];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		unlink(path);
	}
	rmdir(folder);
}

static enum tm_rc check_name(const char *results_directory, struct tm_err *err)
{
	if (*results_directory && strlen(results_directory) <= PATH_MAX - 256)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE, "the results folder's name is %s",
		       *results_directory ? "too long" : "empty");
}

/* Make a folder in `parent` that shows to be unfinished. */
static int make_unfinished(char folder[PATH_MAX], const char *parent)
{
	if (snprintf(folder, PATH_MAX, "%s/.unfinished-%ld-%llu", parent,
		     (long)getpid(),
		     (unsigned long long)tm_clock_ns()) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return mkdir(folder, 0777);
}

/* Cut `path` to the nearest folder above it that exists. */
static void find_existing(char path[PATH_MAX])
{
	char *slash;

	while (access(path, F_OK) != 0) {
		slash = strrchr(path, '/');
		if (!slash || slash == path) {
			snprintf(path, PATH_MAX, "%s", slash ? "/" : ".");
			return;
		}
		*slash = '\0';
	}
}

enum tm_rc tm_run_check_store(const char *results_directory, struct tm_err *err)
{
	char folder[PATH_MAX], parent[PATH_MAX];
	enum tm_rc rc = check_name(results_directory, err);

	if (rc != TM_OK)
		return rc;
	snprintf(parent, sizeof(parent), "%s", results_directory);
	find_existing(parent);
	/* Making one tests more than permissions do: root has them all, and
	 * still /proc takes no folder. */
	if (make_unfinished(folder, parent) != 0)
		return tm_fail(err, TM_EUSAGE,
			       "cannot store runs in '%s': %s; "
			       "--results-dir chooses another folder",
			       results_directory, strerror(errno));
	rmdir(folder);
	return TM_OK;
}

enum tm_rc tm_run_save(struct tm_run *run, const char *results_directory,
		       struct tm_err *err)
{
	char folder[PATH_MAX];
	enum tm_rc rc = check_name(results_directory, err);

	if (rc == TM_OK)
		rc = tm_make_folders(results_directory, err);
	if (rc != TM_OK)
		return rc;
	if (make_unfinished(folder, results_directory) != 0)
		return tm_fail_errno(err, errno,
				     "cannot write in the results folder '%s'",
				     results_directory);
	rc = fill_folder(run, folder, err);
	if (rc == TM_OK)
		rc = claim_folder(run, folder, results_directory, err);
	if (rc != TM_OK) {
		remove_folder(folder);
		return rc;
	}
	return tm_sync_folder(results_directory, err);
}
