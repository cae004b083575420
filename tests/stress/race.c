/*
 * race.c - two threads that race: ThreadSanitizer must find it.
 */
#include <pthread.h>
#include <stddef.h>

static int shared;

static void *add(void *argument)
{
	int i;

	for (i = 0; i < 1000; i++)
		shared++;
	return argument;
}

int main(void)
{
	pthread_t one, other;

	pthread_create(&one, NULL, add, NULL);
	pthread_create(&other, NULL, add, NULL);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
	return shared == 0;
}
