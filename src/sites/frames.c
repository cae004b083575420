#include "sites/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/perf_map.h"
#include "symbols/symbols.h"

/* One place, named once: stacks share most of their frames.  Functions that
 * were inlined there are found with it. */
struct known {
	uint32_t module;
	uint64_t address;
	struct tm_symbol *symbols; /* NULL: a free place */
	size_t count;
};

#define KNOWN_PLACES 8192

struct tm_site_names {
	const struct tm_sites *sites;
	struct tm_symbols *symbols; /* NULL: none can be read */
	struct tm_perf_map map;	    /* of `map_pid` */
	int32_t map_pid;
	char *is_unchanged; /* of each module: 0 not asked, 1 yes, 2 no */
	struct known known[KNOWN_PLACES];
};

struct tm_site_names *tm_site_names_new(const struct tm_sites *sites)
{
	struct tm_site_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->sites = sites;
	names->is_unchanged = calloc(sites->modules.count + 1, 1);
	if (tm_symbols_new(&names->symbols, NULL) != TM_OK)
		names->symbols = NULL;
	return names;
}

void tm_site_names_free(struct tm_site_names *names)
{
	size_t i;

	if (!names)
		return;
	for (i = 0; i < KNOWN_PLACES; i++)
		free(names->known[i].symbols);
	tm_perf_map_release(&names->map);
	tm_symbols_free(names->symbols);
	free(names->is_unchanged);
	free(names);
}

/* A file that was replaced while the program ran would name other code. */
static int may_name(struct tm_site_names *names, uint32_t number)
{
	char *asked;

	if (!names->symbols || !names->is_unchanged)
		return 0;
	asked = &names->is_unchanged[number];
	if (!*asked)
		*asked = tm_module_is_unchanged(
				 &names->sites->modules.modules[number])
				 ? 1
				 : 2;
	return *asked == 1;
}

static void add_frame(struct tm_run_site *out, const struct tm_symbol *symbol,
		      const char *module, uint64_t address)
{
	char offset[24];
	struct tm_run_frame frame = {.offset = offset};

	snprintf(offset, sizeof(offset), "0x%llx", (unsigned long long)address);
	/* Copied at once: nothing is changed through these. */
	if (*symbol->function)
		frame.function = (char *)(uintptr_t)symbol->function;
	if (symbol->line) {
		frame.file = (char *)(uintptr_t)symbol->file;
		frame.line = tm_known_int(symbol->line);
	}
	frame.module = (char *)(uintptr_t)module;
	tm_run_site_add_frame(out, &frame);
}

/* The functions at a place; one without a name when it has none. */
static size_t find_symbols(struct tm_site_names *names, uint32_t module,
			   uint64_t address, struct tm_symbol *found)
{
	const char *path = names->sites->modules.modules[module].path;

	memset(found, 0, TM_SYMBOL_INLINE * sizeof(*found));
	if (!may_name(names, module))
		return 1;
	return tm_symbols_find(names->symbols, path, address, found);
}

/* Keep what was found at a place, if there is room for it. */
static void keep(struct known *known, const struct tm_site_frame *frame,
		 const struct tm_symbol *found, size_t count)
{
	known->symbols = calloc(count + 1, sizeof(*found));
	if (!known->symbols)
		return;
	memcpy(known->symbols, found, count * sizeof(*found));
	known->count = count;
	known->module = frame->module;
	known->address = frame->address;
}

static void add_place(struct tm_site_names *names,
		      const struct tm_site_frame *frame,
		      struct tm_run_site *out)
{
	const char *path = names->sites->modules.modules[frame->module].path;
	uint64_t hash = (frame->address ^ (uint64_t)frame->module << 40) *
			11400714819323198485u;
	struct known *known = &names->known[hash % KNOWN_PLACES];
	struct tm_symbol found[TM_SYMBOL_INLINE];
	const struct tm_symbol *symbols = found;
	size_t count, i;

	if (known->symbols && known->module == frame->module &&
	    known->address == frame->address) {
		symbols = known->symbols;
		count = known->count;
	} else {
		count = find_symbols(names, frame->module, frame->address,
				     found);
		if (!known->symbols)
			keep(known, frame, found, count);
	}
	for (i = 0; i < count; i++)
		add_frame(out, &symbols[i], path, frame->address);
}

/* Code that no file holds: what a compiler at run time wrote for perf. */
static void add_generated(struct tm_site_names *names,
			  const struct tm_site *site, uint64_t address,
			  struct tm_run_site *out)
{
	int32_t pid = names->sites->processes[site->process].pid;
	struct tm_symbol symbol = {0};
	const char *name;

	if (names->map_pid != pid) {
		tm_perf_map_release(&names->map);
		tm_perf_map_read(&names->map, pid);
		names->map_pid = pid;
	}
	name = tm_perf_map_find(&names->map, address);
	if (name)
		snprintf(symbol.function, sizeof(symbol.function), "%s", name);
	add_frame(out, &symbol, NULL, address);
}

void tm_site_names_stack(struct tm_site_names *names,
			 const struct tm_site *site, struct tm_run_site *out)
{
	uint32_t i;

	for (i = 0; names && i < site->depth; i++) {
		const struct tm_site_frame *frame = &site->frames[i];

		if (frame->module == TM_NO_MODULE)
			add_generated(names, site, frame->address, out);
		else
			add_place(names, frame, out);
	}
}
