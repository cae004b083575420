#include "symbols/symbols.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef char *demangle_function(const char *name, char *out, size_t *size,
				int *status);

struct module {
	char *path;
	Dwfl_Module *dwfl; /* NULL: cannot be read */
};

struct tm_symbols {
	Dwfl *dwfl;
	struct module *modules;
	size_t count;
	void *cxx; /* libstdc++, or NULL */
	demangle_function *demangle;
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

/* --- demangling ----------------------------------------------------------- */

/*
 * C++'s own function, when there is a C++ on this machine: linking with it
 * would ask every builder for a C++ compiler.  Without it names stay mangled.
 */
static void load_demangler(struct tm_symbols *symbols)
{
	void *function;

	symbols->cxx = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_LOCAL);
	if (!symbols->cxx)
		return;
	function = dlsym(symbols->cxx, "__cxa_demangle");
	memcpy(&symbols->demangle, &function, sizeof(function));
}

void tm_symbols_demangle(struct tm_symbols *symbols, const char *name,
			 char out[TM_SYMBOL_MAX])
{
	char *readable = NULL;
	int status = -1;

	if (symbols->demangle && strncmp(name, "_Z", 2) == 0)
		readable = symbols->demangle(name, NULL, NULL, &status);
	snprintf(out, TM_SYMBOL_MAX, "%s", readable ? readable : name);
	free(readable);
}

/* --- files ---------------------------------------------------------------- */

enum tm_rc tm_symbols_new(struct tm_symbols **out, struct tm_err *err)
{
	struct tm_symbols *symbols = calloc(1, sizeof(*symbols));

	*out = NULL;
	if (!symbols)
		return tm_fail(err, TM_ENOMEM, "no memory for symbols");
	symbols->dwfl = dwfl_begin(&callbacks);
	if (!symbols->dwfl) {
		free(symbols);
		return tm_fail(err, TM_ESYSTEM, "cannot read symbols: %s",
			       dwfl_errmsg(-1));
	}
	load_demangler(symbols);
	*out = symbols;
	return TM_OK;
}

void tm_symbols_free(struct tm_symbols *symbols)
{
	size_t i;

	if (!symbols)
		return;
	for (i = 0; i < symbols->count; i++)
		free(symbols->modules[i].path);
	free(symbols->modules);
	dwfl_end(symbols->dwfl);
	if (symbols->cxx)
		dlclose(symbols->cxx);
	free(symbols);
}

static Dwfl_Module *report(struct tm_symbols *symbols, const char *path)
{
	Dwfl_Module *module;

	dwfl_report_begin_add(symbols->dwfl);
	module = dwfl_report_offline(symbols->dwfl, path, path, -1);
	dwfl_report_end(symbols->dwfl, NULL, NULL);
	return module;
}

static Dwfl_Module *find_module(struct tm_symbols *symbols, const char *path)
{
	struct module *grown;
	size_t i;

	for (i = 0; i < symbols->count; i++) {
		if (strcmp(symbols->modules[i].path, path) == 0)
			return symbols->modules[i].dwfl;
	}
	grown = realloc(symbols->modules,
			(symbols->count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	symbols->modules = grown;
	grown[symbols->count].path = strdup(path);
	if (!grown[symbols->count].path)
		return NULL;
	grown[symbols->count].dwfl = report(symbols, path);
	return grown[symbols->count++].dwfl;
}

/* Where libdwfl has put what is at `offset` in the file; 0 when it is in no
 * segment. */
static int find_address(Dwfl_Module *module, uint64_t offset, Dwarf_Addr *out)
{
	size_t count = 0, i;
	GElf_Phdr segment;
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(module, &bias);

	if (!elf || elf_getphdrnum(elf, &count) != 0)
		return 0;
	for (i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &segment) ||
		    segment.p_type != PT_LOAD || offset < segment.p_offset ||
		    offset - segment.p_offset >= segment.p_filesz)
			continue;
		*out = offset - segment.p_offset + segment.p_vaddr + bias;
		return 1;
	}
	return 0;
}

/* --- names ---------------------------------------------------------------- */

