#include "preload/figures.h"

#include <errno.h>

#include "preload/allocator.h"
#include "preload/allocators/hooks.h"
#include "preload/mapping.h"
#include "preload/stack.h"

static _Atomic int is_reading;

static const struct tm_allocator_hooks *hooks;

/* --- the beginning -------------------------------------------------------- */

static int cannot_be_asked(void)
{
	return 0;
}

static void read_nothing(uint64_t value[TM_FIGURE_COUNT])
{
	(void)value;
}

const struct tm_allocator_hooks tm_allocator_none = {
	.start = cannot_be_asked,
	.read = read_nothing,
};

void tm_figures_start(struct tm_area *area)
{
	static const struct tm_allocator_hooks *const all[] = {
		[TM_ALLOCATOR_UNKNOWN] = &tm_allocator_none,
#define X(id, its_hooks, ...) [TM_ALLOCATOR_##id] = &tm_allocator_##its_hooks,
		TM_ALLOCATORS(X)
#undef X
	};
	enum tm_allocator_id id = tm_allocator_recognise();
	uint32_t known = 0;

	hooks = all[id];
	if (hooks->start())
		known = tm_allocator_row(id)->figures;
	atomic_store(&area->figures.allocator, id);
	atomic_store(&area->figures.known, known);
}

void tm_figures_forked(struct tm_area *area)
{
	atomic_store(&is_reading, 0);
	if (atomic_load(&area->figures.sequence) & 1)
		atomic_fetch_add(&area->figures.sequence, 1);
}

/* --- an answer ------------------------------------------------------------ */

static void write_figures(struct tm_area_figures *figures)
{
	uint64_t value[TM_FIGURE_COUNT] = {0};
	unsigned int i;

	hooks->read(value);
	for (i = 0; i < TM_FIGURE_COUNT; i++)
		atomic_store(&figures->value[i], value[i]);
}

static void answer(struct tm_area_figures *figures, uint32_t asked)
{
	atomic_fetch_add(&figures->sequence, 1);
	if (figures->known)
		write_figures(figures);
	atomic_fetch_add(&figures->sequence, 1);
	atomic_store(&figures->answered, asked);
	tm_mapping_set_quiet(asked);
}

void tm_figures_answer(struct tm_thread *self)
{
	struct tm_area *area = tm_mapping.area;
	int saved_errno = errno;
	int is_free = 0;

	if (!area || self->busy || tm_mapping_is_quiet() ||
	    tm_stack_may_be_handler() ||
	    !atomic_compare_exchange_strong(&is_reading, &is_free, 1))
		return;
	self->busy = 1;
	answer(&area->figures, atomic_load(&area->figures.asked));
	self->busy = 0;
	atomic_store(&is_reading, 0);
	errno = saved_errno;
}
