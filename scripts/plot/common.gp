# common.gp - what every picture begins with: terminal, colours, shapes.
#
# tidemark writes the settings (tm_format, tm_count, the arrays tm_name,
# tm_slope, tm_family, tm_panel, tm_hue and tm_variant, and the data blocks) and
# then runs this file and the picture's own.  Names come from outside: they are
# never passed through enhanced text, a format or a macro.

set encoding utf8
set datafile separator whitespace
tm_term = tm_format eq 'term'

tm_smaller(a, b) = a < b ? a : b
tm_larger(a, b) = a > b ? a : b

# What the legend says of a run: its name, and its slope where there is one.
tm_legend(i) = tm_name[i].'  '.tm_slope[i]

# Room for the longest line of the legend and for all of them, so that many
# runs and long names stay readable.
tm_longest = 0
tm_sloped = 0
do for [i=1:tm_count] {
	tm_longest = tm_larger(tm_longest, strlen(tm_legend(i)))
	tm_sloped = tm_sloped || strlen(tm_slope[i])
}
tm_legend_title = 'run'.(tm_sloped ? ', growth '.tm_per : '')
tm_legend_hint = tm_sloped ? '; legend: growth '.tm_per : ''
tm_aside = 80 + 8.3 * tm_larger(tm_longest, 22)
tm_width = tm_larger(1200, 870 + tm_aside)
tm_height = tm_larger(700, 26 * tm_count + 250)

# Few digits on the axis, however long the run.
stats $memory using 1 nooutput
tm_step = STATS_max >= 2e7 ? 1e6 : STATS_max >= 2e4 ? 1e3 : 1
tm_x(iteration) = iteration / tm_step
tm_iterations = tm_unit.(tm_step == 1 ? '' : \
	tm_step == 1e3 ? ' (thousands)' : ' (millions)')

tm_text = '#222222'
tm_pale = '#d8d8d8'

if (tm_format eq 'png') {
	set terminal pngcairo noenhanced size tm_width,tm_height \
		font 'DejaVu Sans,12' background '#ffffff'
}
if (tm_format eq 'svg') {
	set terminal svg noenhanced size tm_width,tm_height \
		font 'DejaVu Sans,Verdana,sans-serif,14' background '#ffffff'
}
if (tm_term && tm_colour) {
	set terminal dumb noenhanced size tm_columns,tm_rows ansi256
}
if (tm_term && !tm_colour) {
	set terminal dumb noenhanced size tm_columns,tm_rows mono
}

# Okabe and Ito's colours, which people with any colour vision can tell apart;
# yellow is left out because it vanishes on white.
array tm_colours[7] = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', \
	'#e69f00', '#56b4e9', '#000000']

# Shapes in pairs, filled and hollow: square, circle, triangles, diamond,
# pentagon; the seventh is a cross, which has no inside.
array tm_filled[7] = [5, 7, 9, 11, 13, 15, 2]
array tm_hollow[7] = [4, 6, 8, 10, 12, 14, 1]
array tm_dashes[4] = [1, 2, 4, 3]

# After seven families colours repeat, but not with the same shape.
tm_colour_of(hue) = tm_colours[hue % 7 + 1]
tm_shape(hue) = (hue + hue / 7) % 7 + 1
tm_point_of(hue, variant) = variant % 2 ? \
	tm_hollow[tm_shape(hue)] : tm_filled[tm_shape(hue)]
tm_dash_of(variant) = tm_dashes[variant % 4 + 1]

# A title for the terminal, in as many lines as it needs: gnuplot cuts one that
# is too long.  `used`: columns of the line that have words in them.
tm_fold(text, i, used) = i > words(text) ? '' : \
	used && used + 1 + strlen(word(text, i)) > tm_columns - 4 ? \
	"\n".word(text, i).tm_fold(text, i + 1, strlen(word(text, i))) : \
	(used ? ' ' : '').word(text, i). \
	tm_fold(text, i + 1, used + !!used + strlen(word(text, i)))
tm_title(text) = tm_fold(text, 1, 0)

if (!tm_term) {
	set border 3 linecolor rgb tm_text linewidth 1
	set tics nomirror textcolor rgb tm_text
	set grid linecolor rgb tm_pale linetype 1 linewidth 1
	set key textcolor rgb tm_text
}
# Five steps of 1, 2 or 5 at the most, so that the numbers do not run together.
tm_round_step(step, power) = power * (step <= power ? 1 : \
	step <= 2 * power ? 2 : step <= 5 * power ? 5 : 10)
tm_fifth(most) = tm_larger(most, 1) / 5.0
tm_tics(most) = tm_round_step(tm_fifth(most), 10 ** floor(log10(tm_fifth(most))))
set xtics tm_tics(tm_x(STATS_max))
set format x '%g'
set xlabel tm_iterations
set yrange [0:*]
