/* Leaks what it says: `leak ROUNDS` keeps 1,000 blocks of three sizes from
 * three places a round, and churns as much from a fourth. */
#include <stdlib.h>

static void *volatile kept;

__attribute__((noinline)) static void *small(void)
{
	return malloc(100);
}

__attribute__((noinline)) static void *middle(void)
{
	return calloc(1, 3000);
}

__attribute__((noinline)) static void *large(void)
{
	return realloc(NULL, 50000);
}

__attribute__((noinline)) static void churn(void)
{
	free(realloc(malloc(500), 2000));
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1, i, j;

	for (i = 0; i < rounds; i++) {
		for (j = 0; j < 1000; j++) {
			kept = small();
			if (j % 10 == 0)
				kept = middle();
			if (j % 200 == 0)
				kept = large();
			churn();
		}
	}
	return 0;
}
