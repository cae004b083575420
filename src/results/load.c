#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/run_json.h"
#include "results/store.h"

/* The columns of samples.csv: two that each sample has, then metrics, some of
 * which only a newer tidemark may know. */
#define FIXED_COLUMNS 2
#define COLUMNS_MAX   256

_Static_assert(FIXED_COLUMNS + TM_METRIC_COUNT <= COLUMNS_MAX,
	       "a row has room for every metric");

struct samples_reader {
	FILE *file;
	const char *path;
	size_t line;
	uint64_t iteration;		    /* of the line before */
	enum tm_metric column[COLUMNS_MAX]; /* TM_METRIC_COUNT: not read */
	size_t columns;
};

/* --- samples.csv ---------------------------------------------------------- */

/* The next comma-separated field, NUL-terminated in place; NULL after the
 * last.  Empty fields count, which is what strtok() cannot do. */
static char *next_field(char **cursor)
{
	return strsep(cursor, ",");
}

static enum tm_rc read_header(struct samples_reader *reader, char *line,
			      struct tm_err *err)
{
	static const char *const fixed[FIXED_COLUMNS] = {"iteration",
							 "elapsed_ns"};
	char *cursor = line;
	char *field;

	for (reader->columns = 0; (field = next_field(&cursor));
	     reader->columns++) {
		size_t at = reader->columns;

		if (at >= COLUMNS_MAX ||
		    (at < FIXED_COLUMNS && strcmp(field, fixed[at]) != 0))
			break;
		if (at < FIXED_COLUMNS)
			continue;
		reader->column[at] = tm_metric_find(field);
	}
	if (field && reader->columns >= COLUMNS_MAX)
		return tm_fail(err, TM_EUSAGE, "'%s' has more than %d columns",
			       reader->path, COLUMNS_MAX);
	if (field)
		return tm_fail(err, TM_EUSAGE,
			       "'%s': column %zu is '%.40s' instead of '%s'",
			       reader->path, reader->columns + 1, field,
			       fixed[reader->columns]);
	if (reader->columns < FIXED_COLUMNS)
		return tm_fail(err, TM_EUSAGE, "'%s' has no samples",
			       reader->path);
	return TM_OK;
}

static int read_value(const char *field, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)*field))
		return 0;
	errno = 0;
	*out = strtoull(field, &end, 10);
	return errno == 0 && *end == '\0';
}

static int read_row(const struct samples_reader *reader, char *line,
		    struct tm_sample *sample)
{
	char *cursor = line;
	size_t at = 0;
	uint64_t value;
	char *field;

	memset(sample, 0, sizeof(*sample));
	for (; (field = next_field(&cursor)); at++) {
		if (at >= reader->columns)
			return 0;
		if (at >= FIXED_COLUMNS &&
		    (*field == '\0' || reader->column[at] == TM_METRIC_COUNT))
			continue; /* absent, or of a metric not known here */
		if (!read_value(field, &value))
			return 0;
		if (at == 0)
			sample->iteration = value;
		else if (at == 1)
			sample->elapsed_ns = value;
		else
			tm_sample_set(sample, reader->column[at], value);
	}
	return at == reader->columns;
}

/* Iterations never decrease: lines in another order are not one run. */
static enum tm_rc keep_row(struct tm_run *run, struct samples_reader *reader,
			   const struct tm_sample *sample, struct tm_err *err)
{
	if (run->sample_count && sample->iteration < reader->iteration)
		return tm_fail(err, TM_EUSAGE,
			       "'%s', line %zu: iteration decreases from %llu "
			       "to %llu",
			       reader->path, reader->line,
			       (unsigned long long)reader->iteration,
			       (unsigned long long)sample->iteration);
	reader->iteration = sample->iteration;
	return tm_run_add_sample(run, sample, err);
}

/* Each line must end in a newline: a file that was cut off in the middle of a
 * number would otherwise be read as a smaller number. */
