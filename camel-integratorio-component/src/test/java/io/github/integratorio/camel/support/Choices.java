package io.github.integratorio.camel.support;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Random choices that can be replayed and shrunk; they determine a history. */
public final class Choices {

    private final SplittableRandom random;
    private int[] made;
    private int count;

    private Choices(SplittableRandom random, int[] made) {
        this.random = random;
        this.made = made;
    }

    /** New random choices. */
    public static Choices random(long seed) {
        return new Choices(new SplittableRandom(seed), new int[64]);
    }

    /** Replays these choices, and returns 0 after them. */
    public static Choices replay(int[] made) {
        return new Choices(null, made);
    }

    /** A number from 0 up to the bound, exclusive; 0 is the simplest choice. */
    int next(int bound) {
        if (random == null) {
            return count < made.length ? Math.floorMod(made[count++], bound) : 0;
        }
        if (count == made.length) {
            made = Arrays.copyOf(made, 2 * count);
        }
        int choice = random.nextInt(bound);
        made[count++] = choice;
        return choice;
    }

    /** True with a probability of 1 divided by the argument. */
    boolean once(int in) {
        return next(in) == in - 1;
    }

    public int[] made() {
        return Arrays.copyOf(made, count);
    }

    /** Fewer and simpler choices with the same result. */
    public static int[] shrink(int[] choices, Predicate<int[]> still) {
        int[] best = choices;
        boolean better = true;
        while (better) {
            better = false;
            for (int size = Math.max(1, best.length / 2); size >= 1; size /= 2) {
                for (int from = 0; from + size <= best.length; from++) {
                    int[] without = new int[best.length - size];
                    System.arraycopy(best, 0, without, 0, from);
                    System.arraycopy(best, from + size, without, from, without.length - from);
                    if (still.test(without)) {
                        best = without;
                        better = true;
                        from--;
                    }
                }
            }
        }
        return best;
    }
}
