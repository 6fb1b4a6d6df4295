package io.github.integratorio.camel.internal.operation.creation;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

import org.apache.camel.spi.IdempotentRepository;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A claim in an idempotent repository, so that one order makes one license on all nodes that share the repository. All methods throw
 * whatever the repository throws.
 *
 * <p>Each fact about a claim is a key of its own, because repositories keep no values, and because {@code add} is the only method that all
 * of them carry out atomically. No key contains an e-mail address, and none is longer than the 100 bytes that Camel's JDBC table takes.
 */
final class RepositoryClaim implements CreationClaim {

    private static final String ORDER = "o";
    private static final String USER = "u";
    private static final int MAX_KEY_BYTES = 100;
    /** Of the separators and the generation. */
    private static final int MAX_KIND_BYTES = 6;
    private static final int HASH_CHARS = 28;
    private static final int MINUTE = 60;
    private static final Pattern PLAIN = Pattern.compile("[0-9a-z][0-9a-z._:/-]*");
    private static final Pattern PRINTABLE = Pattern.compile("[!-~]+");

    private final IdempotentRepository repository;
    private final String connectorId;
    private final String kind;
    private final String value;
    private final String user;
    /** Numbers the licenses made one after the other under this claim: the next one may be made when the last one is gone. */
    private int generation = 1;
    /** Whether this object has added the key, so that it may remove it. */
    private boolean isTaken;
    /** The keys of how often the claim was taken, and when by this object; empty if it has not taken it. */
    private List<String> takenAt = List.of();
    /** The license whose key this object has added; null if there is none. It stays so if the repository fails afterwards. */
    private String owned;

    private RepositoryClaim(IdempotentRepository repository, String connectorId, String kind, String value,
            String user) {
        this.repository = repository;
        this.connectorId = connectorId;
        this.kind = kind;
        this.value = value;
        this.user = user;
    }

    /** The claim of an order. */
    static RepositoryClaim ofOrder(IdempotentRepository repository, String connectorId, String order, String user) {
        return new RepositoryClaim(repository, connectorId, ORDER, part(connectorId, order), user);
    }

    /** The claim of a user, who gets one license. */
    static RepositoryClaim ofUser(IdempotentRepository repository, String connectorId, String user) {
        return new RepositoryClaim(repository, connectorId, USER, hash(user), user);
    }

    /**
     * A text as part of a key. Databases compare keys without regard to case, accents or trailing blanks, if they are set up so: any text
     * that they could take for another one gets a hash.
     */
    private static String part(String connectorId, String text) {
        String part = PLAIN.matcher(text).matches() ? text
                : PRINTABLE.matcher(text).matches() ? text + '#' + hash(text) : '#' + hash(text);
        boolean fits = part.length() <= MAX_KEY_BYTES - MAX_KIND_BYTES - connectorId.length();
        return fits ? part : '#' + hash(text);
    }

    private static String hash(String text) {
        return DigestUtils.sha256Hex(text).substring(0, HASH_CHARS);
    }

    @Override
    public String key() {
        return connectorId + ':' + kind + (generation == 1 ? "" : generation) + ':' + value;
    }

    private String doneKey() {
        return connectorId + ":d:" + hash(key() + ' ' + user);
    }

    /** The key that this claim made the license. */
    private String madeKey(String licenseId) {
        return connectorId + ":m:" + hash(kind + ':' + value + ' ' + licenseId);
    }

    /** The key that the API has returned the license to this claim, which may not have completed yet. */
    private String answeredKey(String licenseId) {
        return connectorId + ":a:" + hash(kind + ':' + value + ' ' + licenseId);
    }

    /** The key that a search has found the license, for whichever claim, and may have taken it. */
    private String searchedKey(String licenseId) {
        return connectorId + ":s:" + part(connectorId, licenseId);
    }

    private String licenseKey(String licenseId) {
        return connectorId + ":l:" + part(connectorId, licenseId);
    }

    /** The key that the claim was taken for its user for the n-th time: again, after an operator has removed its key. */
    private String takenKey(int times) {
        return connectorId + ":t:" + hash(key() + ' ' + user + ' ' + times);
    }

    /** The key that the claim was taken for its user in a second, or in a minute, since 1970. */
    private String timeKey(int times, char unit, long number) {
        return connectorId + ":t:" + hash(key() + ' ' + user + ' ' + times + unit + number);
    }

