#include "sites/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols/perf_map.h"
#include "symbols/symbols.h"

/* One place, named once: stacks share most of their frames. */
struct known {
	uint32_t module;
	uint64_t address;
	json_t *frames; /* an array; NULL: a free place */
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
		json_decref(names->known[i].frames);
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

static json_t *frame_json(const struct tm_symbol *symbol, const char *module,
			  uint64_t address)
{
	json_t *json = json_object();
	json_t *path;
	char offset[24];

	snprintf(offset, sizeof(offset), "0x%llx", (unsigned long long)address);
	if (*symbol->function)
		json_object_set_new(json, "function",
				    json_string(symbol->function));
	if (symbol->line) {
		json_object_set_new(json, "file", json_string(symbol->file));
		json_object_set_new(json, "line", json_integer(symbol->line));
	}
	path = module ? json_string(module) : NULL;
	if (path)
		json_object_set_new(json, "module", path);
	json_object_set_new(json, "offset", json_string(offset));
	return json;
}

static json_t *name_place(struct tm_site_names *names, uint32_t module,
			  uint64_t address)
{
	const char *path = names->sites->modules.modules[module].path;
	struct tm_symbol found[TM_SYMBOL_INLINE] = {0};
	json_t *frames = json_array();
	size_t count = 1, i;

	if (may_name(names, module))
		count = tm_symbols_find(names->symbols, path, address, found);
	for (i = 0; i < count; i++)
		json_array_append_new(frames,
				      frame_json(&found[i], path, address));
	return frames;
}

/* The frames of a place, borrowed from the table, or `*own` when the table is
 * full there. */
static json_t *find_place(struct tm_site_names *names,
			  const struct tm_site_frame *frame, json_t **own)
{
	uint64_t hash = (frame->address ^ (uint64_t)frame->module << 40) *
			11400714819323198485u;
	struct known *known = &names->known[hash % KNOWN_PLACES];

	if (known->frames && known->module == frame->module &&
	    known->address == frame->address)
		return known->frames;
	if (known->frames)
		return *own = name_place(names, frame->module, frame->address);
	known->module = frame->module;
	known->address = frame->address;
	known->frames = name_place(names, frame->module, frame->address);
	return known->frames;
}

/* Code that no file holds: what a compiler at run time told perf. */
static json_t *name_generated(struct tm_site_names *names,
			      const struct tm_site *site, uint64_t address)
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
	return frame_json(&symbol, NULL, address);
}

json_t *tm_site_names_stack(struct tm_site_names *names,
			    const struct tm_site *site)
{
	json_t *stack = json_array();
	uint32_t i;

	for (i = 0; names && i < site->depth; i++) {
		const struct tm_site_frame *frame = &site->frames[i];
		json_t *own = NULL;

		if (frame->module == TM_NO_MODULE)
			json_array_append_new(
				stack,
				name_generated(names, site, frame->address));
		else
			json_array_extend(stack,
					  find_place(names, frame, &own));
		json_decref(own);
	}
	return stack;
}
