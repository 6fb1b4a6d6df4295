package io.github.integratorio.simulator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whose API it is: the token that opens it and the users it knows. Guarded by the {@link World}'s lock. */
final class Account {

    /** A person with an integrator.io login. */
    record User(String id, String email, String name) { }

    private final Ids ids;
    private final boolean anyUser;
    private final Map<String, User> named = new HashMap<>();
    private final Map<String, User> guests = new HashMap<>();
    private final Set<String> removed = new HashSet<>();
    private boolean everNamed;
    private String token;
    private final String ownerId;

    Account(Ids ids, String token, boolean anyUser) {
        this.ids = ids;
        this.token = token;
        this.anyUser = anyUser;
        this.ownerId = ids.next();
    }

    String token() {
        return token;
    }

    void token(String newToken) {
        token = newToken;
    }

    String ownerId() {
        return ownerId;
    }

    void add(String email, String name) {
        everNamed = true;
        removed.remove(key(email));
        named.put(key(email), new User(ids.next(), email, name));
    }

    void remove(String email) {
        removed.add(key(email));
        named.remove(key(email));
        guests.remove(key(email));
    }

    /** The user with that e-mail; where any user is known, one is made up and stays the same from then on. */
    Optional<User> user(String email) {
        User user = named.get(key(email));
        if (user == null && (anyUser || !everNamed) && !removed.contains(key(email))) {
            user = guests.computeIfAbsent(key(email), k -> new User(ids.next(), email, email.replaceFirst("@.*", "")));
        }
        return Optional.ofNullable(user);
    }

    private static String key(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}
