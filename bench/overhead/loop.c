/*
 * The worst case for whatever watches malloc: a program that does nothing else.
 *
 * Usage: loop [MILLIONS]
 *
 * Each round frees one of 1,024 blocks and takes another of 16 to 527 bytes,
 * which glibc serves from the thread's cache: about ten nanoseconds for both.
 */
#include <stdio.h>
#include <stdlib.h>

#define BLOCKS 1024

int main(int argc, char **argv)
{
	static void *volatile block[BLOCKS];
	long rounds = (argc > 1 ? atol(argv[1]) : 50) * 1000000;
	unsigned int random = 1;
	size_t at;
	long i;

	for (i = 0; i < rounds; i++) {
		random = random * 1664525u + 1013904223u;
		at = random >> 22;
		free(block[at]);
		block[at] = malloc(16 + (random >> 13 & 511));
	}
	printf("%ld million rounds\n", rounds / 1000000);
	return 0;
}
