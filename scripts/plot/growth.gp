# growth.gp - the runs' memory against iterations, on one scale from zero.
# Data: $memory in MiB, $memory_marks, tm_metric (what was measured).

if (tm_term) {
	set title tm_title(tm_metric.' (MiB)'.tm_legend_hint)
	set key outside below center horizontal maxrows 8 samplen 2
	# One curve is a line; several are told from each other by their letters.
	if (tm_count == 1) {
		plot $memory index 0 using (tm_x($1)):2 with lines \
			title tm_legend(1)
	} else {
		plot for [i=1:tm_count] $memory_marks index i-1 \
			using (tm_x($1)):2 with points pointtype i \
			title tm_legend(i)
	}
} else {
	set title 'Memory against '.tm_unit font ',15'
	set ylabel tm_metric.' (MiB)'
	set key outside right top vertical Left reverse spacing 1.3 samplen 4 \
		title tm_legend_title left
	plot for [i=1:tm_count] $memory index i-1 \
			using (tm_x($1)):2 with lines \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			dashtype tm_dash_of(tm_variant[i]) notitle, \
		for [i=1:tm_count] $memory_marks index i-1 \
			using (tm_x($1)):2 with points \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			pointtype tm_point_of(tm_hue[i], tm_variant[i]) \
			pointsize 1.4 notitle, \
		for [i=1:tm_count] NaN with linespoints \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			dashtype tm_dash_of(tm_variant[i]) pointsize 1.4 \
			pointtype tm_point_of(tm_hue[i], tm_variant[i]) \
			title tm_legend(i)
}
