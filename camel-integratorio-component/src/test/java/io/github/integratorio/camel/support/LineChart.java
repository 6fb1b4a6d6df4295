package io.github.integratorio.camel.support;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** A chart as SVG, with each line in a panel of its own. */
public final class LineChart {

    private static final int WIDTH = 720;
    private static final int PANEL = 120;
    private static final int LEFT = 60;
    private static final int TOP = 26;

    private LineChart() {
    }

    /** Draws the figures of the samples, each from zero to its highest value. */
    public static <T> String svg(String axis, List<T> samples, ToDoubleFunction<T> x,
            Map<String, ToDoubleFunction<T>> lines) {
        double last = Math.max(1, x.applyAsDouble(samples.get(samples.size() - 1)));
        int height = lines.size() * (PANEL + TOP) + 30;
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH, height));
        int top = TOP;
        for (Map.Entry<String, ToDoubleFunction<T>> line : new TreeMap<>(lines).entrySet()) {
            double most = Math.max(1, samples.stream().mapToDouble(line.getValue()).max().orElse(1));
            StringBuilder points = new StringBuilder();
            for (T sample : samples) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ",
                        LEFT + x.applyAsDouble(sample) / last * (WIDTH - LEFT - 10),
                        top + PANEL - line.getValue().applyAsDouble(sample) / most * PANEL));
            }
            svg.append(String.format(Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.0f</text>"
                            + "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0</text>%n"
                            + "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#999\"/>%n"
                            + "<polyline fill=\"none\" stroke=\"#06c\" points=\"%s\"/>%n",
                    LEFT, top - 6, line.getKey(), LEFT - 6, top + 10, most, LEFT - 6, top + PANEL, LEFT, top,
                    top + PANEL, WIDTH - 10, points.toString().trim()));
            top += PANEL + TOP;
        }
        return svg.append(String.format(Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s: %.0f</text>%n</svg>%n", WIDTH - 10, top - 6, axis,
                last)).toString();
    }
}
