#include "probe/modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void tm_modules_release(struct tm_modules *modules)
{
	size_t i;

	for (i = 0; i < modules->count; i++)
		free(modules->modules[i].path);
	free(modules->modules);
	memset(modules, 0, sizeof(*modules));
}

/* --- files ---------------------------------------------------------------- */

static int identify(const char *path, struct tm_module *out)
{
	struct stat info;

	if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
		return 0;
	out->device = info.st_dev;
	out->inode = info.st_ino;
	out->size = (uint64_t)info.st_size;
	out->modified_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 +
			   info.st_mtim.tv_nsec;
	return 1;
}

int tm_module_is_unchanged(const struct tm_module *module)
{
	struct tm_module now = {0};

	return module->is_known && identify(module->path, &now) &&
	       now.device == module->device && now.inode == module->inode &&
	       now.size == module->size &&
	       now.modified_ns == module->modified_ns;
}

static uint32_t add_module(struct tm_modules *modules, const char *path)
{
	struct tm_module *grown;
	struct tm_module *module;
	size_t i;

	for (i = 0; i < modules->count; i++) {
		if (strcmp(modules->modules[i].path, path) == 0)
			return (uint32_t)i;
	}
	grown = realloc(modules->modules,
			(modules->count + 1) * sizeof(*grown));
	if (!grown)
		return TM_NO_MODULE;
	modules->modules = grown;
	module = &grown[modules->count];
	memset(module, 0, sizeof(*module));
	module->path = strdup(path);
	if (!module->path)
		return TM_NO_MODULE;
	module->is_known = identify(path, module);
	return (uint32_t)modules->count++;
}

/* --- mappings ------------------------------------------------------------- */

static int add_mapping(struct tm_mappings *mappings,
		       const struct tm_mapping *mapping, size_t *capacity)
{
	struct tm_mapping *grown;

	if (mappings->count == *capacity) {
		*capacity = *capacity ? 2 * *capacity : 64;
		grown = realloc(mappings->mappings, *capacity * sizeof(*grown));
		if (!grown)
			return 0;
		mappings->mappings = grown;
	}
	mappings->mappings[mappings->count++] = *mapping;
	return 1;
}

/* One line: "start-end perms offset dev inode      path". */
static int read_line(struct tm_modules *modules, char *line,
		     struct tm_mapping *out)
{
	unsigned long long start, end, offset;
	char permissions[8];
	int path = 0;

	if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %n", &start, &end,
		   permissions, &offset, &path) < 4 ||
	    path == 0 || !strchr(permissions, 'x'))
		return 0;
	line[strcspn(line, "\n")] = '\0';
	out->start = start;
	out->end = end;
	out->offset = offset;
	/* [vdso], [stack], and code generated at run time. */
	out->module = line[path] == '/' ? add_module(modules, line + path)
					: TM_NO_MODULE;
	return 1;
}

static int is_shared(const char *line, ino_t inode)
{
	unsigned long long number;
	char permissions[8];

	return sscanf(line, "%*s %7s %*s %*s %llu", permissions, &number) ==
		       2 &&
	       strchr(permissions, 's') && number == inode;
}

/* All reads of one open file show one program: the kernel refers to the address
 * space that the process had when the file was opened. */
void tm_mappings_read(struct tm_mappings *out, struct tm_modules *modules,
		      pid_t pid, ino_t inode)
{
	struct tm_mapping mapping;
	size_t capacity = 0, line_capacity = 0;
	char *line = NULL;
	char path[64];
	int found = 0;
	FILE *file;

	memset(out, 0, sizeof(*out));
	snprintf(path, sizeof(path), "/proc/%ld/maps", (long)pid);
	file = fopen(path, "re");
	if (!file)
		return;
	while (getline(&line, &line_capacity, file) > 0) {
		found |= is_shared(line, inode);
		if (read_line(modules, line, &mapping) &&
		    !add_mapping(out, &mapping, &capacity))
			break;
	}
	free(line);
	fclose(file);
	if (!found)
		tm_mappings_release(out);
}

void tm_mappings_release(struct tm_mappings *mappings)
{
	free(mappings->mappings);
	memset(mappings, 0, sizeof(*mappings));
}

static int compare(const void *key, const void *element)
{
	uint64_t address = *(const uint64_t *)key;
	const struct tm_mapping *mapping = element;

	if (address < mapping->start)
		return -1;
	return address >= mapping->end;
}

const struct tm_mapping *tm_mappings_find(const struct tm_mappings *mappings,
					  uint64_t address)
{
	if (mappings->count == 0)
		return NULL;
	return bsearch(&address, mappings->mappings, mappings->count,
		       sizeof(*mappings->mappings), compare);
}
