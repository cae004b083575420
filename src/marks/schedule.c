#include "marks/schedule.h"

#include <assert.h>
#include <string.h>

/* splitmix64: any seed will do, and every one has the full period. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t mixed = *state += 0x9e3779b97f4a7c15u;

	mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9u;
	mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebu;
	return mixed ^ (mixed >> 31);
}

static void set_next(struct tm_schedule *schedule)
{
	double share = (double)(next_random(&schedule->state) >> 11) * 0x1p-53;
	double jitter = TM_SCHEDULE_JITTER * (2.0 * share - 1.0);
	int64_t offset = (int64_t)(jitter * (double)schedule->interval_ns);

	schedule->number++;
	schedule->due_ns = schedule->number * schedule->interval_ns;
	schedule->due_ns += (uint64_t)offset;
}

void tm_schedule_init(struct tm_schedule *schedule, uint64_t interval_ns,
		      uint64_t seed)
{
	assert(interval_ns > 0);
	memset(schedule, 0, sizeof(*schedule));
	schedule->interval_ns = interval_ns;
	schedule->seed = seed;
	schedule->state = seed;
}

int tm_schedule_take(struct tm_schedule *schedule, uint64_t now_ns)
{
	uint64_t first;

	if (now_ns < schedule->due_ns)
		return 0;
	/* Those that lie a whole interval back or more are over; jumping over
	 * them must not take longer the longer the machine slept. */
	first = now_ns / schedule->interval_ns;
	if (first > schedule->number + 1) {
		schedule->late += first - schedule->number - 1;
		schedule->number = first - 1;
	}
	set_next(schedule);
	if (schedule->due_ns <= now_ns) {
		schedule->late++;
		set_next(schedule);
	}
	return 1;
}
