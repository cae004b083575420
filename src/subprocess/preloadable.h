/*
 * preloadable.h - whether a program will load a library that LD_PRELOAD names.
 *
 * Purpose:   say before the start why a program cannot be counted from inside.
 * Ownership: nothing is kept.
 * Errors:    none: a program that cannot be read is taken for loadable; the
 *            truth is seen when it is started.
 * Source:    ld.so(8): a static program has no loader; a program with more
 *            rights than its user ignores LD_PRELOAD; ELF, as libelf reads it.
 */
#ifndef TM_SUBPROCESS_PRELOADABLE_H
#define TM_SUBPROCESS_PRELOADABLE_H

#include <stddef.h>

enum tm_loadable {
	TM_LOADABLE_YES,
	TM_LOADABLE_IGNORES, /* starts, without the library */
	TM_LOADABLE_REFUSES  /* would not start with it */
};

/*
 * `program` is looked for in PATH when it has no slash; a script stands for its
 * interpreter.  `reason` ("it is statically linked") is set unless the answer
 * is TM_LOADABLE_YES.
 */
enum tm_loadable tm_loadable(const char *program, const char *library,
			     char *reason, size_t size);

#endif
