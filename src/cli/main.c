#include <stdio.h>
#include <string.h>

#include "util/err.h"

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("tidemark");
		return TM_EXIT_PASS;
	}
	fputs("tidemark: no command yet\n", stderr);
	return TM_EXIT_USAGE;
}
