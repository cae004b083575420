#include "tables.h"

#include <stdlib.h>

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file) {
		perror(path);
		exit(3);
	}
	return file;
}

static void close_file(FILE *file, const char *path)
{
	if (fclose(file) != 0) {
		perror(path);
		exit(3);
	}
}

void outcomes_write_markdown(const struct outcomes *outcomes, const char *path)
{
	FILE *out = open_file(path);

	put_targets(out, outcomes);
	put_false_alarms(out, outcomes);
	put_power(out, outcomes);
	put_slopes(out, outcomes);
	put_kinds(out, outcomes);
	put_looks(out, outcomes);
	put_uneven(out, outcomes);
	put_cost(out, outcomes);
	close_file(out, path);
}
