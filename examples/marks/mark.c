#include <tidemark_mark.h>
int main(void)
{
	for (int i = 1; i <= 100; i++) /* your loop */
		tm_mark((unsigned long long)i);
}
