// C++'s operators, each counted once: linked with libstdc++ alone, and with
// jemalloc and mimalloc, which bring operators of their own.
#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <new>
#include <string>
#include <vector>

extern "C" {
struct tm_area;
struct tm_area *reader_open_own(void);
int64_t reader_net_bytes(const struct tm_area *area);
int64_t reader_net_blocks(const struct tm_area *area);
}

static struct tm_area *area;

static void must_equal(const char *what, int64_t is, int64_t wanted)
{
	if (is == wanted)
		return;
	fprintf(stderr, "%s: %lld instead of %lld\n", what, (long long)is,
		(long long)wanted);
	_Exit(1);
}

struct alignas(64) Wide {
	char bytes[256];
};

template <typename Take, typename Give>
static void once(const char *what, Take take, Give give)
{
	int64_t bytes = reader_net_bytes(area);
	int64_t blocks = reader_net_blocks(area);
	void *block = take();

	must_equal(what, reader_net_bytes(area) - bytes,
		   (int64_t)malloc_usable_size(block));
	must_equal(what, reader_net_blocks(area) - blocks, 1);
	give(block);
	must_equal(what, reader_net_bytes(area), bytes);
	must_equal(what, reader_net_blocks(area), blocks);
}

static void all_operators()
{
	once("new", [] { return operator new(100); },
	     [](void *block) { operator delete(block); });
	once("new[]", [] { return operator new[](100); },
	     [](void *block) { operator delete[](block); });
	once("sized", [] { return operator new(100); },
	     [](void *block) { operator delete(block, (std::size_t)100); });
	once("nothrow", [] { return operator new(100, std::nothrow); },
	     [](void *block) { operator delete(block, std::nothrow); });
	once("aligned",
	     [] { return operator new(256, std::align_val_t(64)); },
	     [](void *block) { operator delete(block, std::align_val_t(64)); });
	once("wide", []() -> void * { return new Wide; },
	     [](void *block) { delete static_cast<Wide *>(block); });
	once("wide[]", []() -> void * { return new Wide[3]; },
	     [](void *block) { delete[] static_cast<Wide *>(block); });
}

// An exception goes through the library, as often as one likes.
static void out_of_memory()
{
	volatile std::size_t too_much = ((std::size_t)-1) / 4;
	int64_t bytes = reader_net_bytes(area);
	int caught = 0;

	for (int i = 0; i < 10; i++) {
		try {
			operator delete(operator new(too_much));
		} catch (const std::bad_alloc &) {
			caught++;
		}
	}
	must_equal("bad_alloc", caught, 10);
	must_equal("bytes", reader_net_bytes(area), bytes);
}

// With an argument it leaves out what mimalloc does not do: built as C, it ends
// the program where operator new should throw.
int main(int argc, char **)
{
	area = reader_open_own();
	must_equal("an area", area != nullptr, 1);
	try {
		throw 1; // what the first exception allocates stays
	} catch (int) {
	}
	all_operators();
	if (argc == 1)
		out_of_memory();
	int64_t bytes = reader_net_bytes(area);
	{
		std::vector<std::string> texts;
		for (int i = 0; i < 10000; i++)
			texts.push_back(std::string(50, 'x'));
	}
	must_equal("containers", reader_net_bytes(area), bytes);
	return 0;
}