static enum tm_rc read_lines(struct tm_run *run, struct samples_reader *reader,
			     struct tm_err *err)
{
	struct tm_sample sample;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length;
	enum tm_rc rc = TM_OK;

	while (rc == TM_OK &&
	       (length = getline(&line, &capacity, reader->file)) > 0) {
		reader->line++;
		if (line[length - 1] != '\n') {
			rc = tm_fail(err, TM_EUSAGE,
				     "'%s' is cut off in line "
				     "%zu",
				     reader->path, reader->line);
			break;
		}
		line[length - 1] = '\0';
		if (reader->line == 1)
			rc = read_header(reader, line, err);
		else if (read_row(reader, line, &sample))
			rc = keep_row(run, reader, &sample, err);
		else
			rc = tm_fail(err, TM_EUSAGE,
				     "'%s', line %zu: not a valid sample",
				     reader->path, reader->line);
	}
	if (rc == TM_OK && reader->line == 0)
		rc = tm_fail(err, TM_EUSAGE, "'%s' is empty", reader->path);
	free(line);
	return rc;
}

static enum tm_rc load_samples(struct tm_run *run, const char *folder,
			       size_t expected, struct tm_err *err)
{
	struct samples_reader reader = {0};
	char path[PATH_MAX];
	enum tm_rc rc;

	snprintf(path, sizeof(path), "%s/samples.csv", folder);
	reader.path = path;
	reader.file = fopen(path, "re");
	if (!reader.file)
		return tm_fail(err, TM_EUSAGE, "cannot read '%s': %s", path,
			       strerror(errno));
	rc = read_lines(run, &reader, err);
	fclose(reader.file);
	if (rc == TM_OK && run->sample_count != expected)
		rc = tm_fail(err, TM_EUSAGE,
			     "'%s' has %zu of the run's %zu samples", path,
			     run->sample_count, expected);
	return rc;
}

/* --- run.json ------------------------------------------------------------- */

static enum tm_rc check_schema(const json_t *json, const char *path,
			       struct tm_err *err)
{
	const json_t *schema = json_object_get(json, "schema");

	if (!json_is_integer(schema))
		return tm_fail(err, TM_EUSAGE, "'%s' is not a tidemark run",
			       path);
	if (json_integer_value(schema) > TM_RUN_SCHEMA)
		return tm_fail(err, TM_EUSAGE,
			       "'%s' has schema %lld, newer than the %d that "
			       "this tidemark reads: update tidemark",
			       path, (long long)json_integer_value(schema),
			       TM_RUN_SCHEMA);
	if (json_integer_value(schema) < 1)
		return tm_fail(err, TM_EUSAGE, "'%s' has an unknown schema",
			       path);
	return TM_OK;
}

/* Runs from before it was written do not say: their files are of version 1. */
static enum tm_rc check_samples_version(const json_t *json, const char *path,
					struct tm_err *err)
{
	const json_t *version =
		json_object_get(json_object_get(json, "files"), "samples.csv");

	if (!version || json_integer_value(version) == TM_SAMPLES_VERSION)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE,
		       "'%s': its samples.csv is not of version %d, which this "
		       "tidemark reads: update tidemark",
		       path, TM_SAMPLES_VERSION);
}

/* How many samples there must be: a file that lost its end has fewer. */
static const char *take_run(struct tm_run *run, const json_t *json,
			    size_t *sample_count)
{
	const json_t *count = json_object_get(json, "sample_count");
	const char *bad = tm_run_from_json(run, json);

	if (bad)
		return bad;
	if (!json_is_integer(count) || json_integer_value(count) < 0)
		return "sample_count";
	*sample_count = (size_t)json_integer_value(count);
	return NULL;
}

