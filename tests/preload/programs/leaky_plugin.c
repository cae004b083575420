/* leaky_plugin.c - what leaky.c loads while it runs. */
#include <stdlib.h>

void leak_in_plugin(void);

static void *volatile lost;

void leak_in_plugin(void)
{
	int i;

	for (i = 0; i < 10; i++)
		lost = malloc(100); /* plugin */
}
