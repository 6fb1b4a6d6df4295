package io.github.integratorio.camel.support;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** Random choices that decide a history; they can be replayed and shrunk. */
public final class Choices {

    private final SplittableRandom random;
    private int[] made;
    private int count;

    private Choices(SplittableRandom random, int[] made) {
        this.random = random;
        this.made = made;
    }

    /** Creates new choices. */
    public static Choices random(long seed) {
        return new Choices(new SplittableRandom(seed), new int[64]);
    }

    /** Replays choices; continues with 0 after the last one. */
    public static Choices replay(int[] made) {
        return new Choices(null, made);
    }

    /** Returns a number from 0 to the bound, exclusive; 0 is the simplest choice. */
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

    /** Returns true once in the given number of times, on average. */
    boolean once(int times) {
        return next(times) == times - 1;
    }

    /** Returns the choices made. */
    public int[] made() {
        return Arrays.copyOf(made, count);
    }

    /** Removes choices as long as the predicate still holds. */
    public static int[] shrink(int[] choices, Predicate<int[]> predicate) {
        int[] best = choices;
        boolean better = true;
        while (better) {
            better = false;
            for (int size = Math.max(1, best.length / 2); size >= 1; size /= 2) {
                for (int from = 0; from + size <= best.length; from++) {
                    int[] without = new int[best.length - size];
                    System.arraycopy(best, 0, without, 0, from);
                    System.arraycopy(best, from + size, without, from, without.length - from);
                    if (predicate.test(without)) {
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
