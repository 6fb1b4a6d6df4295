package io.github.integratorio.examples.trial;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates and addresses as the pages write them. */
final class Formats {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final long DAY = Duration.ofDays(1).toSeconds();

    private Formats() {
    }

    /** Such as 25 December 2026, in UTC. */
    static String date(Instant instant) {
        return DATE.format(instant);
    }

    /** Such as 25 Dec 14:07:33, in UTC. */
    static String time(Instant instant) {
        return TIME.format(instant);
    }

    /** How many days are left, begun ones counted; 0 or less when none is. */
    static long daysLeft(Instant now, Instant end) {
        return Math.floorDiv(Duration.between(now, end).toSeconds() + DAY - 1, DAY);
    }

    /** Such as 1 day left. */
    static String left(long days) {
        return days <= 0 ? "ended" : days == 1 ? "1 day left" : days + " days left";
    }

    /** Enough of an address for its owner to know it, and no more. */
    static String masked(String email) {
        return email.charAt(0) + "***" + email.substring(email.lastIndexOf('@'));
    }
}
