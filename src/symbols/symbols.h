/*
 * symbols.h - what an address in a file is called.
 *
 * Purpose:   function, file and line of a place in a program or library, with
 *            the functions that were inlined there.
 * Ownership: tm_symbols_new() gives the caller the symbols, to be given back
 *            with tm_symbols_free(); what is found is copied out.
 * Errors:    what has no name has an empty one; a name is never guessed.
 * Threads:   none inside.
 * Source:    libdwfl of elfutils: .debug_info, also of separate files that
 *            match by build-id, else .symtab, .gnu_debugdata and .dynsym.
 */
#ifndef TM_SYMBOLS_SYMBOLS_H
#define TM_SYMBOLS_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "util/err.h"

#define TM_SYMBOL_MAX	 240
#define TM_SYMBOL_INLINE 16 /* functions that are one place, at most */

struct tm_symbol {
	char function[TM_SYMBOL_MAX]; /* demangled; "" when unknown */
	char file[TM_SYMBOL_MAX];     /* of the source; "" likewise */
	int line;		      /* 0 likewise */
};

struct tm_symbols;

TM_CHECK enum tm_rc tm_symbols_new(struct tm_symbols **out, struct tm_err *err);
void tm_symbols_free(struct tm_symbols *symbols);

/*
 * The functions at `offset` in the file `path`, innermost first: those that
 * were inlined, then the one that they were inlined into.  Returns how many; at
 * least one, which has no name when nothing is known.
 */
size_t tm_symbols_find(struct tm_symbols *symbols, const char *path,
		       uint64_t offset, struct tm_symbol out[TM_SYMBOL_INLINE]);

/* `name` as its author wrote it, when it is mangled as C++ does. */
void tm_symbols_demangle(struct tm_symbols *symbols, const char *name,
			 char out[TM_SYMBOL_MAX]);

#endif
