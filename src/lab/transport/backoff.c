#include "lab/transport/backoff.h"

#include "lab/transport/deadline.h"

#define FIRST_PAUSE_MS 50
#define PAUSE_MAX_MS   1600

int32_t tm_backoff_next(struct tm_backoff *backoff)
{
	int32_t pause = FIRST_PAUSE_MS;
	uint32_t doubled;

	if (backoff->attempts == TM_BACKOFF_ATTEMPTS)
		return -1;
	backoff->attempts++;
	if (backoff->attempts == 1)
		return 0;
	for (doubled = 2; doubled < backoff->attempts; doubled++)
		pause *= 2;
	return pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
}

int tm_backoff_wait(struct tm_backoff *backoff)
{
	int32_t pause = tm_backoff_next(backoff);

	if (pause < 0)
		return 0;
	tm_pause((uint32_t)pause);
	return 1;
}
