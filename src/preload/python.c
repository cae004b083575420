#include "preload/python.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/allocator.h"
#include "preload/interposed.h"
#include "preload/python_api.h"

static void *(*state_of_this_thread)(void);
static void *(*state_that_runs)(void);
static void (*dump)(int fd, void *state);
static ssize_t (*next_write)(int fd, const void *bytes, size_t size);

/* Where the text goes while it is written. */
struct catcher {
	char *text;
	size_t length;
};

static __thread struct catcher catcher;

/* --- write ---------------------------------------------------------------- */

static ssize_t catch (const void *bytes, size_t size)
{
	size_t room = TM_PYTHON_STACK_MAX - catcher.length;
	size_t part = size < room ? size : room;

	memcpy(catcher.text + catcher.length, bytes, part);
	catcher.length += part;
	return (ssize_t)size; /* the part that does not fit is dropped */
}

TM_INTERPOSED ssize_t write(int fd, const void *bytes, size_t size)
{
	/* A signal handler may write while the interpreter is called. */
	if (tm_unlikely(catcher.text) && fd < 0)
		return catch (bytes, size);
	if (tm_unlikely(!next_write))
		return syscall(SYS_write, fd, bytes, size);
	return next_write(fd, bytes, size);
}

/* --- the interpreter ------------------------------------------------------ */

int tm_python_start(void)
{
	void *found = dlsym(RTLD_NEXT, "write");

	memcpy(&next_write, &found, sizeof(found));
	tm_python_find(&dump, "_Py_DumpTraceback");
	if (!dump)
		return 0;
	tm_python_find(&state_of_this_thread, "PyGILState_GetThisThreadState");
	tm_python_find(&state_that_runs, "_PyThreadState_UncheckedGet");
	return state_of_this_thread && state_that_runs;
}

/* From the second line, as the first is a heading, to the last complete one. */
static size_t trim(char *text, size_t length)
{
	const char *first = memchr(text, '\n', length);

	while (length > 0 && text[length - 1] != '\n')
		length--;
	if (!first || (size_t)(first + 1 - text) >= length)
		return 0;
	length -= (size_t)(first + 1 - text);
	memmove(text, first + 1, length);
	return length;
}

size_t tm_python_stack(char text[TM_PYTHON_STACK_MAX])
{
	int saved_errno = errno;
	size_t length;
	void *state;

	if (!dump || !state_of_this_thread || !state_that_runs)
		return 0;
	state = state_of_this_thread();
	if (!state || state != state_that_runs())
		return 0;
	catcher = (struct catcher){.text = text};
	dump(-1, state);
	length = catcher.length;
	catcher.text = NULL;
	errno = saved_errno;
	return trim(text, length);
}
