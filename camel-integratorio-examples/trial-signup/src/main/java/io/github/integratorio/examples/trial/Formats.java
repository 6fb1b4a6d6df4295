package io.github.integratorio.examples.trial;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats dates and addresses for the pages. */
final class Formats {

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final long DAY = Duration.ofDays(1).toSeconds();

    private Formats() {
    }

    /** Formats a date such as 25 December 2026, in UTC. */
    static String formatDate(Instant instant) {
        return DATE.format(instant);
    }

    /** Formats a time such as 25 Dec 14:07:33, in UTC. */
    static String formatTime(Instant instant) {
        return TIME.format(instant);
    }

    /** Returns the days left, rounded up; 0 or less after the end. */
    static long daysLeft(Instant now, Instant end) {
        return Math.floorDiv(Duration.between(now, end).toSeconds() + DAY - 1, DAY);
    }

    /** Formats the days left, such as "1 day left". */
    static String formatDaysLeft(long days) {
        return days <= 0 ? "expired" : days == 1 ? "1 day left" : days + " days left";
    }

    /** Masks an address; its owner still recognizes it. */
    static String maskEmail(String email) {
        return email.charAt(0) + "***" + email.substring(email.lastIndexOf('@'));
    }
}
