/*
 * Random graphs against an oracle that knows the rules and nothing of the
 * collector: it counts references by looking at every slot, and what is
 * reachable by walking from the roots.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "heap.h"

#define NODES_MAX 240
#define STEPS	  4000
#define NOTHING	  (-1)

/* What the oracle knows of one object. */
struct shadow {
	int alive;
	int is_bearer;
	int is_garbage; /* on the garbage list */
	int finalized;
	int roots; /* references that the test owns */
	int slot[NODE_SLOTS];
};

struct world {
	struct heap heap;
	uint64_t random;
	enum tm_rules rules;
	int count;
	struct shadow shadow[NODES_MAX];
	struct node *node[NODES_MAX];
	int freed[NODES_MAX];
	int finalizations;
};

static int draw(struct world *world, int below)
{
	world->random ^= world->random << 13;
	world->random ^= world->random >> 7;
	world->random ^= world->random << 17;
	return (int)(world->random % (uint64_t)below);
}

/* --- the oracle ----------------------------------------------------------- */

static int references_to(const struct world *world, int target)
{
	int references =
		world->shadow[target].roots + world->shadow[target].is_garbage;
	int i, k;

	for (i = 0; i < world->count; i++) {
		for (k = 0; world->shadow[i].alive && k < NODE_SLOTS; k++)
			references += world->shadow[i].slot[k] == target;
	}
	return references;
}

static void die(struct world *world, int victim)
{
	struct shadow *shadow = &world->shadow[victim];
	int k;

	shadow->alive = 0;
	if (shadow->is_bearer && !shadow->finalized)
		world->finalizations++;
	for (k = 0; k < NODE_SLOTS; k++)
		shadow->slot[k] = NOTHING;
}

/* An object without references is gone, and what it alone referred to. */
static void settle(struct world *world)
{
	int changed = 1;
	int i;

	while (changed) {
		changed = 0;
		for (i = 0; i < world->count; i++) {
			if (!world->shadow[i].alive ||
			    references_to(world, i) > 0)
				continue;
			die(world, i);
			changed = 1;
		}
	}
}

/* Mark what can be reached from those marked already. */
static void spread(const struct world *world, int *marked)
{
	int changed = 1;
	int i, k;

	while (changed) {
		changed = 0;
		for (i = 0; i < world->count; i++) {
			for (k = 0; marked[i] && k < NODE_SLOTS; k++) {
				int to = world->shadow[i].slot[k];

				if (to == NOTHING || marked[to])
					continue;
				marked[to] = 1;
				changed = 1;
			}
		}
	}
}

static void find_reachable(const struct world *world, int *reachable)
{
	int i;

	for (i = 0; i < world->count; i++)
		reachable[i] =
			world->shadow[i].alive && (world->shadow[i].roots > 0 ||
						   world->shadow[i].is_garbage);
	spread(world, reachable);
}

/* pep442: each unreachable bearer is finalized, and all of them go. */
static void expect_collection_pep442(struct world *world)
{
	int reachable[NODES_MAX];
	int i;

	find_reachable(world, reachable);
	for (i = 0; i < world->count; i++) {
		if (world->shadow[i].alive && !reachable[i])
			die(world, i);
	}
}

/* legacy: unreachable bearers stay, and what they refer to; the rest goes, and
 * with it perhaps the last reference to one of those.  Bearers that are left
 * are garbage. */
static void expect_collection_legacy(struct world *world)
{
	int reachable[NODES_MAX], kept[NODES_MAX];
	int i;

	find_reachable(world, reachable);
	for (i = 0; i < world->count; i++)
		kept[i] = world->shadow[i].alive && !reachable[i] &&
			  world->shadow[i].is_bearer;
	spread(world, kept);
	for (i = 0; i < world->count; i++) {
		if (world->shadow[i].alive && !reachable[i] && !kept[i])
			die(world, i);
	}
	settle(world);
	for (i = 0; i < world->count; i++) {
		if (world->shadow[i].alive && !reachable[i] &&
		    world->shadow[i].is_bearer)
			world->shadow[i].is_garbage = 1;
	}
}

static void expect_collection(struct world *world)
{
	if (world->rules == TM_RULES_LEGACY)
		expect_collection_legacy(world);
	else if (world->rules == TM_RULES_PEP442)
		expect_collection_pep442(world);
}

/* --- both sides ----------------------------------------------------------- */

static void compare(const struct world *world)
{
	uint64_t alive = 0;
	size_t garbage = 0;
	int i;

	for (i = 0; i < world->count; i++) {
		const struct shadow *shadow = &world->shadow[i];

		cr_assert_eq(world->freed[i], !shadow->alive,
			     "object %d: alive %d, freed %d", i, shadow->alive,
			     world->freed[i]);
		alive += (uint64_t)shadow->alive;
		garbage += (size_t)shadow->is_garbage;
		if (shadow->alive)
			cr_assert_eq(world->node[i]->object.refcount,
				     (unsigned int)references_to(world, i));
	}
	cr_assert_eq(world->heap.runtime->live_objects, alive);
	cr_assert_eq(world->heap.runtime->garbage_count, garbage);
	cr_assert_eq(world->heap.finalized, world->finalizations);
}