static enum tm_rc load_json(struct tm_run *run, const char *folder,
			    size_t *sample_count, struct tm_err *err)
{
	char path[PATH_MAX];
	json_error_t error;
	const char *bad;
	json_t *json;
	enum tm_rc rc;

	snprintf(path, sizeof(path), "%s/run.json", folder);
	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!json && error.line > 0)
		return tm_fail(err, TM_EUSAGE, "'%s' line %d: %s", path,
			       error.line, error.text);
	if (!json)
		return tm_fail(err, TM_EUSAGE,
			       "'%s' does not contain a run: %s", folder,
			       error.text);
	rc = check_schema(json, path, err);
	if (rc == TM_OK)
		rc = check_samples_version(json, path, err);
	if (rc == TM_OK) {
		bad = take_run(run, json, sample_count);
		if (bad)
			rc = tm_fail(err, TM_EUSAGE,
				     "'%s': missing or invalid \"%s\"", path,
				     bad);
	}
	json_decref(json);
	return rc;
}

/* An optional part of a run, in a file of its own. */
struct part {
	const char *file;
	enum tm_rc (*read)(struct tm_run *run, const json_t *json,
			   struct tm_err *err);
};

static enum tm_rc read_sites(struct tm_run *run, const json_t *json,
			     struct tm_err *err)
{
	return tm_run_sites_from_json(&run->sites, json, err);
}

static enum tm_rc read_heap_sites(struct tm_run *run, const json_t *json,
				  struct tm_err *err)
{
	return tm_run_sites_from_json(&run->heap_sites, json, err);
}

static enum tm_rc read_types(struct tm_run *run, const json_t *json,
			     struct tm_err *err)
{
	return tm_run_types_from_json(&run->types, json, err);
}

static enum tm_rc load_part(struct tm_run *run, const char *folder,
			    const struct part *part, struct tm_err *err)
{
	char path[PATH_MAX];
	json_error_t error;
	struct tm_err why = {0};
	json_t *json;
	enum tm_rc rc;

	snprintf(path, sizeof(path), "%s/%s", folder, part->file);
	if (access(path, F_OK) != 0)
		return TM_OK;
	json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		return tm_fail(err, TM_EUSAGE, "'%s' line %d: %s", path,
			       error.line, error.text);
	rc = part->read(run, json, &why);
	json_decref(json);
	if (rc != TM_OK)
		return tm_fail(err, rc, "'%s': %s", path, why.text);
	return TM_OK;
}

static enum tm_rc load_parts(struct tm_run *run, const char *folder,
			     struct tm_err *err)
{
	static const struct part parts[] = {
		{"sites.json", read_sites},
		{"heap_sites.json", read_heap_sites},
		{"types.json", read_types}};
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(*parts) && rc == TM_OK; i++)
		rc = load_part(run, folder, &parts[i], err);
	return rc;
}

/* The folder itself, also when its run.json was named. */
static void folder_of(char *out, size_t size, const char *path)
{
	static const char file[] = "run.json";
	size_t length = strlen(path);

	if (length >= strlen(file) &&
	    strcmp(path + length - strlen(file), file) == 0)
		length -= strlen(file);
	while (length > 1 && path[length - 1] == '/')
		length--;
	if (length == 0)
		snprintf(out, size, ".");
	else
		snprintf(out, size, "%.*s", (int)length, path);
}

enum tm_rc tm_run_load(struct tm_run **out, const char *path,
		       struct tm_err *err)
{
	char folder[PATH_MAX - 32];
	size_t sample_count = 0;
	struct tm_run *run;
	enum tm_rc rc;

	*out = NULL;
	rc = tm_run_new(&run, "", err);
	if (rc != TM_OK)
		return rc;
	folder_of(folder, sizeof(folder), path);
	rc = load_json(run, folder, &sample_count, err);
	if (rc == TM_OK)
		rc = load_samples(run, folder, sample_count, err);
	if (rc == TM_OK)
		rc = load_parts(run, folder, err);
	run->directory = strdup(folder);
	if (rc == TM_OK && !run->directory)
		rc = tm_fail(err, TM_ENOMEM, "no memory for a run");
	if (rc != TM_OK) {
		tm_run_free(run);
		return rc;
	}
	*out = run;
	return TM_OK;
}
