#include "folder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64];
static char path[128];

static void remove_all(void)
{
	static const char *const names[] = {"run.json", "samples.csv",
					    "sites.json", "types.json", "file"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

const char *fuzz_folder(void)
{
	const char *parent =
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	if (*folder)
		return folder;
	snprintf(folder, sizeof(folder), "%s/tidemark-fuzz-XXXXXX", parent);
	assert(mkdtemp(folder));
	atexit(remove_all);
	return folder;
}

const char *fuzz_write(const char *name, const void *bytes, size_t length)
{
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", fuzz_folder(), name);
	file = fopen(path, "w");
	assert(file);
	assert(fwrite(bytes, 1, length, file) == length);
	assert(fclose(file) == 0);
	return path;
}
