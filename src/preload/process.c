#include "preload/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/allocator.h"
#include "preload/area.h"
#include "preload/figures.h"
#include "preload/interposed.h"
#include "preload/mapping.h"
#include "preload/python.h"
#include "preload/python_agent.h"
#include "preload/sample.h"
#include "preload/stack.h"
#include "preload/thread.h"

static _Atomic int phase;
static _Atomic int renewing;

static void (*next_exit)(int status);
static int (*next_dlclose)(void *library);

enum tm_process_phase tm_process_phase(void)
{
	return (enum tm_process_phase)atomic_load_explicit(
		&phase, memory_order_acquire);
}

/* --- the beginning -------------------------------------------------------- */

/* getenv() of the environment that the process was started with: that of libc
 * may not be there yet. */
static const char *variable(char **environment, const char *name)
{
	size_t length = strlen(name);

	for (; environment && *environment; environment++)
		if (strncmp(*environment, name, length) == 0 &&
		    (*environment)[length] == '=')
			return *environment + length + 1;
	return NULL;
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	for (; text && *text >= '0' && *text <= '9'; text++)
		value = value * 10 + (uint64_t)(*text - '0');
	return value;
}

/* A program with a malloc inside comes first in its own scope.  Whether it has
 * one shows when the malloc that the program would call is called. */
static int is_bypassed(void)
{
	void *found_malloc = dlsym(RTLD_DEFAULT, "malloc");
	void *found_free = dlsym(RTLD_DEFAULT, "free");
	uint64_t before = tm_thread_early.allocated_blocks;
	void *(*its_malloc)(size_t size);
	void (*its_free)(void *block);

	memcpy(&its_malloc, &found_malloc, sizeof(its_malloc));
	memcpy(&its_free, &found_free, sizeof(its_free));
	its_free(its_malloc(1));
	return tm_thread_early.allocated_blocks == before;
}

static int read_settings(struct tm_mapping_settings *settings,
			 char **environment)
{
	const char *folder = variable(environment, TM_AREA_FOLDER_VARIABLE);

	if (!folder || *folder != '/' ||
	    strlen(folder) >= sizeof(settings->folder))
		return 0;
	memcpy(settings->folder, folder, strlen(folder) + 1);
	settings->sampling_bytes =
		number(variable(environment, TM_AREA_SAMPLING_VARIABLE));
	settings->has_scripts = settings->sampling_bytes && tm_python_start();
	settings->bypassed = is_bypassed();
	return 1;
}

static void before_fork(void)
{
	tm_mapping_before_fork();
}

static void after_fork(void)
{
	tm_mapping_after_fork();
}

void tm_process_forked(void)
{
	int nobody = 0;

	if (!atomic_compare_exchange_strong(&renewing, &nobody, 1))
		return;
	if (tm_mapping_renew()) {
		tm_thread_forked();
		tm_figures_forked(tm_mapping.area);
		tm_sample_forked();
		tm_python_agent_forked();
	} else {
		atomic_store(&phase, TM_PROCESS_UNCOUNTED);
	}
	atomic_store(&renewing, 0);
}

static void in_child(void)
{
	int saved_errno = errno;

	if (tm_process_phase() == TM_PROCESS_COUNTED)
		tm_process_forked();
	errno = saved_errno;
}

/* Looking for a function takes the linker's lock, and so it is done once. */
static void find_others(void)
{
	void *found = dlsym(RTLD_NEXT, "_exit");

	memcpy(&next_exit, &found, sizeof(next_exit));
	found = dlsym(RTLD_NEXT, "dlclose");
	memcpy(&next_dlclose, &found, sizeof(next_dlclose));
}

/* What was not found left a message behind, which is the program's memory. */
static void forget_errors(void)
{
	/* NOLINTNEXTLINE(concurrency-mt-unsafe): glibc's has one a thread */
	while (dlerror())
		;
}

static int start(char **environment)
{
	static struct tm_mapping_settings settings;

	tm_allocator_replace_foreign();
	tm_allocator_try_header();
	if (!read_settings(&settings, environment) ||
	    !tm_allocator_is_sized() || !tm_mapping_open(&settings))
		return 0;
	tm_thread_start();
	tm_stack_start();
	tm_figures_start(tm_mapping_get());
	tm_sample_start(number(variable(environment, TM_AREA_SEED_VARIABLE)));
	tm_python_agent_start(
		variable(environment, TM_PYTHON_AGENT_VARIABLE),
		variable(environment, TM_PYTHON_ACK_VARIABLE),
		variable(environment, TM_PYTHON_ACK_PIPE_VARIABLE));
	pthread_atfork(before_fork, after_fork, in_child);
	tm_mapping_publish();
	return 1;
}

__attribute__((constructor)) static void begin(int argc, char **arguments,
					       char **environment)
{
	int saved_errno = errno;

	(void)argc;
	(void)arguments;
	tm_allocator_find();
	find_others();
	if (start(environment)) {
		tm_thread_take_early();
		atomic_store_explicit(&phase, TM_PROCESS_COUNTED,
				      memory_order_release);
	} else {
		atomic_store(&phase, TM_PROCESS_UNCOUNTED);
	}
	forget_errors();
	errno = saved_errno;
}

/* --- libraries that go ---------------------------------------------------- */

/* Another library may come to where this one was. */
TM_INTERPOSED int dlclose(void *library)
{
	int result;

	if (!next_dlclose)
		find_others();
	result = next_dlclose(library);
	tm_stack_forget();
	return result;
}

/* --- the end -------------------------------------------------------------- */

__attribute__((destructor)) static void end(void)
{
	tm_mapping_finish();
}

/* Children that were forked often end by _exit(), without destructors. */
static void leave(int status)
{
	tm_mapping_finish();
	for (;;)
		if (next_exit)
			next_exit(status);
		else
			syscall(SYS_exit_group, status);
}

TM_INTERPOSED void _exit(int status)
{
	leave(status);
	__builtin_unreachable();
}

TM_INTERPOSED void _Exit(int status)
{
	leave(status);
	__builtin_unreachable();
}
