/*
 * An allocation-heavy program: parse a JSON document, write it, free it, again
 * and again, with jansson.
 *
 * Usage: json FILE TIMES
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* The bytes of the document as it is written, 0 when it cannot be read. */
static size_t once(const char *path)
{
	json_error_t error;
	json_t *root = json_load_file(path, 0, &error);
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	size_t bytes = 0;

	while (text && text[bytes])
		bytes++;
	free(text);
	json_decref(root);
	return bytes;
}

int main(int argc, char **argv)
{
	size_t bytes = 0;
	int i;

	if (argc != 3)
		return 2;
	for (i = atoi(argv[2]); i > 0; i--)
		bytes = once(argv[1]);
	printf("%zu bytes\n", bytes);
	return bytes == 0;
}
