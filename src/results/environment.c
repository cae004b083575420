#include "results/environment.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "util/text.h"

#if __has_include("generated/version.h")
#include "generated/version.h"
#else
#define TM_VERSION "unknown"
#define TM_COMMIT  "unknown"
#define TM_VARIANT "unknown"
#endif

/* jemalloc's, when this program is linked with it. */
extern int mallctl(const char *name, void *old_value, size_t *old_size,
		   void *new_value, size_t new_size) __attribute__((weak));

/* --- this machine --------------------------------------------------------- */

/* The text after "model name   : " in the first such line. */
static void add_cpu(json_t *environment)
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
		json_object_set_new(environment, "cpu", json_string(colon));
		break;
	}
	if (file)
		fclose(file);
}

static void add_machine(json_t *environment)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	long pages = sysconf(_SC_PHYS_PAGES);
	long page_bytes = sysconf(_SC_PAGESIZE);
	struct utsname system;
	char kernel[160];

	if (uname(&system) == 0) {
		snprintf(kernel, sizeof(kernel), "%.60s %.90s", system.sysname,
			 system.release);
		json_object_set_new(environment, "kernel", json_string(kernel));
		json_object_set_new(environment, "machine",
				    json_string(system.machine));
	}
	add_cpu(environment);
	if (cpus > 0)
		json_object_set_new(environment, "cpus", json_integer(cpus));
	if (pages > 0)
		json_object_set_new(
			environment, "memory_bytes",
			json_integer((json_int_t)pages * page_bytes));
	json_object_set_new(environment, "page_bytes",
			    json_integer(page_bytes));
}

/* What runs where it can be asked, else what was compiled against. */
static json_t *libraries(void)
{
	return json_pack("{s:s}", "jansson", jansson_version_str());
}

json_t *tm_environment_new(void)
{
	json_t *environment = json_pack(
		"{s:s, s:s, s:s, s:o}", "tidemark", TM_VERSION, "commit",
		TM_COMMIT, "variant", TM_VARIANT, "libraries", libraries());

	if (environment)
		add_machine(environment);
	return environment;
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

/* Only a library that this process has too can be asked for its version. */
static void add_jemalloc_version(json_t *environment, const char *path)
{
	const char *version;
	size_t size = sizeof(version);
	char own[512];

	if (!mallctl ||
	    !find_mapped(getpid(), "libjemalloc", own, sizeof(own)) ||
	    strcmp(own, path) != 0)
		return;
	if (mallctl("version", &version, &size, NULL, 0) == 0)
		json_object_set_new(environment, "allocator_version",
				    json_string(version));
}

void tm_environment_add_process(json_t *environment, pid_t pid)
{
	static const struct {
		const char *library, *key, *name;
	} known[] = {
		{"libasan", "sanitizer", "address"},
		{"libclang_rt.asan", "sanitizer", "address"},
		{"libtsan", "sanitizer", "thread"},
		{"libubsan", "sanitizer", "undefined"},
		{"libjemalloc", "allocator", "jemalloc"},
		{"libtcmalloc", "allocator", "tcmalloc"},
		{"libmimalloc", "allocator", "mimalloc"},
		{"libc.so", "allocator", "libc"},
	};
	char path[512];
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
		/* The first that is loaded is the one that is used. */
		if (json_object_get(environment, known[i].key) ||
		    !find_mapped(pid, known[i].library, path, sizeof(path)))
			continue;
		json_object_set_new(environment, known[i].key,
				    json_string(known[i].name));
		if (strcmp(known[i].name, "jemalloc") == 0)
			add_jemalloc_version(environment, path);
	}
}
