#include "lab/celery/strategy.h"

static const struct tm_strategy strategies[] = {
	{
		.name = "strong-ref",
		.summary = "Celery 4.2.2: the promise holds the bound method",
		.has_callback = 1,
		.callback_hold = TM_HOLD_STRONG,
		.group_hold = TM_HOLD_STRONG,
		.has_finalizer = 1,
		.joins_on_ready = 1,
	},
	{
		.name = "weak-ref",
		.summary = "Celery 4.3.0: the promise holds a WeakMethod",
		.has_callback = 1,
		.callback_hold = TM_HOLD_WEAK_METHOD,
		.group_hold = TM_HOLD_WEAK_METHOD,
		.has_finalizer = 1,
	},
	{
		.name = "weak-ref-naive",
		.summary = "a plain weak reference: the callback is lost",
		.has_callback = 1,
		.callback_hold = TM_HOLD_WEAKREF,
		.group_hold = TM_HOLD_STRONG,
		.has_finalizer = 1,
		.joins_on_ready = 1,
	},
	{
		.name = "no-finalizer",
		.summary = "Celery 4.2.2 without AsyncResult.__del__",
		.has_callback = 1,
		.callback_hold = TM_HOLD_STRONG,
		.group_hold = TM_HOLD_STRONG,
		.joins_on_ready = 1,
	},
	{
		.name = "no-promise",
		.summary = "Celery 4.2.2 without the callback on on_ready",
		.group_hold = TM_HOLD_STRONG,
		.has_finalizer = 1,
		.joins_on_ready = 1,
	},
	{
		.name = "discard",
		.summary = "no finalizer; the tables are emptied explicitly",
		.has_callback = 1,
		.callback_hold = TM_HOLD_WEAK_METHOD,
		.group_hold = TM_HOLD_WEAK_METHOD,
		.can_discard = 1,
	},
	{
		.name = "no-promise-no-finalizer",
		.summary = "Celery 4.2.2 without callback and without __del__",
		.group_hold = TM_HOLD_STRONG,
		.joins_on_ready = 1,
	},
};

static int same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = (char)(*a == '_' ? '-' : *a);
		char y = (char)(*b == '_' ? '-' : *b);

		if (x != y)
			return 0;
	}
	return *a == *b;
}

const struct tm_strategy *tm_strategy_at(size_t index)
{
	if (index >= sizeof(strategies) / sizeof(strategies[0]))
		return NULL;
	return &strategies[index];
}

size_t tm_strategy_index(const struct tm_strategy *strategy)
{
	return (size_t)(strategy - strategies);
}

const struct tm_strategy *tm_strategy_find(const char *name)
{
	const struct tm_strategy *strategy;
	size_t i;

	for (i = 0; (strategy = tm_strategy_at(i)) != NULL; i++) {
		if (same_name(strategy->name, name))
			return strategy;
	}
	return NULL;
}
