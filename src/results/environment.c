#include "results/environment.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "preload/allocators/table.h"
#include "results/jemalloc_version.h"
#include "util/text.h"

#if __has_include("generated/version.h")
#include "generated/version.h"
#else
#define TM_VERSION "unknown"
#define TM_COMMIT  "unknown"
#define TM_VARIANT "unknown"
#endif

/* --- this machine --------------------------------------------------------- */

/* The text after "model name   : " in the first such line. */
static void add_cpu(struct tm_facts *facts)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];
	char *colon;

	while (file && fgets(line, sizeof(line), file)) {
		colon = strchr(line, ':');
		if (!colon || strncmp(line, "model name", 10) != 0)
			continue;
		line[strcspn(line, "\n")] = '\0';
		for (colon++; isspace((unsigned char)*colon);)
			colon++;
		tm_facts_set_text(facts, "cpu", colon);
		break;
	}
	if (file)
		fclose(file);
}

static void add_machine(struct tm_facts *facts)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	long pages = sysconf(_SC_PHYS_PAGES);
	long page_bytes = sysconf(_SC_PAGESIZE);
	struct utsname system;
	char kernel[160];

	if (uname(&system) == 0) {
		snprintf(kernel, sizeof(kernel), "%.60s %.90s", system.sysname,
			 system.release);
		tm_facts_set_text(facts, "kernel", kernel);
		tm_facts_set_text(facts, "machine", system.machine);
	}
	add_cpu(facts);
	if (cpus > 0)
		tm_facts_set_int(facts, "cpus", cpus);
	if (pages > 0)
		tm_facts_set_int(facts, "memory_bytes",
				 (int64_t)pages * page_bytes);
	tm_facts_set_int(facts, "page_bytes", page_bytes);
}

void tm_environment_fill(struct tm_run_environment *environment)
{
	struct tm_facts *facts = &environment->facts;

	tm_facts_set_text(facts, "tidemark", TM_VERSION);
	tm_facts_set_text(facts, "commit", TM_COMMIT);
	tm_facts_set_text(facts, "variant", TM_VARIANT);
	/* What runs, not what was compiled against. */
	tm_facts_set_text(&environment->libraries, "jansson",
			  jansson_version_str());
	add_machine(facts);
}

/* --- the measured process ------------------------------------------------- */

/* The path of the first mapped file whose name starts with `name`. */
static int find_mapped(pid_t pid, const char *name, char *out, size_t size)
{
	char file_name[64], line[512];
	FILE *file;
	char *path;
	int found = 0;

	snprintf(file_name, sizeof(file_name), "/proc/%ld/maps", (long)pid);
	file = fopen(file_name, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		path = strchr(line, '/');
		if (!path ||
		    strncmp(tm_base_name(path), name, strlen(name)) != 0)
			continue;
		snprintf(out, size, "%s", path);
		found = 1;
	}
	if (file)
		fclose(file);
	return found;
}

/* The process may have a root of its own. */
static void add_jemalloc_version(struct tm_facts *facts, pid_t pid,
				 const char *path)
{
	char version[TM_JEMALLOC_VERSION_SIZE], file_name[576];

	snprintf(file_name, sizeof(file_name), "/proc/%ld/root%s", (long)pid,
		 path);
	if (tm_jemalloc_version(file_name, version))
		tm_facts_set_text(facts, "allocator_version", version);
}

/* The C library, which is the first row, is in every process: it comes last. */
static void add_allocator(struct tm_facts *facts, pid_t pid)
{
	char path[512];
	uint32_t id, i;

	for (i = 1; i < TM_ALLOCATOR_COUNT; i++) {
		id = i % (TM_ALLOCATOR_COUNT - 1) + 1;
		if (find_mapped(pid, tm_allocator_row(id)->library, path,
				sizeof(path)))
			break;
	}
	if (i == TM_ALLOCATOR_COUNT)
		return;
	tm_facts_set_text(facts, "allocator", tm_allocator_row(id)->name);
	if (id == TM_ALLOCATOR_JEMALLOC)
		add_jemalloc_version(facts, pid, path);
}

int tm_environment_add_process(struct tm_run_environment *environment,
			       pid_t pid)
{
	static const struct {
		const char *library, *name;
	} sanitizers[] = {
		{"libasan", "address"},
		{"libclang_rt.asan", "address"},
		{"libtsan", "thread"},
		{"libubsan", "undefined"},
	};
	struct tm_facts *facts = &environment->facts;
	char path[512];
	size_t i;

	for (i = 0; i < sizeof(sanitizers) / sizeof(*sanitizers); i++) {
		if (!find_mapped(pid, sanitizers[i].library, path,
				 sizeof(path)))
			continue;
		tm_facts_set_text(facts, "sanitizer", sanitizers[i].name);
		break;
	}
	add_allocator(facts, pid);
	return find_mapped(pid, "", path, sizeof(path));
}

/* --- JSON ----------------------------------------------------------------- */

json_t *tm_run_environment_to_json(const struct tm_run_environment *environment)
{
	json_t *json = tm_facts_json(&environment->facts);

	if (json && environment->libraries.is_known &&
	    json_object_set_new(json, "libraries",
				tm_facts_json(&environment->libraries)) != 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}

void tm_run_environment_from_json(struct tm_run_environment *out,
				  const json_t *json)
{
	json_t *known;

	tm_facts_read(&out->libraries, json_object_get(json, "libraries"));
	known = tm_run_environment_to_json(out);
	tm_facts_read_rest(&out->facts, json, known);
	json_decref(known);
}

void tm_run_environment_release(struct tm_run_environment *environment)
{
	tm_facts_release(&environment->facts);
	tm_facts_release(&environment->libraries);
}