/* The name of a function's entry, which may stand in what it refers to. */
static void set_function(struct tm_symbols *symbols, struct tm_symbol *symbol,
			 Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	const char *name = dwarf_formstring(
		dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));

	if (!name)
		name = dwarf_diename(die);
	if (name)
		tm_symbols_demangle(symbols, name, symbol->function);
}

static void set_place(struct tm_symbol *symbol, const char *file, int line)
{
	if (!file || line <= 0)
		return;
	snprintf(symbol->file, sizeof(symbol->file), "%s", file);
	symbol->line = line;
}

/* Where the inlined function `die` was called: its caller's place. */
static void set_call_place(struct tm_symbol *caller, Dwarf_Die *unit,
			   Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Word file = 0, line = 0;
	Dwarf_Files *files;
	size_t count;

	if (dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attribute),
			    &file) != 0 ||
	    dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attribute),
			    &line) != 0 ||
	    dwarf_getsrcfiles(unit, &files, &count) != 0 || file >= count)
		return;
	set_place(caller, dwarf_filesrc(files, file, NULL, NULL), (int)line);
}

static int is_function(Dwarf_Die *die)
{
	int tag = dwarf_tag(die);

	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

/*
 * The scopes that really enclose `address`: dwarf_getscopes() goes on from an
 * inlined function to where it was written, not to where it was inlined.
 */
static int find_scopes(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die **out)
{
	Dwarf_Die *lexical = NULL;
	int count = dwarf_getscopes(unit, address, &lexical);
	int i;

	for (i = 0; i < count; i++) {
		if (!is_function(&lexical[i]))
			continue;
		count = dwarf_getscopes_die(&lexical[i], out);
		free(lexical);
		return count;
	}
	if (count > 0)
		free(lexical);
	return 0;
}

/* clang writes no table of address ranges, so its units are asked in turn. */
static Dwarf_Die *find_unit(Dwfl_Module *module, Dwarf_Addr address,
			    Dwarf_Addr *bias)
{
	Dwarf_Die *unit = dwfl_module_addrdie(module, address, bias);

	if (unit)
		return unit;
	do
		unit = dwfl_module_nextcu(module, unit, bias);
	while (unit && dwarf_haspc(unit, address - *bias) <= 0);
	return unit;
}

/* The functions of .debug_info, each with its place. */
static size_t find_functions(struct tm_symbols *symbols, Dwarf_Die *unit,
			     Dwarf_Addr address,
			     struct tm_symbol out[TM_SYMBOL_INLINE])
{
	Dwarf_Line *place = dwarf_getsrc_die(unit, address);
	Dwarf_Die *scopes = NULL;
	int count = find_scopes(unit, address, &scopes);
	size_t found = 0;
	int line = 0, i;

	if (place && dwarf_lineno(place, &line) == 0)
		set_place(&out[0], dwarf_linesrc(place, NULL, NULL), line);
	for (i = 0; i < count && found < TM_SYMBOL_INLINE; i++) {
		if (!is_function(&scopes[i]))
			continue;
		set_function(symbols, &out[found++], &scopes[i]);
		if (dwarf_tag(&scopes[i]) == DW_TAG_subprogram)
			break;
		if (found < TM_SYMBOL_INLINE)
			set_call_place(&out[found], unit, &scopes[i]);
	}
	if (count > 0)
		free(scopes);
	return found;
}

size_t tm_symbols_find(struct tm_symbols *symbols, const char *path,
		       uint64_t offset, struct tm_symbol out[TM_SYMBOL_INLINE])
{
	Dwfl_Module *module = find_module(symbols, path);
	Dwarf_Addr address, bias;
	const char *name;
	Dwarf_Die *unit;
	size_t found = 0;

	memset(out, 0, TM_SYMBOL_INLINE * sizeof(*out));
	if (!module || !find_address(module, offset, &address))
		return 1;
	unit = find_unit(module, address, &bias);
	if (unit)
		found = find_functions(symbols, unit, address - bias, out);
	if (found && *out[0].function)
		return found;
	name = dwfl_module_addrname(module, address);
	if (name)
		tm_symbols_demangle(symbols, name, out[0].function);
	return 1;
}