    @Override
    public boolean take(Instant now) {
        if (!add()) {
            return false;
        }
        isTaken = true;
        try {
            if (isDone()) {
                // The key was removed all the same: by an earlier claim that was given back twice, or by whoever cleans up.
                return false;
            }
            int times = 1;
            while (!repository.add(takenKey(times))) {
                times++;
            }
            long second = now.getEpochSecond();
            takenAt = List.of(takenKey(times), timeKey(times, 'm', Math.floorDiv(second, MINUTE)),
                    timeKey(times, 's', second));
            takenAt.subList(1, takenAt.size()).forEach(repository::add);
            return true;
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    private boolean add() {
        try {
            return repository.add(key());
        } catch (RuntimeException e) {
            // Of two nodes that add a key at once, a database refuses one.
            if (isThere()) {
                return false;
            }
            throw e;
        }
    }

    private boolean isThere() {
        try {
            return repository.contains(key());
        } catch (RuntimeException e) {
            // The failure to add it says more.
            return false;
        }
    }

    @Override
    public boolean takeNext(Instant now) {
        int last = generation;
        while (isDone()) {
            generation++;
        }
        return generation > last && take(now);
    }

    /**
     * Asks for each minute of the period, and for the seconds of its last one: a repository keeps no values. Mostly, the license was created
     * soon after the claim was taken, so it begins with the last ones. The period begins with a minute. Only the last time counts that the
     * claim was taken: an operator who removes its key knows that what was there before is not its license.
     */
    @Override
    public boolean wasTakenBetween(Instant from, Instant to) {
        int times = 1;
        while (repository.contains(takenKey(times + 1))) {
            times++;
        }
        long first = Math.floorDiv(from.getEpochSecond(), MINUTE);
        long last = Math.floorDiv(to.getEpochSecond(), MINUTE);
        return repository.contains(timeKey(times, 'm', last))
                && isAnyTaken(times, 's', last * MINUTE, to.getEpochSecond())
                || isAnyTaken(times, 'm', first, last - 1);
    }

    private boolean isAnyTaken(int times, char unit, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .anyMatch(before -> repository.contains(timeKey(times, unit, first + last - before)));
    }

    /**
     * Whoever adds the key of the license first owns it, and says so afterwards. If a process is killed between the two, only an order to
     * which the license was returned is known to be the owner: it has written that down before, and no search has ever asked for the
     * license. Any other order ends as ambiguous.
     */
    @Override
    public boolean complete(String licenseId, Evidence evidence) {
        if (generation > 1 && !licenseId.equals(owned) && repository.contains(madeKey(licenseId))) {
            // The last license is there after all, or another node has made the next one: this claim has made nothing.
            release();
            return true;
        }
        if (evidence == Evidence.ANSWERED) {
            repository.add(answeredKey(licenseId));
        } else if (evidence == Evidence.MATCHES) {
            if (isDone()) {
                // Another node has made one for this order meanwhile, which no list shows yet.
                return repository.contains(madeKey(licenseId));
            }
            repository.add(searchedKey(licenseId));
        }
        boolean isOurs = licenseId.equals(owned) || repository.add(licenseKey(licenseId))
                || evidence == Evidence.CERTAIN || repository.contains(madeKey(licenseId))
                || evidence == Evidence.ANSWERED && !repository.contains(searchedKey(licenseId));
        if (isOurs) {
            owned = licenseId;
            repository.add(madeKey(licenseId));
            repository.add(doneKey());
            List.of(licenseKey(licenseId), madeKey(licenseId), doneKey(), key()).forEach(repository::confirm);
        }
        return isOurs;
    }

    @Override
    public void release() {
        if (isTaken) {
            takenAt.forEach(repository::remove);
            repository.remove(key());
            isTaken = false;
        }
    }

    @Override
    public Evidence made(String licenseId) {
        if (repository.contains(madeKey(licenseId))) {
            return Evidence.CERTAIN;
        }
        return repository.contains(answeredKey(licenseId)) ? Evidence.ANSWERED : null;
    }

    @Override
    public boolean isDone() {
        return repository.contains(doneKey());
    }

    @Override
    public boolean isMade(String licenseId) {
        return repository.contains(licenseKey(licenseId));
    }

    @Override
    public String advice() {
        if (isDone()) {
            return "The creation under the key was carried out: keep the key";
        }
        String repeat = "remove the key from the idempotentRepository and repeat it";
        return kind.equals(USER) ? "If it was not created, " + repeat
                : "If the order number belongs to the order of another user, or of a parent or child license, or of this"
                        + " user's other license (production or sandbox), keep the"
                        + " key, and give this order a number of its own. If no license was created for this order, "
                        + repeat;
    }
}
