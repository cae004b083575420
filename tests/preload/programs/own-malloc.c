/* A program that brings its own malloc, as those do that are linked statically
 * with an allocator. */
#include <stddef.h>
#include <string.h>

static _Alignas(16) char store[1 << 20];
static size_t used;

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);

void *malloc(size_t size)
{
	void *block = store + used;

	used += (size + 15) & ~(size_t)15;
	return used <= sizeof(store) ? block : NULL;
}

void *calloc(size_t count, size_t size)
{
	return malloc(count * size);
}

void *realloc(void *block, size_t size)
{
	void *moved = malloc(size);

	if (moved && block)
		memmove(moved, block, size);
	return moved;
}

void free(void *block)
{
	(void)block;
}

int main(void)
{
	free(malloc(10));
	return used == 0;
}
