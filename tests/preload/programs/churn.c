/* Allocates some megabytes, block by block, of many sizes. */
#include <stdlib.h>

int main(void)
{
	static void *block[1000];
	unsigned int i;

	for (i = 0; i < 200000; i++) {
		free(block[i % 1000]);
		block[i % 1000] = malloc(i * 7919 % 3000);
	}
	return 0;
}
