#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "heap/jvm_classes.h"

struct name {
	char given[64];
	char wanted[64];
};

ParameterizedTestParameters(jvm_classes, have_names_as_in_source)
{
	static struct name names[] = {
		{"java.lang.String (java.base@17.0.15)", "java.lang.String"},
		{"java.util.HashMap$Node", "java.util.HashMap$Node"},
		{"[B (java.base@17.0.15)", "byte[]"},
		{"[B", "byte[]"},
		{"[[I", "int[][]"},
		{"[Z", "boolean[]"},
		{"[Ljava.lang.Object; (java.base@25.0.3)",
		 "java.lang.Object[]"},
		{"[[Ljava.lang.Object;", "java.lang.Object[][]"},
		{"J$$Lambda$14/0x0000000800c03000", "J$$Lambda$14"},
		{"J$$Lambda/0x00007f0c3c003000", "J$$Lambda"},
		{"[LJ$$Lambda/0x00007f0c3c003000;", "J$$Lambda[]"},
		{"java.lang.invoke.LambdaForm$MH+0x0000000800004400 "
		 "(java.base@21)",
		 "java.lang.invoke.LambdaForm$MH"},
		{"B", "B"},
		{"[", "[]"},
		{"[L", "[]"},
		{"[L;", "[]"},
		{"", ""},
	};

	return cr_make_param_array(struct name, names,
				   sizeof(names) / sizeof(*names));
}

ParameterizedTest(struct name *row, jvm_classes, have_names_as_in_source)
{
	char name[64];

	tm_jvm_class_name(name, sizeof(name), row->given);
	cr_assert_str_eq(name, row->wanted, "%s: %s", row->given, name);
}

Test(jvm_classes, have_names_that_fit)
{
	char name[6];

	tm_jvm_class_name(name, sizeof(name), "java.lang.String");
	cr_assert_str_eq(name, "java.");
	tm_jvm_class_name(name, sizeof(name), "[[[I");
	cr_assert_str_eq(name, "int[]");
	tm_jvm_class_name(name, sizeof(name), "[Ljava.lang.String;");
	cr_assert_str_eq(name, "java.");
}

Test(jvm_classes, are_read_from_a_line)
{
	struct tm_jvm_class class;

	cr_assert(tm_jvm_class_read(
		&class,
		"   1:         22159       21068712  [B (java.base@17)"));
	cr_assert_eq(class.objects, 22159);
	cr_assert_eq(class.bytes, 21068712);
	cr_assert_str_eq(class.name, "[B (java.base@17)");
	cr_assert_not(tm_jvm_class_read(
		&class, " num     #instances         #bytes  class name"));
	cr_assert_not(tm_jvm_class_read(&class, "   1:    5    6  "));
	cr_assert_not(tm_jvm_class_read(&class, "Total     5    6"));
	cr_assert_not(tm_jvm_class_read(&class, ""));
}

Test(jvm_classes, end_with_a_sum)
{
	struct tm_jvm_class total;

	cr_assert(tm_jvm_total_read(&total,
				    "Total         29781       21518232"));
	cr_assert_eq(total.objects, 29781);
	cr_assert_eq(total.bytes, 21518232);
	cr_assert_not(tm_jvm_total_read(&total, "   1:   5   6  Total"));
}