static void make(struct world *world, int is_bearer)
{
	struct shadow *shadow = &world->shadow[world->count];
	struct node *node = is_bearer ? bearer_new(&world->heap, NULL, NULL)
				      : node_new(&world->heap);
	int k;

	node->freed = &world->freed[world->count];
	world->node[world->count++] = node;
	memset(shadow, 0, sizeof(*shadow));
	shadow->alive = 1;
	shadow->is_bearer = is_bearer;
	shadow->roots = 1;
	for (k = 0; k < NODE_SLOTS; k++)
		shadow->slot[k] = NOTHING;
}

/* Only what is reachable can be changed, as in a program. */
static int draw_reachable(struct world *world)
{
	int reachable[NODES_MAX];
	int at = draw(world, world->count);
	int tries;

	find_reachable(world, reachable);
	for (tries = 0; tries < world->count; tries++) {
		int i = (at + tries) % world->count;

		if (reachable[i] && !world->shadow[i].is_garbage)
			return i;
	}
	return NOTHING;
}

static void link_two(struct world *world)
{
	int from = draw_reachable(world);
	int to = draw_reachable(world);
	int slot = draw(world, NODE_SLOTS);

	if (from == NOTHING || to == NOTHING)
		return;
	node_link(world->node[from], slot, world->node[to]);
	world->shadow[from].slot[slot] = to;
	settle(world);
}

static void unlink_one(struct world *world)
{
	int from = draw_reachable(world);
	int slot = draw(world, NODE_SLOTS);

	if (from == NOTHING)
		return;
	node_link(world->node[from], slot, NULL);
	world->shadow[from].slot[slot] = NOTHING;
	settle(world);
}

static void drop_root(struct world *world)
{
	int at = draw(world, world->count);
	int tries;

	for (tries = 0; tries < world->count; tries++) {
		int i = (at + tries) % world->count;

		if (world->shadow[i].roots == 0)
			continue;
		world->shadow[i].roots--;
		drop(&world->heap, world->node[i]);
		settle(world);
		return;
	}
}

static void step(struct world *world)
{
	int dice = draw(world, 100);

	if (dice < 25 && world->count < NODES_MAX)
		make(world, draw(world, 4) == 0);
	else if (dice < 65)
		link_two(world);
	else if (dice < 72)
		unlink_one(world);
	else if (dice < 92)
		drop_root(world);
}

static void open_world(struct world *world, enum tm_rules rules, uint64_t seed)
{
	memset(world, 0, sizeof(*world));
	heap_open(&world->heap, rules);
	world->rules = rules;
	world->random = seed * 0x9e3779b97f4a7c15u + 1;
	make(world, 0);
}

static void play(enum tm_rules rules, uint64_t seed)
{
	static struct world world;
	int i;

	open_world(&world, rules, seed);
	for (i = 0; i < STEPS && world.count < NODES_MAX; i++) {
		step(&world);
		if (draw(&world, 20) == 0) {
			tm_runtime_collect(world.heap.runtime);
			expect_collection(&world);
		}
		compare(&world);
	}
	heap_close(&world.heap);
}

ParameterizedTestParameters(graph, survives_as_the_oracle_says)
{
	static uint64_t seeds[] = {1, 2, 3, 4, 5, 6, 7, 8};

	return cr_make_param_array(uint64_t, seeds,
				   sizeof(seeds) / sizeof(seeds[0]));
}

ParameterizedTest(uint64_t *seed, graph, survives_as_the_oracle_says)
{
	play(TM_RULES_LEGACY, *seed);
	play(TM_RULES_PEP442, *seed);
	play(TM_RULES_OFF, *seed);
}

/* --- automatic, young generations ----------------------------------------- */

/* When a young collection runs is the collector's affair; it must never take
 * what can be reached, and a full one must then find all the rest. */
static void play_automatic(enum tm_rules rules, uint64_t seed)
{
	static struct world world;
	int reachable[NODES_MAX];
	int i;

	open_world(&world, rules, seed);
	world.heap.runtime->generations[0].threshold = 7;
	world.heap.runtime->generations[1].threshold = 2;
	world.heap.runtime->generations[2].threshold = 2;
	tm_runtime_set_automatic(world.heap.runtime, 1);
	while (world.count < NODES_MAX) {
		int dice = draw(&world, 100);

		if (dice < 40)
			make(&world, 0);
		else if (dice < 75)
			link_two(&world);
		else
			drop_root(&world);
		find_reachable(&world, reachable);
		for (i = 0; i < world.count; i++)
			cr_assert_not(reachable[i] && world.freed[i],
				      "object %d", i);
	}
	cr_assert_gt(world.heap.runtime->stats.collected, 0);
	tm_runtime_collect(world.heap.runtime);
	expect_collection(&world);
	compare(&world);
	heap_close(&world.heap);
}

ParameterizedTestParameters(graph, reachable_objects_outlive_any_collection)
{
	static uint64_t seeds[] = {1, 2, 3, 4, 5, 6, 7, 8};

	return cr_make_param_array(uint64_t, seeds,
				   sizeof(seeds) / sizeof(seeds[0]));
}

ParameterizedTest(uint64_t *seed, graph,
		  reachable_objects_outlive_any_collection)
{
	play_automatic(TM_RULES_LEGACY, *seed);
	play_automatic(TM_RULES_PEP442, *seed);
}
